"""Replacing the secret that deliveries are signed with."""

from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.webhook import RotationRequest, event_named, rotated_webhook, secret_from, with_secret
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.stores import Stores
from handcart.store.webhooks import lock_webhook, rotate_secret


async def rotate_webhook_secret(
    stores: Stores, project: str, event: str, request: RotationRequest, idempotency: Idempotency | None
) -> Answer:
    """The subscription with its new ``secret``, shown once. Raises ResourceNotFound, InvalidField."""
    named, now = event_named(event), stores.clock.utc_now()
    secret = secret_from(stores.clock.new_secret())
    async with stores.database.transaction() as transaction:
        locked = await lock_webhook(transaction, project, named)
        if locked is None:
            raise ResourceNotFound(id=event)
        rotated = rotated_webhook(locked.webhook, request, now)
        await rotate_secret(transaction, project, locked, rotated, secret=secret)
        answer = Answer(encode(with_secret(rotated, secret)))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer
