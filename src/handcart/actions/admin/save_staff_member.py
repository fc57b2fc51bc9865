"""Taking on a member of staff, or changing one."""

from handcart.domain.errors import LastAdministrator
from handcart.domain.staff import Member, MemberRequest, check_member, check_roles
from handcart.store.staff import find_staff_member, has_administrator, list_roles, lock_staff, upsert_staff
from handcart.store.stores import Stores
from handcart.store.tokens import revoke_tokens_of_staff


async def save_staff_member(stores: Stores, project: str, username: str, request: MemberRequest) -> Member:
    """The member of staff. Roles hold from the next request on; a new password ends every token of the member.

    Raises InvalidField, InvalidInput, DuplicateField for an identity that is somebody else's, LastAdministrator where
    nobody could administer staff any more.
    """
    check_member(username, request)
    password_hash = await stores.passwords.hash(request.password) if request.password is not None else None
    epochs = {}
    async with stores.database.transaction() as transaction:
        epochs["staff"] = await lock_staff(transaction, project)
        check_roles(request.roles, {each.key for each in await list_roles(transaction, project)})
        was_administered = await has_administrator(transaction, project)
        staff_id = await upsert_staff(
            transaction,
            project=project,
            new_id=stores.clock.new_uuid(),
            username=username,
            name=request.name,
            password_hash=password_hash,
            roles=request.roles,
            identity=request.identity,
        )
        if was_administered and not await has_administrator(transaction, project):
            raise LastAdministrator()
        if password_hash is not None:
            epochs["tokens"] = await revoke_tokens_of_staff(transaction, project, staff_id)
        member = await find_staff_member(transaction, project=project, username=username)
    for kind, epoch in epochs.items():
        stores.changes.note(project, kind, epoch)
    assert member is not None
    return member.shown()
