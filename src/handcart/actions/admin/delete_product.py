"""Deleting a product that nobody can buy any more."""

from handcart.domain.caller import Caller
from handcart.domain.errors import ConcurrentModification, PublishedProduct
from handcart.store.changes import bump
from handcart.store.products import delete_product as delete_row
from handcart.store.products import load_product_at
from handcart.store.stores import Stores


async def delete_product(
    stores: Stores, caller: Caller, version: int, *, product_id: str | None = None, key: str | None = None
) -> bytes:
    """The product as it was, as JSON. Raises ResourceNotFound, ConcurrentModification, PublishedProduct."""
    project = caller.project
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        stored = await load_product_at(transaction, project, product_id=product_id, key=key)
        if version != stored.version:
            raise ConcurrentModification(id=stored.id, expected=version, current_version=stored.version)
        if stored.product.master_data.published:
            raise PublishedProduct()
        if not await delete_row(transaction, project, stored.id, version=version):
            current = await load_product_at(transaction, project, product_id=stored.id, key=None)
            raise ConcurrentModification(id=stored.id, expected=version, current_version=current.version)
    stores.changes.note(project, "catalogue", epoch)
    return stored.document
