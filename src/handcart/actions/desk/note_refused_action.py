"""Keeping that a member of staff was not allowed to do something."""

from handcart.domain.caller import Caller
from handcart.domain.errors import Refusal
from handcart.domain.ids import is_uuid
from handcart.store.refused_actions import insert_refused_action
from handcart.store.stores import Stores


async def note_refused_action(
    stores: Stores, caller: Caller, refusal: Refusal, *, request: str, cart_id: str | None
) -> None:
    """Keep it; ``request`` is the method and the pattern of the route. A cart is named if its id was asked for."""
    if caller.staff_id is None:
        return
    await insert_refused_action(
        stores.database,
        caller.project,
        staff_id=caller.staff_id,
        request=request,
        cart_id=cart_id if cart_id is not None and is_uuid(cart_id) else None,
        reason=refusal.message(),
        at=stores.clock.utc_now(),
    )
