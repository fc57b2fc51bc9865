"""Dropping what has expired: tokens, failed sign-ins, answers to idempotency keys, the log of jobs."""

from datetime import datetime

from handcart.store.purging import ROWS_MAX, delete_expired
from handcart.store.stores import Stores


async def purge_expired(stores: Stores, as_of: datetime) -> tuple[dict[str, int], bool]:
    """Drop one batch of what has expired at an instant, of all projects.

    Answers how many rows of each kind are gone, and whether there may be more.
    """
    async with stores.database.transaction() as transaction:
        deleted = await delete_expired(transaction, as_of)
    return deleted, ROWS_MAX in deleted.values()
