"""Recording an attempt, and queueing the next one where there is to be one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handcart.domain.document import timestamp_of
from handcart.domain.webhook import Attempt, DeliveryDue, Outcome, attempted
from handcart.store.stores import Stores
from handcart.store.webhook_deliveries import change_delivery, enqueue_delivery, lock_delivery


async def record_webhook_attempt(
    stores: Stores, due: DeliveryDue, outcome: Outcome, *, began_at: datetime, delays: Sequence[timedelta]
) -> None:
    """Keep what came of it, unless another worker has recorded the same attempt; then nothing changes."""
    now = stores.clock.utc_now()
    attempt = Attempt(
        at=timestamp_of(began_at),
        milliseconds=(now - began_at) // timedelta(milliseconds=1),
        status=outcome.status,
        error=outcome.error,
        response=outcome.response or None,
    )
    async with stores.database.transaction() as transaction:
        delivery = await lock_delivery(transaction, due.project, due.id)
        if delivery is None or delivery.state != "Pending" or delivery.version != due.version:
            return
        after = attempted(delivery, attempt, delays, now)
        await change_delivery(transaction, due.project, after)
        if after.state == "Pending":
            await enqueue_delivery(transaction, due.project, after, delays[after.tries - 1])
