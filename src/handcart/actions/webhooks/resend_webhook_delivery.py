"""Sending again what was delivered or has failed."""

from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.webhook import event_named, resent
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.stores import Stores
from handcart.store.webhook_deliveries import change_delivery, enqueue_delivery, lock_delivery


async def resend_webhook_delivery(
    stores: Stores, project: str, event: str, delivery_id: str, idempotency: Idempotency | None
) -> Answer:
    """The delivery, Pending, with all attempts before it. Raises ResourceNotFound, WebhookDeliveryUnderWay."""
    named, now = event_named(event), stores.clock.utc_now()
    if not is_uuid(delivery_id):
        raise ResourceNotFound(id=delivery_id)
    async with stores.database.transaction() as transaction:
        delivery = await lock_delivery(transaction, project, delivery_id)
        if delivery is None or delivery.event != named:
            raise ResourceNotFound(id=delivery_id)
        pending = resent(delivery, now)
        await change_delivery(transaction, project, pending)
        await enqueue_delivery(transaction, project, pending)
        answer = Answer(encode(pending))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer
