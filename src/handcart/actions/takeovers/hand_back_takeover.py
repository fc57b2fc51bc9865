"""Ending a takeover without adding anything (S2-35): by its holder, who hands the cart back, or by the shopper."""

from handcart.actions.taking_over import end_takeover, lock_known_takeover, note_lapse
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound, TakeoverEnded
from handcart.domain.takeover import Ending, Takeover, as_shopper_sees, check_holder, check_version
from handcart.store.carts import load_cart
from handcart.store.database import Transaction
from handcart.store.stores import Stores


async def hand_back_takeover(stores: Stores, access: Access, takeover_id: str, version: int) -> bytes:
    """The ended takeover as JSON, as the caller sees it. The offline order stays Pending; the cart keeps every edit and
    nobody's session ends (S2-10).

    Raises ResourceNotFound, TakeoverEnded, TakeoverHeld, ConcurrentModification.
    """
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_known_takeover(transaction, project, takeover_id)
        if access.is_mine:
            await _check_mine(transaction, access, locked.takeover)
        else:
            check_holder(locked.takeover, access.caller.staff_id)
        check_version(locked.takeover, version)
        if locked.takeover.state != "Open":
            raise TakeoverEnded(state=locked.takeover.state)
        lapsed = await note_lapse(stores, transaction, project, locked)
        if lapsed is None:
            how: Ending = "EndedByShopper" if access.is_mine else "HandedBack"
            after = await end_takeover(stores, transaction, access, locked, how)
    if lapsed is not None:
        raise TakeoverEnded(state=lapsed.state)
    return encode(as_shopper_sees(after) if access.is_mine else after)


async def _check_mine(transaction: Transaction, access: Access, takeover: Takeover) -> None:
    """Refuse a takeover of somebody else's cart. Raises ResourceNotFound."""
    stored = await load_cart(transaction, access.caller.project, takeover.cart_id)
    if stored is None or stored.owner != access.caller.owner:
        raise ResourceNotFound(id=takeover.id)
