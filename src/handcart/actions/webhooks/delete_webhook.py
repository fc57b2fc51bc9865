"""Ending a subscription for good."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.webhook import event_named
from handcart.store import webhooks
from handcart.store.stores import Stores


async def delete_webhook(stores: Stores, project: str, event: str) -> None:
    """Its secret and its deliveries are gone with it; an attempt that is under way ends. Raises ResourceNotFound."""
    named = event_named(event)
    async with stores.database.transaction() as transaction:
        if await webhooks.lock_webhook(transaction, project, named) is None:
            raise ResourceNotFound(id=event)
        await webhooks.delete_webhook(transaction, project, named)
