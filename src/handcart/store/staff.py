"""Members of staff and their roles. What somebody may do is read at each request, so a change holds on the next one."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from handcart.domain.errors import InvalidField
from handcart.domain.permissions import BEHAVIOURS
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff as the sign-in needs it. Without a password only an identity provider lets somebody in."""

    id: str
    username: str
    name: str
    password_hash: str | None
    roles: tuple[str, ...]


async def find_staff_member(querying: Querying, *, project: str, username: str) -> StaffMember | None:
    """The member of staff who signs in with this name, or None."""
    row = await querying.row(statement("find_staff_member"), project, username)
    if row is None:
        return None
    return StaffMember(
        id=str(row["id"]),
        username=row["username"],
        name=row["name"],
        password_hash=row["password_hash"],
        roles=tuple(row["roles"]),
    )


async def lock_staff_member(transaction: Transaction, project: str, member: StaffMember) -> bool:
    """Whether the member of staff still has the password that was verified; it keeps it until the transaction ends."""
    return (
        await transaction.row(statement("lock_staff_member"), project, UUID(member.id), member.password_hash)
        is not None
    )


async def upsert_staff(
    transaction: Transaction,
    *,
    project: str,
    new_id: str,
    username: str,
    name: str,
    password_hash: str | None,
    roles: Sequence[str],
) -> str:
    """Make a member of staff, or change the one with this username; answers the id, which never changes.

    Without a ``password_hash`` the present password stays.
    """
    row = await transaction.row(
        statement("upsert_staff"), project, UUID(new_id), username, name, password_hash, list(roles)
    )
    assert row is not None
    return str(row["id"])


async def upsert_role(
    transaction: Transaction, *, project: str, key: str, name: str, behaviours: Iterable[str]
) -> None:
    """Make a role, or replace what it allows. Raises InvalidField for a behaviour that does not exist."""
    wanted = sorted(set(behaviours))
    for each in wanted:
        if each not in BEHAVIOURS:
            raise InvalidField(field="behaviours", invalid_value=each, allowed_values=sorted(BEHAVIOURS))
    await transaction.execute(statement("upsert_role"), project, key, name, wanted)
