"""Gathering what an attempt needs before anything leaves the house. The first one makes the message and keeps it: all
attempts of a delivery send the same bytes, whatever becomes of the order meanwhile.
"""

from datetime import timedelta

import msgspec

from handcart.domain.document import instant_of
from handcart.domain.webhook import Delivery, DeliveryDue
from handcart.domain.webhook_message import merge_message, order_message
from handcart.store.database import Transaction
from handcart.store.merges import load_merge
from handcart.store.offline_orders import lock_orders
from handcart.store.stores import Stores
from handcart.store.webhook_deliveries import enqueue_delivery, keep_message, load_delivery
from handcart.store.webhooks import load_webhook

TURN_SECONDS = 0.5
"""How soon to look again whether an earlier delivery of the same cart has ended."""


class PreparedAttempt(msgspec.Struct, frozen=True):
    """An attempt to make. Without a message there is nobody to tell, or nothing; ``reason`` says which."""

    delivery: Delivery
    url: str
    secrets: tuple[str, ...]
    message: bytes | None
    reason: str | None = None


async def prepare_webhook_attempt(stores: Stores, due: DeliveryDue) -> PreparedAttempt | None:
    """The attempt; None where it was made already, or where an earlier delivery of the same cart goes first."""
    found = await load_delivery(stores.database, due.project, due.id)
    if found is None or found.delivery.state != "Pending" or found.delivery.version != due.version:
        return None
    delivery, earlier = found.delivery, found.earlier
    if earlier is not None:
        now = stores.clock.utc_now()
        wait = instant_of(earlier.next_attempt_at) - now if earlier.next_attempt_at else timedelta(0)
        async with stores.database.transaction() as transaction:
            pause = max(wait, timedelta(0)) + timedelta(seconds=TURN_SECONDS)
            await enqueue_delivery(transaction, due.project, delivery, pause)
        return None
    stored = await load_webhook(stores.database, due.project, delivery.event)
    if stored is None or not stored.webhook.enabled:
        return PreparedAttempt(delivery, "", (), None, "The subscription is not enabled.")
    message = found.message
    if message is None:
        async with stores.database.transaction() as transaction:
            made = await _message_of(transaction, due.project, delivery)
            message = await keep_message(transaction, due.project, delivery.id, made) if made is not None else None
    secrets = stored.secrets(stores.clock.utc_now())
    reason = "What happened is no longer known." if message is None else None
    return PreparedAttempt(delivery, stored.webhook.url, secrets, message, reason)


async def _message_of(transaction: Transaction, project: str, delivery: Delivery) -> bytes | None:
    if delivery.event == "orderSubmit":
        # Locked before the delivery, as an erasure does: nothing personal is kept that it has not seen.
        locked = await lock_orders(transaction, project, [delivery.source.id])
        return order_message(locked[0].order) if locked else None
    receipt = await load_merge(transaction, project, delivery.source.id)
    return merge_message(receipt) if receipt is not None else None
