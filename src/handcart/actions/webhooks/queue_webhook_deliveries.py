"""Queueing a delivery for what happened: the deliveries, their jobs and how far was read, in one transaction."""

from handcart.domain.webhook import event_named, new_delivery
from handcart.store.stores import Stores
from handcart.store.webhook_deliveries import enqueue_delivery, insert_delivery
from handcart.store.webhooks import lock_webhook, take_happenings

HAPPENINGS_MAX = 100


async def queue_webhook_deliveries(stores: Stores, project: str, event: str) -> bool:
    """Whether there is more. Whoever comes second waits for the first and then finds what is left."""
    async with stores.database.transaction() as transaction:
        locked = await lock_webhook(transaction, project, event_named(event))
        if locked is None or not locked.webhook.enabled:
            return False
        now = stores.clock.utc_now()
        happenings = await take_happenings(transaction, project, locked, HAPPENINGS_MAX, now)
        for each in happenings:
            delivery = new_delivery(locked.webhook.event, each.id, delivery_id=stores.clock.new_uuid(), now=now)
            if await insert_delivery(transaction, project, delivery, source_id=each.id, cart_id=each.cart_id):
                await enqueue_delivery(transaction, project, delivery)
    return len(happenings) == HAPPENINGS_MAX
