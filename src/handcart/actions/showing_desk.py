"""What a desk shows: whom it serves, whose cart is active, and what others did to the carts that it has left."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.actions.serving import envelope, operator_key, seen_on_desk, staff_name
from handcart.domain.access import Access
from handcart.domain.caller import Caller
from handcart.domain.desk import ServedCustomer, changed_since, display_name, id_of, is_walk_in
from handcart.domain.document import timestamp_of
from handcart.domain.history import RecordedEvent
from handcart.domain.reach import DeskHold
from handcart.domain.shown_proposal import shown
from handcart.domain.takeover import as_seen
from handcart.store.carts import find_current_cart
from handcart.store.desks import Served, list_desk_customers
from handcart.store.events import list_events_since
from handcart.store.offline_orders import list_pending_orders
from handcart.store.pairings import list_live_pairings
from handcart.store.powers import load_powers
from handcart.store.proposals import list_open_proposals
from handcart.store.stores import Stores
from handcart.store.takeovers import list_open_takeovers

CUSTOMERS_SHOWN_MAX = 100
"""The latest ones: a desk may have served thousands, and a switch to any of them costs the same (S0-43)."""


async def desk_document(stores: Stores, access: Access) -> bytes:
    """``id``, ``version``, ``agent``, ``activeCustomerId``, ``cart`` at the desk's site, ``customers``, as JSON; and
    what else the agent has in hand, at any of its desks: ``takeovers``, ``offlineOrders``, ``pairings``,
    ``proposals``.
    """
    access = await _seated(stores, access)
    desk = access.caller.reach.desk
    parts: dict[str, Any] = {"agent": await staff_name(stores.database, access), "customers": []}
    parts |= await _in_hand(stores, access.caller)
    if desk is not None:
        parts |= {
            "id": desk.id,
            "version": desk.version,
            "activeCustomerId": id_of(desk.active_owner) if desk.active_owner and not desk.is_scratch else None,
            "cart": await _active_cart(stores, access, desk),
            "customers": await _customers(stores, access, desk),
        }
    return envelope(list(parts.items()))


async def _in_hand(stores: Stores, caller: Caller) -> dict[str, Any]:
    database, project, staff_id, now = stores.database, caller.project, caller.staff_id or "", stores.clock.utc_now()
    takeovers = await list_open_takeovers(database, project, staff_id)
    proposals = await list_open_proposals(database, project, staff_id, now)
    return {
        "takeovers": [as_seen(each, now) for each in takeovers],
        "offlineOrders": await list_pending_orders(database, project, staff_id),
        "pairings": await list_live_pairings(database, project, staff_id, now),
        "proposals": [shown(each, timestamp_of(now)) for each in proposals],
    }


async def _seated(stores: Stores, access: Access) -> Access:
    """The same access with what is within reach now: the desk may have been opened by this very request."""
    caller, now = access.caller, stores.clock.utc_now()
    powers = await load_powers(
        stores.database, caller.project, staff_id=caller.staff_id or "", device=caller.device, now=now
    )
    return replace(access, caller=replace(caller, reach=powers.reach))


async def _active_cart(stores: Stores, access: Access, desk: DeskHold) -> bytes | None:
    """The active customer's current cart; None where the last one was ordered and no other has been opened."""
    if desk.active_owner is None:
        return None
    found = await find_current_cart(stores.database, access.caller.project, operator_key(access, desk.active_owner))
    return await seen_on_desk(stores, access, found) if found is not None else None


async def _customers(stores: Stores, access: Access, desk: DeskHold) -> list[ServedCustomer]:
    served = await list_desk_customers(stores.database, access.caller.project, desk.id, limit=CUSTOMERS_SHOWN_MAX)
    behind = {
        each.id: each.left_version
        for each in served
        if each.left_version is not None and each.version > each.left_version
    }
    since = await list_events_since(stores.database, access.caller.project, behind) if behind else {}
    shown: dict[tuple[str, str], ServedCustomer] = {}
    for each in served:
        one = _served(each, desk, since.get(each.id, ()))
        is_untouched_walk_in = one.is_walk_in and not one.is_active and not one.lines
        if not is_untouched_walk_in:
            shown.setdefault((one.customer_id, one.scope), one)
    return list(shown.values())


def _served(served: Served, desk: DeskHold, since: Sequence[RecordedEvent]) -> ServedCustomer:
    cart, owner = served.cart, served.owner or served.served_owner
    left_at = timestamp_of(served.left_at) if served.left_at is not None else None
    who: dict[str, Any] = msgspec.json.decode(served.customer) if served.customer is not None else {}
    return ServedCustomer(
        customer_id=id_of(owner),
        name=display_name(who) or "Walk-in",
        is_walk_in=is_walk_in(owner),
        is_active=owner == desk.active_owner and not desk.is_scratch and left_at is None,
        cart_id=served.id,
        cart_state=served.state,
        scope=served.scope,
        lines=len(cart.line_items) + len(cart.custom_line_items),
        total=cart.total_price,
        last_modified_at=cart.last_modified_at,
        selected_at=timestamp_of(served.selected_at),
        email=who.get("email"),
        left_at=left_at,
        changed_since_you_left=changed_since(cart, since, left_at=left_at) if left_at is not None else None,
    )
