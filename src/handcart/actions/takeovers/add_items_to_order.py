"""Add Items to Order: the cart's items are copied to the offline order, and the takeover ends (S2-29, S2-32)."""

import msgspec

from handcart.actions.deciding import gather_for
from handcart.actions.drafting import write_order
from handcart.actions.taking_over import (
    lock_known_takeover,
    note_lapse,
    site_of_order,
    write_order_of_cart,
)
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound, TakeoverEnded
from handcart.domain.offline_order import cancelled, check_pending, with_items_of
from handcart.domain.order import Order
from handcart.domain.reach import Via
from handcart.domain.takeover import Takeover, check_holder, check_version, ended
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, lock_carts
from handcart.store.database import Transaction
from handcart.store.offline_orders import find_prepared_order, lock_orders
from handcart.store.orders import StoredOrder
from handcart.store.stores import Stores
from handcart.store.takeovers import LockedTakeover, change_takeover


async def add_items_to_order(
    stores: Stores, access: Access, takeover_id: str, version: int, idempotency: Idempotency | None = None
) -> Answer:
    """``{order, takeover}`` as JSON: the order with the cart's items at the prices of now, the takeover Completed.

    The cart keeps its items (S2-32) and gets a new version: whoever was about to order it looks again, and then orders
    this order. A draft that was prepared from the cart before is Cancelled, superseded by this one.

    Raises ResourceNotFound, TakeoverEnded, TakeoverHeld, ConcurrentModification, CartEmpty, CartMerged,
    CartAlreadySubmitted, and what cannot be priced; then nothing has changed.
    """
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_known_takeover(transaction, project, takeover_id)
        check_holder(locked.takeover, access.caller.staff_id)
        check_version(locked.takeover, version)
        lapsed = await note_lapse(stores, transaction, project, locked)
        if lapsed is None:
            answer = Answer(await _added(stores, transaction, access, locked))
            await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    if lapsed is not None:
        raise TakeoverEnded(state=lapsed.state)
    return answer


async def _added(stores: Stores, transaction: Transaction, access: Access, locked: LockedTakeover) -> bytes:
    project, takeover = access.caller.project, locked.takeover
    via = Via(kind="takeover", id=takeover.id)
    carts = await lock_carts(transaction, project, [takeover.cart_id])
    if not carts:
        raise ResourceNotFound(id=takeover.cart_id)
    stored, former = await _lock_drafts(transaction, project, takeover)
    order = await _copied(stores, transaction, access, carts[0], stored)
    if former is not None:
        await _supersede(stores, transaction, access, former, by=order)
    await write_order(stores, transaction, access.caller, stored, order, kind="ItemsAdded", via=via)
    site = site_of_order(access, order)
    await write_order_of_cart(stores, transaction, access, carts[0], order.id, kind="OrderPrepared", via=via, site=site)
    after = ended(takeover, "ItemsAdded", stores.clock.utc_now())
    await change_takeover(transaction, project, locked, after)
    return encode({"order": msgspec.Raw(encode(order)), "takeover": after})


async def _lock_drafts(
    transaction: Transaction, project: str, takeover: Takeover
) -> tuple[StoredOrder, StoredOrder | None]:
    """The takeover's order, and another one that was prepared from the cart before; the cart is locked already."""
    former_id = await find_prepared_order(transaction, project, takeover.cart_id)
    ids = {takeover.order_id, former_id or takeover.order_id}
    by_id = {each.id: each for each in await lock_orders(transaction, project, sorted(ids))}
    former = by_id.pop(former_id, None) if former_id not in (None, takeover.order_id) else None
    return by_id[takeover.order_id], former


async def _copied(
    stores: Stores, transaction: Transaction, access: Access, cart: LockedCart, stored: StoredOrder
) -> Order:
    check_pending(stored.order)
    site = site_of_order(access, stored.order)
    acting = await gather_for(stores, access, site, cart.cart, within=transaction)
    return with_items_of(stored.order, cart.cart, acting)


async def _supersede(
    stores: Stores, transaction: Transaction, access: Access, former: StoredOrder, *, by: Order
) -> None:
    acting = await gather_for(stores, access, None, within=transaction)
    gone = cancelled(former.order, acting, superseded_by=by.id)
    await write_order(stores, transaction, access.caller, former, gone, kind="OrderSuperseded")
