"""Deleting a stock entry: nobody counts the SKU at that place any more."""

from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.errors import ConcurrentModification
from handcart.store.inventory import delete_inventory_entry as delete_row
from handcart.store.inventory import load_inventory_entry_at
from handcart.store.stores import Stores


async def delete_inventory_entry(
    stores: Stores, caller: Caller, version: int, *, entry_id: str | None = None, key: str | None = None
) -> bytes:
    """The entry as it was, as JSON. Raises ResourceNotFound, ConcurrentModification."""
    project = caller.project
    async with stores.database.transaction() as transaction:
        entry = await load_inventory_entry_at(transaction, project, entry_id=entry_id, key=key)
        if not await delete_row(transaction, project, entry.id, version=version):
            current = await load_inventory_entry_at(transaction, project, entry_id=entry.id, key=None)
            raise ConcurrentModification(id=entry.id, expected=version, current_version=current.version)
    return encode(entry)
