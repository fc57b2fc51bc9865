"""Reading the subscription to an event."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.webhook import Webhook, event_named
from handcart.store.stores import Stores
from handcart.store.webhooks import load_webhook


async def read_webhook(stores: Stores, project: str, event: str) -> Webhook:
    """The subscription, without its secrets. Raises ResourceNotFound."""
    stored = await load_webhook(stores.database, project, event_named(event))
    if stored is None:
        raise ResourceNotFound(id=event)
    return stored.webhook
