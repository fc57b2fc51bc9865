"""Starting checkout: it fixes the tax configuration and the payment gateway of the acting site (S4-16, S4-18)."""

from handcart.actions.deciding import gather, sold_in, written
from handcart.domain.access import Access, acting_site_for, check_access
from handcart.domain.checkout import checked_out
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.answers import Answer, Idempotency
from handcart.store.carts import load_cart
from handcart.store.stores import Stores


async def start_checkout(
    stores: Stores, access: Access, cart_id: str, version: int | None, idempotency: Idempotency | None = None
) -> Answer:
    """The cart in checkout as JSON. Starting it again on the same site changes nothing; on another it moves there.

    Raises ResourceNotFound, ConcurrentModification, CartEmpty, and what keeps the cart from being changed.
    """
    project = access.caller.project
    stored = await load_cart(stores.database, project, cart_id) if is_uuid(cart_id) else None
    if stored is None:
        raise ResourceNotFound(id=cart_id)
    check_access(access, thing_id=cart_id, owner=stored.owner, site=stored.site)
    if version is not None and version != stored.version:
        raise ConcurrentModification(id=cart_id, expected=version, current_version=stored.version)
    acting = await gather(
        stores,
        caller=access.caller,
        catalogue=access.catalogue,
        site=acting_site_for(access, owner=stored.owner, site=stored.site),
        skus=set(),
        product_ids=sold_in(stored.cart),
    )
    priced = checked_out(stored.cart, acting)
    if priced.cart is stored.cart:
        return Answer(stored.document)
    write = written(stores, caller=access.caller, kind="CheckoutStarted", before=stored, priced=priced, acting=acting)
    if not await stores.cart_writes.change(project, write, idempotency):
        now = await load_cart(stores.database, project, cart_id)
        raise ConcurrentModification(
            id=cart_id, expected=stored.version, current_version=now.version if now else stored.version
        )
    return Answer(write.document)
