"""Stock entries: plain columns, so that ordering takes stock by arithmetic; reading puts the document together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from handcart.domain.custom_fields import CustomFields
from handcart.domain.document import Timestamp, encode, instant_of, timestamp_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.inventory import InventoryEntry
from handcart.domain.references import Reference
from handcart.store.database import Querying, Row
from handcart.store.queries import ID, INSTANT, INTEGER, TEXT, QueryTable
from handcart.store.statements import statement

_custom_decoder = msgspec.json.Decoder(CustomFields)


def entry_of(row: Row) -> InventoryEntry:
    """The entry that a row holds."""
    expected: datetime | None = row["expected_delivery"]
    custom: bytes | None = row["custom"]
    return InventoryEntry(
        id=str(row["id"]),
        version=row["version"],
        created_at=timestamp_of(row["created_at"]),
        last_modified_at=timestamp_of(row["modified_at"]),
        sku=row["sku"],
        quantity_on_stock=row["quantity_on_stock"],
        available_quantity=row["available_quantity"],
        key=row["key"],
        supply_channel=Reference(type_id="channel", id=row["channel_id"]) if row["channel_id"] else None,
        restockable_in_days=row["restockable_in_days"],
        expected_delivery=timestamp_of(expected) if expected is not None else None,
        custom=_custom_decoder.decode(custom) if custom is not None else None,
    )


def _document_of(row: Row) -> bytes:
    return encode(entry_of(row))


INVENTORY = QueryTable(
    statement("query_inventory"),
    {
        "id": ID,
        "key": TEXT,
        "sku": TEXT,
        "supplyChannel.id": TEXT,
        "quantityOnStock": INTEGER,
        "availableQuantity": INTEGER,
        "restockableInDays": INTEGER,
        "expectedDelivery": INSTANT,
        "version": INTEGER,
        "createdAt": INSTANT,
        "lastModifiedAt": INSTANT,
    },
    _document_of,
    "id, version, created_at, modified_at, sku, quantity_on_stock, available_quantity, key, channel_id, "
    "restockable_in_days, expected_delivery, custom",
)


async def load_inventory_entry(querying: Querying, project: str, entry_id: str) -> InventoryEntry | None:
    """The entry with that id; None for an id that is none."""
    if not is_uuid(entry_id):
        return None
    row = await querying.row(statement("load_inventory_entry"), project, UUID(entry_id))
    return entry_of(row) if row is not None else None


async def find_inventory_entry_by_key(querying: Querying, project: str, key: str) -> InventoryEntry | None:
    """The entry with that key."""
    row = await querying.row(statement("find_inventory_entry_by_key"), project, key)
    return entry_of(row) if row is not None else None


async def load_inventory_entry_at(
    querying: Querying, project: str, *, entry_id: str | None, key: str | None
) -> InventoryEntry:
    """The entry that a request names, by id or by key. Raises ResourceNotFound."""
    if key is not None:
        found = await find_inventory_entry_by_key(querying, project, key)
    else:
        found = await load_inventory_entry(querying, project, entry_id or "")
    if found is None:
        raise ResourceNotFound(id=key or entry_id or "")
    return found


async def find_inventory_entry_at(
    querying: Querying, project: str, *, sku: str, channel_id: str
) -> InventoryEntry | None:
    """The entry of an SKU at a supply channel; '' is the stock without a channel."""
    row = await querying.row(statement("find_inventory_entry_at"), project, sku, channel_id)
    return entry_of(row) if row is not None else None


async def list_stock(querying: Querying, project: str, skus: Iterable[str]) -> dict[str, list[InventoryEntry]]:
    """All entries of these SKUs, wherever they lie, by SKU."""
    wanted = sorted(set(skus))
    found: dict[str, list[InventoryEntry]] = {}
    for row in await querying.rows(statement("list_stock"), project, wanted) if wanted else ():
        found.setdefault(row["sku"], []).append(entry_of(row))
    return found


async def insert_inventory_entry(querying: Querying, project: str, entry: InventoryEntry) -> None:
    """Write a new entry. Raises DuplicateField where the SKU has one at that channel, or the key is taken."""
    await querying.execute(
        statement("insert_inventory_entry"),
        project,
        UUID(entry.id),
        entry.key,
        entry.sku,
        _channel_id(entry),
        entry.version,
        entry.quantity_on_stock,
        entry.available_quantity,
        entry.restockable_in_days,
        _instant(entry.expected_delivery),
        _custom(entry.custom),
        instant_of(entry.created_at),
    )


async def change_inventory_entry(querying: Querying, project: str, entry: InventoryEntry, *, version: int) -> bool:
    """Write a changed entry; False where ``version``, the one decided on, is no longer the entry's.

    Raises DuplicateField as for a new one.
    """
    done = await querying.row(
        statement("change_inventory_entry"),
        project,
        UUID(entry.id),
        version,
        entry.version,
        entry.key,
        _channel_id(entry),
        entry.quantity_on_stock,
        entry.available_quantity,
        entry.restockable_in_days,
        _instant(entry.expected_delivery),
        _custom(entry.custom),
        instant_of(entry.last_modified_at),
    )
    return done is not None


async def delete_inventory_entry(querying: Querying, project: str, entry_id: str, *, version: int) -> bool:
    """Delete an entry; False where ``version`` is not, or no longer, its version."""
    return await querying.row(statement("delete_inventory_entry"), project, UUID(entry_id), version) is not None


def _channel_id(entry: InventoryEntry) -> str:
    return entry.supply_channel.id if entry.supply_channel is not None else ""


def _instant(timestamp: Timestamp | None) -> Any:
    return instant_of(timestamp) if timestamp is not None else None


def _custom(custom: CustomFields | None) -> bytes | None:
    return encode(custom) if custom is not None else None
