"""Listing what a subscription was told, with every attempt."""

from handcart.domain.errors import InvalidField, ResourceNotFound
from handcart.domain.webhook import STATES, Delivery, event_named
from handcart.store.stores import Stores
from handcart.store.webhook_deliveries import list_deliveries
from handcart.store.webhooks import load_webhook


async def list_webhook_deliveries(
    stores: Stores, project: str, event: str, *, state: str | None, limit: int, offset: int
) -> tuple[list[Delivery], int]:
    """A page of deliveries, the newest first, and how many there are. Raises ResourceNotFound, InvalidField."""
    named = event_named(event)
    if state is not None and state not in STATES:
        raise InvalidField(field="state", invalid_value=state, allowed_values=list(STATES))
    if await load_webhook(stores.database, project, named) is None:
        raise ResourceNotFound(id=event)
    return await list_deliveries(stores.database, project, named, state=state, limit=limit, offset=offset)
