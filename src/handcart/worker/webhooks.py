"""Telling receivers what happened: one loop queues the deliveries, jobs make the attempts.

Nothing of this is in a request: an order is committed, and whoever works next finds it in commit order.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta

from handcart.actions.webhooks.list_webhooks_to_tell import list_webhooks_to_tell
from handcart.actions.webhooks.prepare_webhook_attempt import prepare_webhook_attempt
from handcart.actions.webhooks.queue_webhook_deliveries import queue_webhook_deliveries
from handcart.actions.webhooks.record_webhook_attempt import record_webhook_attempt
from handcart.domain.webhook import DELIVER, RETRY_DELAYS, DeliveryDue, Outcome
from handcart.log import logger
from handcart.outside.webhook.sender import WebhookSender
from handcart.store.stores import Stores
from handcart.worker.job import Job

LOOK_SECONDS = 0.25
PAUSE_SECONDS_MAX = 10.0

log = logger(__name__)


async def queue_webhooks_until(stop: asyncio.Event, stores: Stores) -> None:
    """Look for what is to be told until asked to stop; a database that is away is waited for."""
    pause = LOOK_SECONDS
    while not stop.is_set():
        try:
            await _queue_all(stores)
            pause = LOOK_SECONDS
        except ConnectionError as reason:
            pause = min(pause * 2, PAUSE_SECONDS_MAX)
            log.warning("webhooks wait for the database", reason=str(reason), pause_seconds=pause)
        except Exception:
            # One subscription that cannot be read must not stop the worker's other work.
            pause = min(pause * 2, PAUSE_SECONDS_MAX)
            log.exception("webhooks could not be queued", pause_seconds=pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _queue_all(stores: Stores) -> None:
    for project, event in await list_webhooks_to_tell(stores):
        while await queue_webhook_deliveries(stores, project, event):
            pass


def deliver_webhook(sender: WebhookSender, delays: Sequence[timedelta] = RETRY_DELAYS) -> Job[DeliveryDue]:
    """The job that makes one attempt and queues the next, after the pause that is due."""

    async def work(stores: Stores, due: DeliveryDue) -> None:
        prepared = await prepare_webhook_attempt(stores, due)
        if prepared is None:
            return
        began_at = stores.clock.utc_now()
        if prepared.message is None:
            outcome = Outcome(error=prepared.reason)
            await record_webhook_attempt(stores, due, outcome, began_at=began_at, delays=())
            return
        outcome = await sender.send(
            prepared.url,
            message_id=prepared.delivery.id,
            message=prepared.message,
            secrets=prepared.secrets,
            now=began_at,
        )
        await record_webhook_attempt(stores, due, outcome, began_at=began_at, delays=delays)

    # What fails here is never the receiver, but the database or a mistake of ours: then it is tried for hours.
    return Job(name=DELIVER, payload=DeliveryDue, work=work, attempts_max=30)
