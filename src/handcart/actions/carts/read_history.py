"""Who changed what on a cart, for whom, from which value to which."""

from handcart.domain.access import Access, check_access
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.history import history_of
from handcart.domain.ids import is_uuid
from handcart.domain.where_page import QueryPage
from handcart.store.carts import load_cart
from handcart.store.events import count_events, list_events
from handcart.store.stores import Stores


async def read_history(stores: Stores, access: Access, cart_id: str, *, limit: int, offset: int) -> QueryPage:
    """A page of the cart's events, the newest first. Raises ResourceNotFound."""
    project = access.caller.project
    stored = await load_cart(stores.database, project, cart_id) if is_uuid(cart_id) else None
    if stored is None:
        raise ResourceNotFound(id=cart_id)
    check_access(access, thing_id=cart_id, owner=stored.owner, site=stored.site)
    events = await list_events(stores.database, project, cart_id, limit=offset + limit)
    # What was written since the cart was read is not on this page: its story begins with the version that was read.
    known = [each for each in events if each.body.version_to <= stored.version]
    entries = history_of(stored.cart, known)[offset:]
    total = await count_events(stores.database, project, cart_id)
    return QueryPage([encode(each) for each in entries], limit, offset, total)
