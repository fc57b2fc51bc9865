"""Members of staff and their roles. What somebody may do is read at each request, so a change holds on the next one."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from handcart.domain.document import encode
from handcart.domain.limits import Limits
from handcart.domain.staff import Identity, Member, Role, checked_behaviours
from handcart.store.changes import bump
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement

_limits_decoder = msgspec.json.Decoder(Limits)

_ADMINISTERS = "admin:staff"


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff as the sign-in needs it. Without a password only an identity provider lets somebody in."""

    id: str
    username: str
    name: str
    password_hash: str | None
    roles: tuple[str, ...]
    identity: Identity | None = None

    def shown(self) -> Member:
        """The member as it is answered."""
        return Member(
            id=self.id,
            username=self.username,
            name=self.name,
            roles=self.roles,
            has_password=self.password_hash is not None,
            identity=self.identity,
        )


def _member_of(row: Row) -> StaffMember:
    return StaffMember(
        id=str(row["id"]),
        username=row["username"],
        name=row["name"],
        password_hash=row["password_hash"],
        roles=tuple(row["roles"]),
        identity=Identity(issuer=row["issuer"], subject=row["subject"]) if row["subject"] is not None else None,
    )


async def lock_staff(transaction: Transaction, project: str) -> int:
    """Make changes of staff and roles take turns, so that two of them cannot each take away what the other left.

    Answers the epoch of ``staff`` to be noted after the commit.
    """
    return await bump(transaction, project, "staff")


async def find_staff_member(querying: Querying, *, project: str, username: str) -> StaffMember | None:
    """The member of staff who signs in with this name, or None."""
    row = await querying.row(statement("find_staff_member"), project, username)
    return _member_of(row) if row is not None else None


async def list_staff(querying: Querying, project: str) -> list[StaffMember]:
    """Everybody, by username."""
    return [_member_of(row) for row in await querying.rows(statement("list_staff"), project)]


async def lock_staff_member(transaction: Transaction, project: str, member: StaffMember) -> bool:
    """Whether the member of staff still has the password that was verified; it keeps it until the transaction ends."""
    return (
        await transaction.row(statement("lock_staff_member"), project, UUID(member.id), member.password_hash)
        is not None
    )


async def lock_member_by_identity(transaction: Transaction, project: str, identity: Identity) -> StaffMember | None:
    """Whom an identity provider means, held until the transaction ends; None for somebody who was never here."""
    row = await transaction.row(statement("lock_member_by_identity"), project, identity.issuer, identity.subject)
    return _member_of(row) if row is not None else None


async def insert_member_of_identity(
    transaction: Transaction,
    *,
    project: str,
    new_id: str,
    username: str,
    name: str,
    roles: Sequence[str],
    identity: Identity,
) -> bool:
    """Make a member of staff that an identity provider lets in; False where the username is somebody else's."""
    row = await transaction.row(
        statement("insert_member_of_identity"),
        project,
        UUID(new_id),
        username,
        name,
        list(roles),
        identity.issuer,
        identity.subject,
    )
    return row is not None


async def change_member_of_identity(
    transaction: Transaction, project: str, locked: StaffMember, *, name: str, roles: Sequence[str]
) -> None:
    """Give a locked member the name and the roles that its provider says."""
    await transaction.execute(statement("change_member_of_identity"), project, UUID(locked.id), name, list(roles))


async def upsert_staff(
    transaction: Transaction,
    *,
    project: str,
    new_id: str,
    username: str,
    name: str,
    password_hash: str | None,
    roles: Sequence[str],
    identity: Identity | None = None,
) -> str:
    """Make a member of staff, or change the one with this username; answers the id, which never changes.

    Without a ``password_hash`` the present password stays, without an ``identity`` the present one. Raises
    DuplicateField for an identity that is somebody else's.
    """
    row = await transaction.row(
        statement("upsert_staff"),
        project,
        UUID(new_id),
        username,
        name,
        password_hash,
        list(roles),
        identity.issuer if identity is not None else None,
        identity.subject if identity is not None else None,
    )
    assert row is not None
    return str(row["id"])


async def delete_staff_member(transaction: Transaction, project: str, username: str) -> str | None:
    """Take a member of staff off the project; answers its id, or None where nobody is called that."""
    row = await transaction.row(statement("delete_staff_member"), project, username)
    return str(row["id"]) if row is not None else None


async def has_administrator(querying: Querying, project: str) -> bool:
    """Whether anybody who can sign in may administer staff."""
    row = await querying.row(statement("count_administrators"), project, _ADMINISTERS)
    return row is not None and row["administrators"] > 0


async def list_roles(querying: Querying, project: str) -> list[Role]:
    """All roles, by key."""
    return [
        Role(
            key=row["key"],
            name=row["name"],
            behaviours=tuple(row["behaviours"]),
            limits=_limits_decoder.decode(row["limits"]) if row["limits"] is not None else None,
        )
        for row in await querying.rows(statement("list_roles"), project)
    ]


async def has_role_holders(querying: Querying, project: str, key: str) -> bool:
    """Whether any member of staff has this role."""
    row = await querying.row(statement("has_role_holders"), project, key)
    return row is not None and row["has_holders"]


async def upsert_role(
    transaction: Transaction,
    *,
    project: str,
    key: str,
    name: str,
    behaviours: Iterable[str],
    limits: Limits | None = None,
) -> None:
    """Make a role, or replace what it allows. Raises InvalidField for a behaviour that does not exist."""
    wanted = list(checked_behaviours(behaviours))
    kept = encode(limits) if limits is not None else None
    await transaction.execute(statement("upsert_role"), project, key, name, wanted, kept)


async def delete_role(transaction: Transaction, project: str, key: str) -> bool:
    """Drop a role; False where there is none with this key."""
    return await transaction.execute(statement("delete_role"), project, key) != "DELETE 0"
