"""Making a role, or changing what it allows."""

from handcart.domain.errors import LastAdministrator
from handcart.domain.staff import Role, RoleRequest, role_from
from handcart.store.staff import has_administrator, lock_staff, upsert_role
from handcart.store.stores import Stores


async def save_role(stores: Stores, project: str, key: str, request: RoleRequest) -> Role:
    """The role, which holds for everybody who has it from the next request on.

    Raises InvalidField, and LastAdministrator where nobody could administer staff any more.
    """
    role = role_from(key, request)
    async with stores.database.transaction() as transaction:
        epoch = await lock_staff(transaction, project)
        was_administered = await has_administrator(transaction, project)
        await upsert_role(
            transaction, project=project, key=key, name=role.name, behaviours=role.behaviours, limits=role.limits
        )
        if was_administered and not await has_administrator(transaction, project):
            raise LastAdministrator()
    stores.changes.note(project, "staff", epoch)
    return role
