"""Reading a takeover, as members of staff see it."""

from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.takeover import as_seen
from handcart.store.stores import Stores
from handcart.store.takeovers import load_takeover


async def read_takeover(stores: Stores, access: Access, takeover_id: str) -> bytes:
    """The takeover as JSON: who holds it, until when, and who asks for it. Raises ResourceNotFound."""
    project = access.caller.project
    found = await load_takeover(stores.database, project, takeover_id) if is_uuid(takeover_id) else None
    if found is None:
        raise ResourceNotFound(id=takeover_id)
    return encode(as_seen(found, stores.clock.utc_now()))
