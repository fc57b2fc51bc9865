"""All published products of a project, read a page at a time."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec

from handcart.domain.product import Product
from handcart.store.database import Database
from handcart.store.statements import statement

PAGE = 200

_decoder = msgspec.json.Decoder(Product)


async def list_published_products(
    database: Database, project: str, *, page: int = PAGE
) -> AsyncIterator[list[Product]]:
    """The published products, ``page`` at a time, in the order of their ids."""
    after, count = UUID(int=0), page
    while count == page:
        rows = await database.rows(statement("list_published_products"), project, after, page)
        count = len(rows)
        products = [_decoder.decode(row["document"]) for row in rows]
        if products:
            after = UUID(products[-1].id)
            yield products
