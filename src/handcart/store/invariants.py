"""Reads whole tables for a check, a batch at a time in the order of their keys, so that memory stays bounded.

A batch is one statement: each cart and its events are of one instant, though others go on writing.
"""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import msgspec
from lz4.block import LZ4BlockError

from handcart.domain.event import Event
from handcart.domain.invariants import CartRow, OrderRow
from handcart.domain.receipt import MergeReceipt
from handcart.store.compression import decompress
from handcart.store.database import Database, Row
from handcart.store.statements import statement

BATCH = 50
"""Carts and orders read at once: with their events, a few megabytes."""

BEFORE_ALL = UUID(int=0)


_receipt_decoder = msgspec.json.Decoder(MergeReceipt)


class Recorded(msgspec.Struct, frozen=True):
    """A row's document and the events that led to it."""

    id: str
    version: int
    document: bytes
    head: bytes
    links: Sequence[Event]


async def list_project_keys(database: Database) -> list[str]:
    """The keys of all projects."""
    return [row["key"] for row in await database.rows(statement("list_project_keys"))]


async def stream_carts(database: Database, project: str) -> AsyncIterator[tuple[CartRow, Recorded]]:
    """Every cart of a project, and what its columns say."""
    async for row in _stream(database, project, "list_carts_with_events"):
        columns = CartRow(
            version=row["version"],
            state=row["state"],
            owner=row["owner"],
            site=row["site"],
            name=row["name"],
            key=row["key"],
            store=row["store"],
            bill_to=row["bill_to"],
            ship_to=row["ship_to"],
            receipt=_receipt_decoder.decode(row["receipt"]) if row["receipt"] is not None else None,
            order_id=str(row["order_id"]) if row["order_id"] else None,
        )
        yield columns, _recorded(row)


async def stream_orders(database: Database, project: str) -> AsyncIterator[tuple[OrderRow, Recorded]]:
    """Every order of a project, and what its columns say."""
    async for row in _stream(database, project, "list_orders_with_events"):
        columns = OrderRow(
            version=row["version"],
            status=row["status"],
            owner=row["owner"],
            order_number=row["order_number"],
            prepared_cart=str(row["prepared_cart"]) if row["prepared_cart"] is not None else None,
            drafted_by=str(row["drafted_by"]) if row["drafted_by"] is not None else None,
        )
        yield columns, _recorded(row)


async def stream_desks(database: Database, project: str) -> AsyncIterator[Recorded]:
    """Every desk of a project; it has no document."""
    async for row in _stream(database, project, "list_desks_with_events"):
        yield Recorded(str(row["id"]), row["version"], b"", row["head"], _links(row))


async def has_order_of_another(database: Database, project: str, recorded: Recorded, order_id: str) -> bool:
    """Whether the cart names an offline order that is not there, or is another owner's; at the version that was read,
    for by now both may have been claimed.
    """
    values = (project, UUID(recorded.id), UUID(order_id), recorded.version)
    return await database.row(statement("find_order_of_another"), *values) is not None


async def list_stray_takeovers(database: Database, project: str, limit: int) -> Sequence[Row]:
    """Open takeovers whose offline order is no draft, at most ``limit``."""
    return await database.rows(statement("list_stray_takeovers"), project, limit)


async def list_negative_stock(database: Database, project: str, limit: int) -> Sequence[Row]:
    """Stock entries below zero, at most ``limit``."""
    return await database.rows(statement("list_negative_stock"), project, limit)


async def _stream(database: Database, project: str, name: str) -> AsyncIterator[Row]:
    after = BEFORE_ALL
    while rows := await database.rows(statement(name), project, after, BATCH):
        for row in rows:
            yield row
        after = rows[-1]["id"]


def _recorded(row: Row) -> Recorded:
    return Recorded(str(row["id"]), row["version"], _unpacked(row["document"]), row["head"], _links(row))


def _links(row: Row) -> list[Event]:
    columns = "versions_from versions_to bodies personals salts personal_hashes heads".split()
    return [
        Event(version_from, version_to, _unpacked(body), personal, salt, personal_hash, head)
        for version_from, version_to, body, personal, salt, personal_hash, head in zip(
            *(row[each] or () for each in columns), strict=True
        )
    ]


def _unpacked(stored: bytes) -> bytes:
    """What was compressed, or nothing where it is damaged: the check goes on and says that it is unreadable."""
    try:
        return decompress(stored)
    except (LZ4BlockError, ValueError):
        return b""
