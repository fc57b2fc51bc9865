"""Dropping a project with everything in it."""

from handcart.domain.errors import ResourceNotFound
from handcart.store.project_settings import lock_project
from handcart.store.projects import drop_project as drop_rows
from handcart.store.stores import Stores


async def drop_project(stores: Stores, key: str) -> None:
    """Raises ResourceNotFound for a project that does not exist."""
    async with stores.database.transaction() as transaction:
        if await lock_project(transaction, key) is None:
            raise ResourceNotFound(id=key)
        epochs = await drop_rows(transaction, key)
    for kind, epoch in epochs.items():
        stores.changes.note(key, kind, epoch)
