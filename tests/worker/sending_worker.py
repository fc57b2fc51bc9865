"""A worker that delivers webhooks until it is killed.

python sending_worker.py DATABASE_URL
"""

import asyncio
import sys

from handcart import wiring
from handcart.outside.webhook.sender import HttpWebhookSender
from handcart.worker.webhooks import deliver_webhook
from handcart.worker.working import work_until


async def main(url: str) -> None:
    jobs = [deliver_webhook(HttpWebhookSender(seconds_max=60))]
    await work_until(asyncio.Event(), database_url=url, stores=wiring.stores_on(url), jobs=jobs)


asyncio.run(main(sys.argv[1]))
