"""Letting a member of staff go."""

from handcart.domain.errors import LastAdministrator, ResourceNotFound
from handcart.domain.staff import known_username
from handcart.store import staff
from handcart.store.staff import has_administrator, lock_staff
from handcart.store.stores import Stores
from handcart.store.tokens import revoke_tokens_of_staff


async def delete_staff_member(stores: Stores, project: str, username: str) -> None:
    """The member's tokens end with it; what it did keeps its id. Whom an identity provider still lets in comes back.

    Raises ResourceNotFound, LastAdministrator.
    """
    known_username(username)
    epochs = {}
    async with stores.database.transaction() as transaction:
        epochs["staff"] = await lock_staff(transaction, project)
        was_administered = await has_administrator(transaction, project)
        staff_id = await staff.delete_staff_member(transaction, project, username)
        if staff_id is None:
            raise ResourceNotFound(id=username)
        if was_administered and not await has_administrator(transaction, project):
            raise LastAdministrator()
        epochs["tokens"] = await revoke_tokens_of_staff(transaction, project, staff_id)
    for kind, epoch in epochs.items():
        stores.changes.note(project, kind, epoch)
