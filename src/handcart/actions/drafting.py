"""What actions on offline orders share: finding an agent's own draft, and writing an order with its event."""

from collections.abc import Sequence
from typing import Any

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.errors import ResourceNotFound
from handcart.domain.event import GENESIS, Event, EventBody, event_of, plain
from handcart.domain.ids import is_uuid
from handcart.domain.offline_order import touched_by
from handcart.domain.order import Order
from handcart.domain.reach import Via
from handcart.store.database import Querying, Transaction
from handcart.store.offline_orders import lock_orders
from handcart.store.orders import StoredOrder, change_order, load_order
from handcart.store.stores import Stores


async def find_offline_order(querying: Querying, project: str, order_id: str) -> StoredOrder:
    """An offline order by its id, whoever drafted it. Raises ResourceNotFound, for any other order too."""
    stored = await load_order(querying, project, order_id) if is_uuid(order_id) else None
    if stored is None or stored.order.type != "OFFLINE":
        raise ResourceNotFound(id=order_id)
    return stored


def check_own(caller: Caller, order: Order) -> None:
    """Refuse another agent's draft (S2-24). Raises ResourceNotFound."""
    if order.operator is None or order.operator.id != caller.staff_id:
        raise ResourceNotFound(id=order.id)


async def lock_order(transaction: Transaction, project: str, order_id: str) -> StoredOrder:
    """An order, locked after its cart. Raises ResourceNotFound."""
    locked = await lock_orders(transaction, project, [order_id])
    if not locked:
        raise ResourceNotFound(id=order_id)
    return locked[0]


def order_event(
    stores: Stores,
    caller: Caller,
    order: Order,
    *,
    kind: str,
    before: StoredOrder | None,
    actions: Sequence[Any] = (),
    via: Via | None = None,
    is_whole: bool = False,
) -> Event:
    """The event of a change of an order; ``is_whole`` keeps a snapshot, as its beginning does."""
    return event_of(
        EventBody(
            kind=kind,
            version_from=before.version if before is not None else 0,
            version_to=order.version,
            at=order.last_modified_at,
            actor=caller.actor(),
            actions=[msgspec.to_builtins(each) for each in actions],
            before=touched_by(before.order, order) if before is not None else {},
            on_behalf_of=order.customer_id if caller.staff_id is not None else None,
            via=via,
            site_id=order.site_id,
            snapshot=plain(order) if is_whole or before is None else None,
        ),
        previous_head=before.head if before is not None else GENESIS,
        salt=stores.clock.new_salt(),
    )


async def write_order(
    stores: Stores,
    transaction: Transaction,
    caller: Caller,
    before: StoredOrder,
    order: Order,
    *,
    kind: str,
    actions: Sequence[Any] = (),
    via: Via | None = None,
    is_whole: bool = False,
) -> None:
    """Write a locked order and its event."""
    event = order_event(stores, caller, order, kind=kind, before=before, actions=actions, via=via, is_whole=is_whole)
    is_written = await change_order(transaction, caller.project, before=before, order=order, event=event)
    assert is_written, "a locked order changed"
