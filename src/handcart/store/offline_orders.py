"""Offline orders in the database: drafts, until they are submitted as any order is."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from handcart.domain.caller import owner_of
from handcart.domain.document import encode, instant_of
from handcart.domain.event import Event
from handcart.domain.order import Order, StockTake, order_decoder
from handcart.store.compression import compress, decompress
from handcart.store.database import Querying, Transaction
from handcart.store.orders import StoredOrder, columns_of
from handcart.store.statements import statement

PENDING_MAX = 100
"""An agent with more drafts than these has stopped looking at the oldest."""


async def insert_draft(transaction: Transaction, project: str, order: Order, event: Event) -> None:
    """Write a new offline order and its first event."""
    await transaction.row(
        statement("insert_draft"),
        project,
        UUID(order.id),
        order.version,
        order.status,
        owner_of(customer_id=order.customer_id, anonymous_id=order.anonymous_id),
        *columns_of(order),
        compress(encode(order)),
        event.head,
        instant_of(order.created_at),
        compress(event.body),
        event.personal,
        event.salt,
        event.personal_hash,
    )


async def lock_orders(transaction: Transaction, project: str, order_ids: Sequence[str]) -> list[StoredOrder]:
    """The orders with these ids, locked in the order of their ids; after any cart."""
    rows = await transaction.rows(statement("lock_orders"), project, [UUID(each) for each in order_ids])
    return [StoredOrder(row) for row in rows]


async def find_prepared_order(querying: Querying, project: str, cart_id: str) -> str | None:
    """The id of the draft that the cart's items were added to, without a lock."""
    row = await querying.row(statement("find_prepared_order"), project, UUID(cart_id))
    return str(row["id"]) if row is not None else None


async def list_pending_orders(querying: Querying, project: str, staff_id: str) -> list[Order]:
    """A member of staff's drafts, the latest first, at most ``PENDING_MAX``."""
    rows = await querying.rows(statement("list_pending_orders"), project, UUID(staff_id), PENDING_MAX)
    return [order_decoder.decode(decompress(row["document"])) for row in rows]


async def take_stock(
    transaction: Transaction, project: str, stock: Sequence[StockTake], *, at: datetime
) -> tuple[tuple[str, str], ...]:
    """Take all of it, or nothing where something is short: then of which SKUs, at which places (channel ids).

    Stock is locked last, by SKU and place.
    """
    row = await transaction.row(
        statement("take_stock"),
        project,
        [each.sku for each in stock],
        [each.channel_id for each in stock],
        [each.quantity for each in stock],
        [each.is_strict for each in stock],
        at,
    )
    assert row is not None
    return tuple(zip(row["short_skus"] or (), row["short_channel_ids"] or (), strict=True))


class Continuation(msgspec.Struct, frozen=True):
    """What a link stands for: an offline order, as it was some owner's (an owner key)."""

    order_id: str
    owner: str


async def insert_continuation(
    transaction: Transaction, project: str, token: str, continuation: Continuation, *, now: datetime, until: datetime
) -> None:
    """Keep a link under the hash of its token."""
    await transaction.execute(
        statement("insert_continuation"),
        _hash(token),
        project,
        UUID(continuation.order_id),
        continuation.owner,
        now,
        until,
    )


async def find_continuation(querying: Querying, project: str, token: str, *, now: datetime) -> Continuation | None:
    """What a token stands for; None for one that is unknown or has expired."""
    row = await querying.row(statement("find_continuation"), _hash(token), project, now)
    return Continuation(str(row["order_id"]), row["owner"]) if row is not None else None


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
