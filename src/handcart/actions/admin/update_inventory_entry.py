"""Changing a stock entry: read at a version, decided, written where that is still its version."""

from handcart.actions.building import decided
from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.errors import ConcurrentModification
from handcart.domain.inventory import InventoryUpdate, changed_entry
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.inventory import change_inventory_entry, load_inventory_entry_at
from handcart.store.stores import Stores


async def update_inventory_entry(
    stores: Stores,
    caller: Caller,
    update: InventoryUpdate,
    *,
    entry_id: str | None = None,
    key: str | None = None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The changed entry as JSON. An order that takes stock raises the version too, so no sale is overwritten.

    Raises ResourceNotFound, ConcurrentModification, StockTooLow, and what the actions refuse.
    """
    project = caller.project
    stored = await load_inventory_entry_at(stores.database, project, entry_id=entry_id, key=key)
    if update.version != stored.version:
        raise ConcurrentModification(id=stored.id, expected=update.version, current_version=stored.version)
    entry = await decided(stores, project, lambda building: changed_entry(stored, update, building))
    answer = Answer(encode(entry))
    async with stores.database.transaction() as transaction:
        if entry is not stored and not await change_inventory_entry(
            transaction, project, entry, version=stored.version
        ):
            current = await load_inventory_entry_at(transaction, project, entry_id=stored.id, key=None)
            raise ConcurrentModification(id=stored.id, expected=update.version, current_version=current.version)
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer
