"""Reading a cart: the stored bytes as they are, or a view for another site or for newer prices. It never writes."""

from handcart.actions.deciding import view_of
from handcart.domain.access import Access, acting_site_for, check_access
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.carts import CurrentKey, StoredCart, find_cart_by_key, find_current_cart
from handcart.store.stores import Stores


async def read_cart(
    stores: Stores,
    access: Access,
    *,
    cart_id: str | None = None,
    key: str | None = None,
    current: CurrentKey | None = None,
) -> bytes:
    """The cart by id, by key or as current one, as JSON. Raises ResourceNotFound.

    On a project-level path that names no site it is answered as last priced; through ``me``, and for a named site,
    at that site's prices of today. ``version`` is the stored one either way.
    """
    stored = await _find(stores, access.caller.project, cart_id=cart_id, key=key, current=current)
    named = cart_id or key or (current.owner.partition(":")[2] if current else "")
    if stored is None:
        raise ResourceNotFound(id=named)
    check_access(access, thing_id=named, owner=stored.owner, site=stored.site, cart_id=stored.id)
    if access.site is None and not access.is_mine:
        return stored.document
    site = acting_site_for(access, owner=stored.owner, site=stored.site)
    return await view_of(stores, caller=access.caller, catalogue=access.catalogue, stored=stored, site=site)


async def _find(
    stores: Stores, project: str, *, cart_id: str | None, key: str | None, current: CurrentKey | None
) -> StoredCart | None:
    if current is not None:
        return await find_current_cart(stores.database, project, current)
    if key is not None:
        return await find_cart_by_key(stores.database, project, key)
    return await stores.cart_reads.load(project, cart_id) if cart_id is not None and is_uuid(cart_id) else None
