"""Dropping a role that nobody has."""

from handcart.domain.errors import ReferenceExists, ResourceNotFound
from handcart.store import staff
from handcart.store.identity import lock_identity_provider
from handcart.store.staff import has_role_holders, lock_staff
from handcart.store.stores import Stores


async def delete_role(stores: Stores, project: str, key: str) -> None:
    """Raises ResourceNotFound, and ReferenceExists while somebody has the role or the identity provider gives it."""
    async with stores.database.transaction() as transaction:
        epoch = await lock_staff(transaction, project)
        configured = await lock_identity_provider(transaction, project)
        if await has_role_holders(transaction, project, key):
            raise ReferenceExists(referenced_by="member of staff")
        if configured is not None and key in configured.provider.role_of_group.values():
            raise ReferenceExists(referenced_by="identity provider")
        if not await staff.delete_role(transaction, project, key):
            raise ResourceNotFound(id=key)
    stores.changes.note(project, "staff", epoch)
