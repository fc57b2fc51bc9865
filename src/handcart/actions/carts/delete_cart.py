"""Deleting a cart."""

from handcart.domain.access import Access, check_access
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.updates.apply import check_open
from handcart.store.carts import delete_cart as delete_row
from handcart.store.carts import find_cart_by_key, load_cart
from handcart.store.stores import Stores


async def delete_cart(
    stores: Stores, access: Access, version: int, *, cart_id: str | None = None, key: str | None = None
) -> bytes:
    """The deleted cart as JSON. Raises ResourceNotFound, ConcurrentModification; CartMerged and CartAlreadySubmitted
    for a cart that is history.
    """
    project = access.caller.project
    if key is not None:
        stored = await find_cart_by_key(stores.database, project, key)
    else:
        stored = await load_cart(stores.database, project, cart_id) if cart_id and is_uuid(cart_id) else None
    named = cart_id or key or ""
    if stored is None:
        raise ResourceNotFound(id=named)
    check_access(access, thing_id=named, owner=stored.owner, site=stored.site, cart_id=stored.id)
    check_open(stored.cart, is_locksmith=access.locks)
    if version == stored.version and await delete_row(stores.database, project, stored):
        return stored.document
    now = await load_cart(stores.database, project, stored.id)
    if now is None:
        raise ResourceNotFound(id=named)
    raise ConcurrentModification(id=stored.id, expected=version, current_version=now.version)
