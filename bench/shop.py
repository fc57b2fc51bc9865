"""What the benchmark sells: the reference project with 300 more products, and carts copied by the thousand.

A cart is made once over HTTP and then copied as a row with another id, so that ten thousand equal carts are there
within a second: every measured request finds a cart that nobody has touched, with exactly the lines that it should
have.
"""

import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from argon2 import PasswordHasher

from bench.slots import Slot
from handcart import wiring
from handcart.store.compression import compress, decompress
from handcart.store.passwords import PasswordCost

PROJECT = "bench"
SITE = "siteA"
PRODUCTS = 300
STOCK = 1_000_000_000
PASSWORD = "correct horse battery staple"  # noqa: S105 - of shoppers that exist as long as the run
COMPRESSED = {("carts", "document")}
REFERENCE = Path(__file__).parents[1] / "examples" / "reference.json"


def sku(number: int) -> str:
    """The SKU of a product of the benchmark."""
    return f"BENCH-{number:04d}"


def project_file() -> str:
    """The reference project under another key, with the products of the benchmark and more stock than can be sold."""
    file: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))
    file["project"]["key"] = PROJECT
    tee = next(each for each in file["products"] if each["key"] == "TEE")
    for number in range(PRODUCTS):
        name = sku(number)
        file["products"].append(
            {
                **tee,
                "key": name,
                "name": {"en-US": f"Benchmark product {number}", "es-MX": f"Producto {number}"},
                "slug": {"en-US": f"product-{number}", "es-MX": f"producto-{number}"},
                "masterVariant": {**tee["masterVariant"], "sku": name},
            }
        )
        stock = {"sku": name, "supplyChannel": {"typeId": "channel", "key": "stockA"}, "quantityOnStock": STOCK}
        file["inventory"].append(stock)
    return json.dumps(file)


@dataclass(frozen=True)
class Mould:
    """A row to be copied, and which texts in it become which slots."""

    table: str
    columns: tuple[str, ...]
    values: tuple[Any, ...]
    slots: Mapping[str, Slot]

    def having(self, **values: Any) -> "Mould":
        """The same with other values in some columns."""
        pairs = zip(self.columns, self.values, strict=True)
        return Mould(self.table, self.columns, tuple(values.get(name, value) for name, value in pairs), self.slots)

    def copy(self, item: int) -> tuple[Any, ...]:
        """The row for an item."""
        names = {text: slot.text(item) for text, slot in self.slots.items()}
        return tuple(
            self._renamed(value, names, column) for column, value in zip(self.columns, self.values, strict=True)
        )

    def _renamed(self, value: Any, names: Mapping[str, str], column: str) -> Any:
        if isinstance(value, bytes) and column == "document":
            for old, new in names.items():
                value = value.replace(old.encode(), new.encode())
            return compress(value) if (self.table, column) in COMPRESSED else value
        if isinstance(value, str):
            for old, new in names.items():
                value = value.replace(old, new)
        elif type(value).__name__ == "UUID":
            return names.get(str(value), value)
        return value


async def mould_of(
    connection: "asyncpg.Connection[Any]", table: str, column: str, value: Any, slots: Mapping[str, Slot]
) -> Mould:
    """The mould of the row that has that value in that column."""
    row = await connection.fetchrow(
        f"SELECT * FROM {table} WHERE project = $1 AND {column} = $2",  # noqa: S608 - the names are ours
        PROJECT,
        value,
    )
    assert row is not None, (table, column, value)
    values = [decompress(each) if (table, name) in COMPRESSED else each for name, each in row.items()]
    return Mould(table, tuple(row.keys()), tuple(values), slots)


async def pour(
    connection: "asyncpg.Connection[Any]", moulds: Sequence[Sequence[Mould]], *, first: int, count: int
) -> None:
    """Copy for so many items: of each of the ``moulds`` the one whose turn it is (there may be several variants)."""
    for variants in moulds:
        records = [variants[item % len(variants)].copy(item) for item in range(first, first + count)]
        await connection.copy_records_to_table(variants[0].table, records=records, columns=variants[0].columns)


async def prepared_database(url: str, folder: Path) -> None:
    """The schema, the project, and statistics that a plan may be made of."""
    await wiring.migrate(url)
    file = folder / "project.json"
    file.write_text(project_file(), encoding="utf-8")
    await wiring.load_project_file(url, file, lambda _section, _done, _total: None)


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection beside the server's."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def hashed() -> str:
    """The shoppers' password, as dear as a real one's; one hash for all of them, since thousands would take minutes."""
    cost = PasswordCost()
    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes).hash(PASSWORD)
