"""Bearer tokens: opaque, kept as SHA-256, cached in the process, revoked everywhere within a second."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from handcart.domain.caller import Caller, Grant
from handcart.store.changes import Changes
from handcart.store.database import Database, Querying
from handcart.store.statements import statement

TOKENS_CACHED_MAX = 100_000


class TokenSubject(msgspec.Struct, frozen=True, kw_only=True):
    """What a token stands for: a client's scopes, and the shopper or member of staff it acts for."""

    project: str
    client_id: str
    scope: str
    customer_id: str | None = None
    anonymous_id: str | None = None
    staff_id: str | None = None
    device: str = ""


def grants_of(scope: str, project: str) -> frozenset[Grant]:
    """The grants in a scope string such as ``manage_orders:demo manage_my_orders:demo:siteA``.

    Subject scopes (``customer_id:…``) name no grant; a scope of another project grants nothing here.
    """
    grants: set[Grant] = set()
    for each in scope.split():
        name, *rest = each.split(":", 2)
        if rest and rest[0] == project:
            grants.add(Grant(name, rest[1] if len(rest) == 2 else None))
    return frozenset(grants)


def caller_of(subject: TokenSubject) -> Caller:
    """The caller that presents a token with this subject."""
    return Caller(
        project=subject.project,
        client_id=subject.client_id,
        grants=grants_of(subject.scope, subject.project),
        customer_id=subject.customer_id,
        anonymous_id=subject.anonymous_id,
        staff_id=subject.staff_id,
        device=subject.device,
    )


class Tokens:
    """The access tokens that this process has seen lately. A miss is looked up before it is refused."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes
        self._seen: dict[str, tuple[Caller, int, datetime]] = {}

    async def caller(self, token: str, now: datetime) -> Caller | None:
        """Who presents this access token; None for one that is unknown, expired or revoked."""
        seen = self._seen.get(token)
        if seen is not None:
            caller, epoch, expires_at = seen
            if expires_at > now and epoch >= await self._changes.epoch(caller.project, "tokens"):
                return caller
            self._seen.pop(token, None)
        return await self._look_up(token, now)

    async def _look_up(self, token: str, now: datetime) -> Caller | None:
        row = await self._database.row(statement("find_token"), sha256(token.encode()).digest(), "access", now)
        if row is None:
            return None
        caller = caller_of(
            TokenSubject(
                project=row["project"],
                client_id=row["client_id"],
                scope=row["scope"],
                customer_id=str(row["customer_id"]) if row["customer_id"] else None,
                anonymous_id=row["anonymous_id"],
                staff_id=str(row["staff_id"]) if row["staff_id"] else None,
                device=row["device"],
            )
        )
        if len(self._seen) >= TOKENS_CACHED_MAX:
            self._seen.clear()
        self._seen[token] = (caller, await self._changes.epoch(caller.project, "tokens"), row["expires_at"])
        return caller


async def insert_token(
    querying: Querying, *, token: str, kind: str, subject: TokenSubject, expires_at: datetime
) -> None:
    """Keep a new token's hash. ``kind`` is ``access`` or ``refresh``."""
    await querying.execute(
        statement("insert_token"),
        sha256(token.encode()).digest(),
        subject.project,
        kind,
        subject.client_id,
        subject.scope,
        UUID(subject.customer_id) if subject.customer_id else None,
        subject.anonymous_id,
        UUID(subject.staff_id) if subject.staff_id else None,
        subject.device,
        expires_at,
    )


async def load_behaviours(database: Database, project: str, staff_id: str) -> frozenset[str]:
    """What the roles of a member of staff allow at this moment; nothing for one who is no more."""
    row = await database.row(statement("load_behaviours"), project, UUID(staff_id))
    return frozenset(row["behaviours"] or ()) if row is not None else frozenset()
