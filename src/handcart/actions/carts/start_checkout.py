"""Starting checkout: it fixes the tax configuration and the payment gateway of the acting site (S4-16, S4-18)."""

from handcart.actions.contacting import with_contacts
from handcart.actions.deciding import gather_for, written
from handcart.actions.submitting import check_out_prepared
from handcart.domain.access import Access, acting_site_for, check_access
from handcart.domain.checkout import checked_out
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import CartWrite, change_cart, load_cart
from handcart.store.stores import Stores


async def start_checkout(
    stores: Stores, access: Access, cart_id: str, version: int | None, idempotency: Idempotency | None = None
) -> Answer:
    """The cart in checkout as JSON. Starting it again on the same site changes nothing; on another it moves there.
    Where an offline order was prepared from the cart, that is checked out, and answered (S2-18).

    With something to pick up, the contacts for it are shown besides (S2-19).

    Raises ResourceNotFound, ConcurrentModification, CartEmpty, and what keeps the cart from being changed.
    """
    project = access.caller.project
    stored = await load_cart(stores.database, project, cart_id) if is_uuid(cart_id) else None
    if stored is None:
        raise ResourceNotFound(id=cart_id)
    check_access(access, thing_id=cart_id, owner=stored.owner, site=stored.site)
    if version is not None and version != stored.version:
        raise ConcurrentModification(id=cart_id, expected=version, current_version=stored.version)
    if stored.cart.offline_order_id is not None and stored.state in ("Active", "Frozen"):
        answer = await check_out_prepared(stores, access, stored, version, idempotency)
        if answer is not None:
            return answer
    site = acting_site_for(access, owner=stored.owner, site=stored.site)
    acting = await gather_for(stores, access, site, stored.cart)
    priced = checked_out(stored.cart, acting)
    if priced.cart is stored.cart:
        return Answer(await with_contacts(stores.database, access, stored.cart, stored.document))
    write = written(stores, caller=access.caller, kind="CheckoutStarted", before=stored, priced=priced, acting=acting)
    answer = Answer(await with_contacts(stores.database, access, write.cart, write.document))
    if not await _write(stores, project, write, answer, idempotency):
        now = await load_cart(stores.database, project, cart_id)
        raise ConcurrentModification(
            id=cart_id, expected=stored.version, current_version=now.version if now else stored.version
        )
    return answer


async def _write(
    stores: Stores, project: str, write: CartWrite, answer: Answer, idempotency: Idempotency | None
) -> bool:
    """One statement, where the answer is the cart; False where another hand was faster."""
    if answer.body is write.document:
        return await stores.cart_writes.change(project, write, idempotency)
    async with stores.database.transaction() as transaction:
        is_done = await change_cart(transaction, project, write)
        if is_done:
            await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return is_done
