"""Keeping a hand on a cart while it writes: nothing may take it away in between, and one operator works at a time."""

from handcart.domain.caller import Caller
from handcart.domain.errors import ResourceNotFound, TakeoverHeld
from handcart.store.database import Transaction
from handcart.store.powers import lock_hold
from handcart.store.stores import Stores
from handcart.store.takeovers import find_other_hand


async def keep_hold(
    stores: Stores, transaction: Transaction, caller: Caller, *, cart_id: str, owner: str | None
) -> None:
    """Lock what puts the cart within a member of staff's reach; before any owner or cart. Raises ResourceNotFound
    where the hand was taken away since the request came. For others there is nothing to lock.
    """
    if caller.staff_id is None:
        return
    hold = caller.reach.hold_on(cart_id=cart_id, owner=owner)
    if hold is None or not await lock_hold(transaction, caller, hold, now=stores.clock.utc_now()):
        raise ResourceNotFound(id=cart_id)


async def check_no_other_hand(stores: Stores, transaction: Transaction, caller: Caller, *, cart_id: str) -> None:
    """Refuse an operator where another one has taken the cart over (S2-34); the shopper is never locked out (T-32).

    The cart is locked already, as it is where a takeover begins. Raises TakeoverHeld.
    """
    if caller.staff_id is None:
        return
    other = await find_other_hand(
        transaction, caller.project, cart_id=cart_id, staff_id=caller.staff_id, now=stores.clock.utc_now()
    )
    if other is not None:
        raise TakeoverHeld(holder=other.holder, lease_until=other.lease_until)
