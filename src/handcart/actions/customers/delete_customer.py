"""Deleting a customer."""

from handcart.domain.caller import Caller
from handcart.domain.customer import CustomerPath
from handcart.store.customers import check_version, lock_customer_at
from handcart.store.customers import delete_customer as delete_row
from handcart.store.stores import Stores


async def delete_customer(stores: Stores, caller: Caller, path: CustomerPath, *, version: int) -> bytes:
    """The deleted customer as JSON; whatever it was signed in with ends. Raises ResourceNotFound,
    ConcurrentModification.
    """
    async with stores.database.transaction() as transaction:
        before = await lock_customer_at(transaction, caller.project, path)
        check_version(before, version)
        epoch = await delete_row(transaction, caller.project, before)
    stores.changes.note(caller.project, "tokens", epoch)
    return before.document
