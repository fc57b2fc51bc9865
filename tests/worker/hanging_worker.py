"""A worker that begins a job, says so, and never ends it: to be killed.

python hanging_worker.py DATABASE_URL
"""

import asyncio
import sys

import msgspec

from handcart import wiring
from handcart.store.stores import Stores
from handcart.worker.job import Job
from handcart.worker.working import work_until


class Greeting(msgspec.Struct, frozen=True):
    to: str


async def hang(stores: Stores, greeting: Greeting) -> None:
    sys.stdout.write(f"began {greeting.to}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def main(url: str) -> None:
    job = Job(name="Greet", payload=Greeting, work=hang)
    await work_until(asyncio.Event(), database_url=url, stores=wiring.stores_on(url), jobs=[job])


asyncio.run(main(sys.argv[1]))
