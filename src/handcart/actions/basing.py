"""What others have done to a cart since the version that somebody decided on."""

from handcart.domain.errors import InvalidField
from handcart.domain.history import RecordedEvent
from handcart.store.carts import StoredCart
from handcart.store.database import Querying
from handcart.store.events import list_events


async def changes_since(querying: Querying, project: str, stored: StoredCart, base_version: int) -> list[RecordedEvent]:
    """The events after a version of the cart up to the one that was read, the newest first.

    Raises InvalidField for a version that the cart never had.
    """
    if base_version == stored.version:
        return []
    if not 1 <= base_version < stored.version:
        raise InvalidField(field="baseVersion", invalid_value=base_version)
    since = [
        each
        for each in await list_events(querying, project, stored.id, limit=stored.version - base_version)
        if base_version < each.body.version_to <= stored.version
    ]
    if not since or since[-1].body.version_from != base_version:
        raise InvalidField(field="baseVersion", invalid_value=base_version)
    return since
