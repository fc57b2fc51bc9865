"""Creating a stock entry."""

from handcart.actions.building import decided
from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.inventory import InventoryEntryDraft, inventory_entry_from
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.inventory import insert_inventory_entry
from handcart.store.stores import Stores


async def create_inventory_entry(
    stores: Stores, caller: Caller, draft: InventoryEntryDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The new entry as JSON. The SKU need not be a product's yet: stock and products come from different systems.

    Raises InvalidField, ReferencedResourceNotFound, and DuplicateField for a second entry of an SKU at one channel.
    """
    entry = await decided(stores, caller.project, lambda building: inventory_entry_from(draft, building))
    answer = Answer(encode(entry), created=True)
    async with stores.database.transaction() as transaction:
        await insert_inventory_entry(transaction, caller.project, entry)
        await insert_answer(transaction, caller.project, idempotency, answer, stores.clock.utc_now())
    return answer
