"""Bearer tokens: opaque, kept as SHA-256, cached in the process, revoked everywhere within a second."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.oauth_scopes import grants_of
from handcart.domain.oauth_tokens import ACCESS_LIFETIME, ACCESS_SECONDS, REFRESH_LIFETIME, IssuedToken
from handcart.store.changes import Changes, bump
from handcart.store.database import Database, Querying, Row, Transaction
from handcart.store.statements import statement

TOKENS_CACHED_MAX = 100_000

_REFRESH_FIRST = ("refresh", "access")
"""The order of revoking: it waits for a refresh that is under way, and then sees the token that this has made."""


class TokenSubject(msgspec.Struct, frozen=True, kw_only=True):
    """What a token stands for: a client's scopes, and the shopper or member of staff it acts for."""

    project: str
    client_id: str
    scope: str
    customer_id: str | None = None
    anonymous_id: str | None = None
    staff_id: str | None = None
    device: str = ""


class KnownToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token that is still valid, access or refresh."""

    subject: TokenSubject
    expires_at: datetime


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """New secrets for an access token and, where the sign-in may be continued later, a refresh token."""

    access: str
    refresh: str | None = None


class Epoch(msgspec.Struct, frozen=True):
    """What to note after the commit: the project's new epoch of ``tokens``."""

    project: str
    epoch: int


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _subject_of(row: Row) -> TokenSubject:
    return TokenSubject(
        project=row["project"],
        client_id=row["client_id"],
        scope=row["scope"],
        customer_id=str(row["customer_id"]) if row["customer_id"] else None,
        anonymous_id=row["anonymous_id"],
        staff_id=str(row["staff_id"]) if row["staff_id"] else None,
        device=row["device"],
    )


def caller_of(subject: TokenSubject) -> Caller:
    """The caller that presents a token with this subject.

    A member of staff has no grants: it acts by the behaviours of its roles alone, whatever scope the client asked for.
    """
    return Caller(
        project=subject.project,
        client_id=subject.client_id,
        grants=frozenset() if subject.staff_id is not None else grants_of(subject.scope, subject.project),
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
        row = await self._database.row(statement("find_access_token"), _hash(token), now)
        if row is None:
            return None
        caller = caller_of(_subject_of(row))
        if len(self._seen) >= TOKENS_CACHED_MAX:
            self._seen.clear()
        # The epoch was read with the token: asked for afterwards, it could be that of a revocation in between.
        self._seen[token] = (caller, row["epoch"], row["expires_at"])
        return caller


async def insert_tokens(
    transaction: Transaction, subject: TokenSubject, tokens: TokenPair, now: datetime
) -> IssuedToken:
    """Keep the hashes of new tokens within the transaction that decided on them; answers what the client is sent."""
    issued = [("access", tokens.access, now + ACCESS_LIFETIME)]
    if tokens.refresh is not None:
        issued.append(("refresh", tokens.refresh, now + REFRESH_LIFETIME))
    for kind, token, expires_at in issued:
        await transaction.execute(
            statement("insert_token"),
            _hash(token),
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
    return IssuedToken(
        access_token=tokens.access,
        expires_in=ACCESS_SECONDS,
        scope=subject.scope,
        token_type="Bearer",  # noqa: S106 - it is the type and no secret
        refresh_token=tokens.refresh,
    )


async def lock_refresh_token(transaction: Transaction, token: str, now: datetime) -> TokenSubject | None:
    """Whom a refresh token acts for, or None if it is not valid; whoever revokes it waits for the transaction."""
    row = await transaction.row(statement("lock_refresh_token"), _hash(token), now)
    return _subject_of(row) if row is not None else None


async def find_known_token(querying: Querying, token: str, now: datetime) -> KnownToken | None:
    """A token of either kind that is valid now, past any cache; else None."""
    row = await querying.row(statement("find_known_token"), _hash(token), now)
    return KnownToken(subject=_subject_of(row), expires_at=row["expires_at"]) if row is not None else None


async def revoke_token(transaction: Transaction, token: str, *, client_id: str, projects: list[str]) -> Epoch | None:
    """End a token of this client, and with a refresh token the access tokens of the same sign-in.

    None for a token that is unknown or another client's. The epoch is to be noted after the commit.
    """
    row = await transaction.row(statement("delete_token"), _hash(token), client_id, projects)
    if row is None:
        return None
    project: str = row["project"]
    if row["kind"] == "refresh":
        # A statement of its own: it sees what was refreshed while the first one waited for the lock.
        await transaction.execute(statement("delete_access_tokens_of_device"), project, row["device"])
    return Epoch(project, await bump(transaction, project, "tokens"))


async def revoke_tokens_of_customer(transaction: Transaction, project: str, customer_id: str) -> int:
    """End everything that a customer is signed in with, on every device (after a new password, or an erasure).

    Answers the epoch of ``tokens`` to be noted after the commit. Change the customer's row first: a sign-in with the
    former password then is over or refused.
    """
    for kind in _REFRESH_FIRST:
        await transaction.execute(statement("delete_tokens_of_customer"), project, UUID(customer_id), kind)
    return await bump(transaction, project, "tokens")


async def revoke_tokens_of_staff(transaction: Transaction, project: str, staff_id: str) -> int:
    """End everything that a member of staff is signed in with (after a new password, or when it leaves).

    Answers the epoch of ``tokens`` to be noted after the commit. Change the member's row first, as of a customer.
    """
    for kind in _REFRESH_FIRST:
        await transaction.execute(statement("delete_tokens_of_staff"), project, UUID(staff_id), kind)
    return await bump(transaction, project, "tokens")


async def revoke_tokens_of_anonymous_session(transaction: Transaction, project: str, anonymous_id: str) -> int:
    """End a guest's tokens. A claim need not: it takes the session's carts away, and that the token finds at once.

    Answers the epoch of ``tokens`` to be noted after the commit.
    """
    for kind in _REFRESH_FIRST:
        await transaction.execute(statement("delete_tokens_of_anonymous_session"), project, anonymous_id, kind)
    return await bump(transaction, project, "tokens")
