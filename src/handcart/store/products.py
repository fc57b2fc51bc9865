"""Products: one row each, holding the wire's JSON; beside it the SKUs, which are unique in a project."""

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

import msgspec

from handcart.domain.document import encode, instant_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.product import Product, ProductVariant
from handcart.domain.products.search import searchable_text
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement

product_decoder = msgspec.json.Decoder(Product)


class StoredProduct:
    """A product as a row had it."""

    def __init__(self, row: Row) -> None:
        self.id: str = str(row["id"])
        self.version: int = row["version"]
        self.document: bytes = row["document"]
        """The bytes that go over the wire."""

    @cached_property
    def product(self) -> Product:
        """The document decoded."""
        return product_decoder.decode(self.document)


class FoundProduct(msgspec.Struct, frozen=True):
    """One SKU that a search found, its product, and what is available at the place asked for."""

    sku: str
    product: Product
    available_quantity: int | None


async def load_product(querying: Querying, project: str, product_id: str) -> StoredProduct | None:
    """The product with that id; None for an id that is none."""
    if not is_uuid(product_id):
        return None
    row = await querying.row(statement("load_product"), project, UUID(product_id))
    return StoredProduct(row) if row is not None else None


async def find_product_by_key(querying: Querying, project: str, key: str) -> StoredProduct | None:
    """The product with that key."""
    row = await querying.row(statement("find_product_by_key"), project, key)
    return StoredProduct(row) if row is not None else None


async def load_product_at(
    querying: Querying, project: str, *, product_id: str | None, key: str | None
) -> StoredProduct:
    """The product that a request names, by id or by key. Raises ResourceNotFound."""
    if key is not None:
        found = await find_product_by_key(querying, project, key)
    else:
        found = await load_product(querying, project, product_id or "")
    if found is None:
        raise ResourceNotFound(id=key or product_id or "")
    return found


async def insert_product(transaction: Transaction, project: str, product: Product) -> None:
    """Write a new product. Raises DuplicateField for a key or an SKU that is taken."""
    await transaction.execute(
        statement("insert_product"),
        project,
        UUID(product.id),
        product.key,
        product.version,
        product.master_data.published,
        encode(product),
        instant_of(product.created_at),
    )
    await _insert_skus(transaction, project, product)


async def change_product(transaction: Transaction, project: str, product: Product, *, version: int) -> bool:
    """Write a changed product; False where ``version``, the one decided on, is no longer the product's.

    Raises DuplicateField for a key or an SKU that is taken.
    """
    done = await transaction.row(
        statement("change_product"),
        project,
        UUID(product.id),
        version,
        product.version,
        product.key,
        product.master_data.published,
        encode(product),
        instant_of(product.last_modified_at),
    )
    if done is None:
        return False
    await transaction.execute(statement("delete_product_skus"), project, UUID(product.id))
    await _insert_skus(transaction, project, product)
    return True


async def _insert_skus(transaction: Transaction, project: str, product: Product) -> None:
    texts = skus_of(product)
    await transaction.execute(
        statement("insert_product_skus"), project, UUID(product.id), list(texts), list(texts.values())
    )


def skus_of(product: Product) -> dict[str, str | None]:
    """The SKUs of both faces, each with its search text; None for one that is not on offer."""
    master = product.master_data
    texts: dict[str, str | None] = {each.sku: None for each in master.staged.all_variants() if each.sku is not None}
    for each in master.current.all_variants():
        if each.sku is not None:
            texts[each.sku] = searchable_text(product, each) if master.published else None
    return texts


async def delete_product(querying: Querying, project: str, product_id: str, *, version: int) -> bool:
    """Delete a product; False where ``version`` is not, or no longer, its version."""
    return await querying.row(statement("delete_product"), project, UUID(product_id), version) is not None


async def search_products(
    querying: Querying, project: str, words: Sequence[str], *, stock_channel: str, limit: int, offset: int
) -> tuple[list[FoundProduct], int]:
    """A page of the SKUs on offer that have every word in their text, by SKU, and how many there are in all.

    ``stock_channel`` is where the stock is counted, '' being without a channel.
    """
    patterns = [f"%{_escaped(each)}%" for each in words]
    rows = await querying.rows(statement("search_product_skus"), project, patterns, stock_channel, limit, offset)
    found = [
        FoundProduct(row["sku"], product_decoder.decode(row["document"]), row["available_quantity"])
        for row in rows
        if row["sku"] is not None
    ]
    return found, rows[0]["total"]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def variant_on_offer(product: Product, sku: str) -> ProductVariant:
    """The current variant with the SKU."""
    return next(each for each in product.master_data.current.all_variants() if each.sku == sku)
