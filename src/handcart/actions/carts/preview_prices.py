"""What a cart would cost on another site, beside what it costs now; nothing is written."""

from handcart.actions.deciding import gather_for
from handcart.domain.access import Access, check_access
from handcart.domain.document import encode
from handcart.domain.errors import InvalidField, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.price import price_cart
from handcart.domain.price_preview import price_preview_of
from handcart.domain.updates.apply import check_open
from handcart.store.carts import load_cart
from handcart.store.stores import Stores


async def preview_prices(stores: Stores, access: Access, cart_id: str, *, from_site: str | None = None) -> bytes:
    """The table as JSON: from ``from_site``, or from where the cart was last priced, to the acting site.

    Raises ResourceNotFound, InvalidField for an unknown site, and what closes a cart to changes: its prices stay.
    """
    stored = await load_cart(stores.database, access.caller.project, cart_id) if is_uuid(cart_id) else None
    if stored is None:
        raise ResourceNotFound(id=cart_id)
    check_access(access, thing_id=cart_id, owner=stored.owner, site=stored.site)
    catalogue, before = access.catalogue, stored.cart
    check_open(before, is_locksmith=True)
    acting = await gather_for(stores, access, access.site, before)
    if from_site is not None:
        if from_site not in catalogue.sites:
            raise InvalidField(field="fromSite", invalid_value=from_site)
        before = price_cart(before, catalogue=catalogue, site=catalogue.sites[from_site], now=acting.now).cart
    after = price_cart(stored.cart, catalogue=catalogue, site=access.site, now=acting.now).cart
    return encode(price_preview_of(before, after))
