"""Reading a product with both its faces."""

from handcart.store.products import load_product_at
from handcart.store.stores import Stores


async def read_product(stores: Stores, project: str, *, product_id: str | None = None, key: str | None = None) -> bytes:
    """The product as JSON, by id or by key. Raises ResourceNotFound."""
    return (await load_product_at(stores.database, project, product_id=product_id, key=key)).document
