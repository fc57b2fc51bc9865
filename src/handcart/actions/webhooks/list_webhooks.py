"""Listing what a project subscribes to."""

from handcart.domain.webhook import Webhook
from handcart.store import webhooks
from handcart.store.stores import Stores


async def list_webhooks(stores: Stores, project: str) -> list[Webhook]:
    """The subscriptions, without their secrets, by event."""
    return await webhooks.list_webhooks(stores.database, project)
