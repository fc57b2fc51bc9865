"""The supervisor with the smallest application there is, so that its own behaviour can be tested.

    python tiny_server.py FOLDER PROCESSES [PAUSE] [refuse] [port=N]

PAUSE is how many seconds the preparation takes; with `refuse` the application does not start.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from handcart.config import Config
from handcart.log import configure_log
from handcart.processes.refusals import CannotRun
from handcart.processes.supervisor import Program, serve

FOLDER = Path(sys.argv[1])
PROCESSES = int(sys.argv[2])
PAUSE = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
PORT = next((int(word.removeprefix("port=")) for word in sys.argv if word.startswith("port=")), 0)
REFUSES = "refuse" in sys.argv

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    if scope["path"] == "/die":
        os._exit(7)
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5)
    if scope["path"] == "/endless":
        await asyncio.sleep(600)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})


async def live(receive: Receive, send: Send) -> None:
    await receive()
    if REFUSES:
        await send({"type": "lifespan.startup.failed", "message": "no"})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def prepare(url: str) -> None:
    say("preparing")
    await asyncio.sleep(PAUSE)


async def run_worker(url: str, stop: asyncio.Event) -> None:
    (FOLDER / "worker").write_text(f"{os.getpid()} {url}")
    await stop.wait()
    (FOLDER / "worker").write_text("ended")


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


configure_log(level="info", json=True)
try:
    serve(
        Config(data_folder=FOLDER, port=PORT, server_processes=PROCESSES),
        Program(
            prepare=prepare, build_app=lambda _: app, run_worker=run_worker, announce=lambda url: say(f"ready {url}")
        ),
    )
except CannotRun as refusal:
    say(f"refused {refusal}")
    sys.exit(1)
except KeyboardInterrupt:
    sys.exit(130)
