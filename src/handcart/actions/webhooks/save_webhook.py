"""Subscribing to an event, or changing the subscription."""

from handcart.domain.document import encode
from handcart.domain.errors import ConcurrentModification
from handcart.domain.webhook import WebhookRequest, changed_webhook, event_named, new_webhook, secret_from, with_secret
from handcart.store.stores import Stores
from handcart.store.webhooks import change_webhook, insert_webhook, lock_webhook


async def save_webhook(stores: Stores, project: str, event: str, request: WebhookRequest) -> bytes:
    """The subscription as JSON, with its ``secret`` where it is new: that is shown once.

    What was committed before it is enabled is not told, unless a transaction that was open meanwhile had begun before
    it. Raises ResourceNotFound for an unknown event, InvalidField,
    ConcurrentModification where ``version`` is not the present one (0 for none).
    """
    named, now = event_named(event), stores.clock.utc_now()
    fresh, secret = new_webhook(named, request, now), secret_from(stores.clock.new_secret())
    async with stores.database.transaction() as transaction:
        locked = await lock_webhook(transaction, project, named)
        if locked is None:
            if request.version not in (None, 0):
                raise ConcurrentModification(id=event, expected=request.version, current_version=0)
            if await insert_webhook(transaction, project, fresh, secret=secret, now=now):
                return encode(with_secret(fresh, secret))
            locked = await lock_webhook(transaction, project, named)
            assert locked is not None
        webhook = locked.webhook
        if request.version not in (None, webhook.version):
            raise ConcurrentModification(id=event, expected=request.version, current_version=webhook.version)
        changed = changed_webhook(webhook, request, now)
        if changed is not webhook:
            await change_webhook(transaction, project, locked, changed, now=now)
        return encode(changed)
