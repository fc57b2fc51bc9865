"""An agent who enters the shopper's payment submits the offline order of the takeover at once, with the cart's items.

A deliberate exception (S2-12): as a rule the items are added to the order, and the shopper checks out.
"""

from msgspec.structs import replace

from handcart.actions.deciding import gather_for, hold_of
from handcart.actions.drafting import lock_order, write_order
from handcart.actions.submitting import Asked, Writing, lock_cart, lock_owner_of
from handcart.actions.taking_over import lock_known_takeover, note_lapse, site_of_order
from handcart.domain.access import Access
from handcart.domain.errors import CartNotOfOrder, ResourceNotFound, TakeoverEnded
from handcart.domain.offline_order import cancelled, check_pending
from handcart.domain.offline_submission import submitted
from handcart.domain.order import plan_submission
from handcart.domain.takeover import check_holder, ended
from handcart.store.answers import Answer
from handcart.store.carts import StoredCart
from handcart.store.database import Transaction
from handcart.store.offline_orders import find_prepared_order
from handcart.store.stores import Stores
from handcart.store.takeovers import LockedTakeover, change_takeover


async def submit_for_shopper(stores: Stores, access: Access, stored: StoredCart, asked: Asked) -> Answer:
    """The offline order, submitted, as JSON; the takeover is Completed.

    Raises TakeoverEnded, TakeoverHeld, OrderNotPending, and what submitting a cart raises.
    """
    hold = hold_of(access.caller, stored.cart)
    if hold is None:
        raise ResourceNotFound(id=stored.id)
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_known_takeover(transaction, project, hold.id)
        check_holder(locked.takeover, access.caller.staff_id)
        lapsed = await note_lapse(stores, transaction, project, locked)
        if lapsed is None:
            answer = await _submitted(stores, transaction, access, stored, asked, locked=locked)
    if lapsed is not None:
        raise TakeoverEnded(state=lapsed.state)
    return answer


async def _submitted(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    stored: StoredCart,
    asked: Asked,
    *,
    locked: LockedTakeover,
) -> Answer:
    project, order_id = access.caller.project, locked.takeover.order_id
    await lock_owner_of(stores, transaction, access, stored)
    cart = await lock_cart(transaction, project, stored, asked.draft.version)
    if cart.cart.offline_order_id != order_id:
        raise CartNotOfOrder()
    former = await find_prepared_order(transaction, project, cart.id)
    if former not in (None, order_id):
        await _supersede(stores, transaction, access, former or "", cart, by=order_id)
    before = await lock_order(transaction, project, order_id)
    check_pending(before.order)
    acting = await gather_for(
        stores, access, site_of_order(access, before.order), cart.cart, before.order, within=transaction
    )
    whole = replace(cart.cart, alternate_contact=cart.cart.alternate_contact or before.order.alternate_contact)
    plan = plan_submission(whole, asked.draft, acting=acting, order_id=order_id, order_number=asked.order_number)
    over = ended(locked.takeover, "ItemsAdded", stores.clock.utc_now())
    await change_takeover(transaction, project, locked, over)
    writing = Writing(stores, transaction, access, acting)
    return await writing.submission(cart, before, submitted(before.order, plan), None, asked.idempotency)


async def _supersede(
    stores: Stores, transaction: Transaction, access: Access, order_id: str, cart: StoredCart, *, by: str
) -> None:
    """Cancel the draft that was prepared from this cart before."""
    former = await lock_order(transaction, access.caller.project, order_id)
    acting = await gather_for(stores, access, None, cart.cart, former.order, within=transaction)
    gone = cancelled(former.order, acting, superseded_by=by)
    await write_order(stores, transaction, access.caller, former, gone, kind="OrderSuperseded")
