"""Reading a stock entry."""

from handcart.domain.document import encode
from handcart.store.inventory import load_inventory_entry_at
from handcart.store.stores import Stores


async def read_inventory_entry(
    stores: Stores, project: str, *, entry_id: str | None = None, key: str | None = None
) -> bytes:
    """The entry as JSON, by id or by key. Raises ResourceNotFound."""
    return encode(await load_inventory_entry_at(stores.database, project, entry_id=entry_id, key=key))
