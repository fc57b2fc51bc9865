"""Look for carts, orders, takeovers, desks and stock that break a rule: what ``handcart check`` tells an operator."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec

from handcart.domain.cart import cart_decoder
from handcart.domain.errors import ResourceNotFound
from handcart.domain.invariants import (
    Broken,
    CartRow,
    OrderRow,
    broken_chain,
    broken_rules_of_cart,
    broken_rules_of_order,
)
from handcart.domain.order import order_decoder
from handcart.store.invariants import (
    Recorded,
    has_order_of_another,
    list_negative_stock,
    list_project_keys,
    list_stray_takeovers,
    stream_carts,
    stream_desks,
    stream_orders,
)
from handcart.store.stores import Stores

OFFENDERS_MAX = 1_000
"""More than these are not listed: whoever has so many wants to know the kinds of them, not all."""


async def check_invariants(stores: Stores, project: str | None) -> list[dict[str, Any]]:
    """What breaks a rule in one project or in all: ``project``, ``kind``, ``id``, ``rule`` and ``detail`` of each.

    Reads in batches, each of one instant, so it may run while carts are written. Lists at most OFFENDERS_MAX. Raises
    ResourceNotFound for a project that does not exist.
    """
    found: list[dict[str, Any]] = []
    keys = await list_project_keys(stores.database)
    if project is not None and project not in keys:
        raise ResourceNotFound(id=project)
    for key in keys if project is None else [project]:
        async for kind, subject, broken in _offenders(stores, key):
            if len(found) == OFFENDERS_MAX:
                return found
            found.append({"project": key, "kind": kind, "id": subject, "rule": broken.rule, "detail": broken.detail})
    return found


async def _offenders(stores: Stores, project: str) -> AsyncIterator[tuple[str, str, Broken]]:
    async for cart_row, recorded in stream_carts(stores.database, project):
        for broken in _of_cart(cart_row, recorded):
            yield "cart", recorded.id, broken
        if cart_row.state == "Active" and await _is_of_another(stores, project, recorded):
            yield "cart", recorded.id, Broken("OfflineOrderOfOwner", "its offline order is another owner's, or none")
    async for order_row, recorded in stream_orders(stores.database, project):
        for broken in _of_order(order_row, recorded):
            yield "order", recorded.id, broken
    async for recorded in stream_desks(stores.database, project):
        for broken in _of_events(recorded):
            yield "desk", recorded.id, broken
    for row in await list_stray_takeovers(stores.database, project, OFFENDERS_MAX):
        detail = f"its order {row['order_id']} is {row['status'] or 'gone'}"
        yield "takeover", str(row["id"]), Broken("OpenTakeoverHasDraft", detail)
    for row in await list_negative_stock(stores.database, project, OFFENDERS_MAX):
        detail = f"{row['sku']}: {row['quantity_on_stock']} on stock, {row['available_quantity']} available"
        yield "stock", str(row["id"]), Broken("StockNeverNegative", detail)


async def _is_of_another(stores: Stores, project: str, recorded: Recorded) -> bool:
    try:
        order_id = cart_decoder.decode(recorded.document).offline_order_id
    except msgspec.MsgspecError:
        return False
    return order_id is not None and await has_order_of_another(stores.database, project, recorded, order_id)


def _of_cart(row: CartRow, recorded: Recorded) -> Iterator[Broken]:
    try:
        yield from broken_rules_of_cart(cart_decoder.decode(recorded.document), row)
    except msgspec.MsgspecError as error:
        yield Broken("DocumentReadable", str(error))
    yield from _of_events(recorded)


def _of_order(row: OrderRow, recorded: Recorded) -> Iterator[Broken]:
    try:
        yield from broken_rules_of_order(order_decoder.decode(recorded.document), row)
    except msgspec.MsgspecError as error:
        yield Broken("DocumentReadable", str(error))
    yield from _of_events(recorded)


def _of_events(recorded: Recorded) -> Iterator[Broken]:
    broken = broken_chain(recorded.links, version=recorded.version, head=recorded.head)
    if broken is not None:
        yield broken
