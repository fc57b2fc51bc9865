"""Select Customer: the desk's pointer moves to another customer's cart (S0-15). Nothing is copied, nothing merged."""

from handcart.actions.serving import (
    desk_scope,
    envelope,
    find_or_create_cart,
    point_desk,
    staff_name,
    take_desk,
)
from handcart.domain.access import Access
from handcart.domain.cart_owner import CartOwner
from handcart.domain.desk import ChangedSinceYouLeft, CustomerSwitch, changed_since, check_active
from handcart.domain.document import timestamp_of
from handcart.domain.errors import ReferencedResourceNotFound, ResourceNotFound
from handcart.domain.reach import WALK_INS_MAX, Via
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import load_cart
from handcart.store.database import Transaction
from handcart.store.desks import LockedDesk, find_left, has_walk_in
from handcart.store.events import list_events_since
from handcart.store.stores import Stores


async def select_customer(
    stores: Stores,
    access: Access,
    switch: CustomerSwitch,
    *,
    name: str | None = None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """``cart`` and ``cartCustomerId`` (S0-32), the agent, and what changed since the desk left that cart, as JSON.

    ``name`` asks for another cart than the one called Default. Raises InvalidField for what is no id,
    ActiveCustomerMismatch, and ResourceNotFound for an unknown customer; then nothing has changed (S0-38).
    """
    active, selected = switch.active(), switch.selected()
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        desk = await take_desk(stores, transaction, access)
        check_active(desk.active(access.caller), active)
        owner = await _owner(transaction, access, desk, selected, new_walk_in=stores.clock.new_uuid())
        hold = Via(kind="desk", id=desk.id)
        try:
            cart_id, seen = await find_or_create_cart(stores, transaction, access, owner, hold=hold, name=name)
        except ReferencedResourceNotFound:
            raise ResourceNotFound(id=selected or "") from None
        key = f"customer:{owner.customer_id}" if owner.customer_id is not None else f"anonymous:{owner.anonymous_id}"
        changed = await _changed(transaction, access, desk, owner=key, cart_id=cart_id)
        await point_desk(stores, transaction, access, desk, owner=key, cart_id=cart_id)
        operator = await staff_name(transaction, access)
        parts = {
            "cart": seen,
            "cartCustomerId": owner.customer_id or owner.anonymous_id,
            "operatorId": operator.id,
            "operator": operator,
            "changedSinceYouLeft": changed,
        }
        answer = Answer(envelope(list(parts.items())))
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer


async def _owner(
    transaction: Transaction, access: Access, desk: LockedDesk, selected: str | None, *, new_walk_in: str
) -> CartOwner:
    """Whose cart is asked for: one of the desk's walk-ins, a new one, or a customer, who is looked up later."""
    if selected is None:
        return CartOwner(anonymous_id=new_walk_in)
    known, walk_in = access.caller.reach.desk, f"anonymous:{selected}"
    walk_ins = known.walk_ins if known is not None else frozenset()
    is_known = walk_in in walk_ins or desk.active_owner == walk_in
    if not is_known and len(walk_ins) == WALK_INS_MAX:
        is_known = await has_walk_in(transaction, access.caller.project, desk_id=desk.id, owner=walk_in)
    if not is_known:
        return CartOwner(customer_id=selected)
    active = desk.active(access.caller)
    if active is not None and active.former == walk_in:
        return CartOwner(customer_id=active.customer_id)
    return CartOwner(anonymous_id=selected)


async def _changed(
    transaction: Transaction, access: Access, desk: LockedDesk, *, owner: str, cart_id: str
) -> ChangedSinceYouLeft | None:
    project = access.caller.project
    left = await find_left(transaction, project, desk_id=desk.id, owner=owner, scope=desk_scope(access))
    if left is None or left.cart_id != cart_id:
        return None
    since = await list_events_since(transaction, project, {cart_id: left.version})
    stored = await load_cart(transaction, project, cart_id) if since else None
    if stored is None:
        return None
    return changed_since(stored.cart, since[cart_id], left_at=timestamp_of(left.at))
