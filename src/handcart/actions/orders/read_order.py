"""Reading an order."""

from handcart.domain.access import Access, check_access
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.offline_order import is_empty_draft
from handcart.store.orders import find_order_by_number, load_order
from handcart.store.stores import Stores


async def read_order(
    stores: Stores, access: Access, *, order_id: str | None = None, order_number: str | None = None
) -> bytes:
    """The order as JSON, by id or by number. Raises ResourceNotFound."""
    project = access.caller.project
    named = order_id or order_number or ""
    if order_number is not None:
        stored = await find_order_by_number(stores.database, project, order_number)
    else:
        stored = await load_order(stores.database, project, order_id) if order_id and is_uuid(order_id) else None
    if stored is None:
        raise ResourceNotFound(id=named)
    if access.is_mine and stored.status in ("Pending", "Cancelled") and is_empty_draft(stored.order):
        raise ResourceNotFound(id=named)
    check_access(access, thing_id=named, owner=stored.owner, site=stored.site, is_for_staff=True)
    return stored.document
