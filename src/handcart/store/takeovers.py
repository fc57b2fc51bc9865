"""Takeovers in the database: leases of members of staff on shoppers' carts, at most one open on each."""

from datetime import datetime
from uuid import UUID

import msgspec

from handcart.domain.document import Timestamp, encode, instant_of, timestamp_of
from handcart.domain.takeover import Takeover
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement

_decoder = msgspec.json.Decoder(Takeover)


class LockedTakeover(msgspec.Struct, frozen=True):
    """A takeover whose row this transaction has locked; only the lock functions make one."""

    takeover: Takeover


class OtherHand(msgspec.Struct, frozen=True):
    """The member of staff who has a cart, by name, and until when the lease runs."""

    holder: str
    lease_until: Timestamp


async def find_other_hand(
    querying: Querying, project: str, *, cart_id: str, staff_id: str, now: datetime
) -> OtherHand | None:
    """Who else has taken the cart over at this moment."""
    row = await querying.row(statement("find_other_hand"), project, UUID(cart_id), UUID(staff_id), now)
    return OtherHand(row["name"], timestamp_of(row["lease_until"])) if row is not None else None


async def load_takeover(querying: Querying, project: str, takeover_id: str) -> Takeover | None:
    """The takeover with that id, without a lock."""
    row = await querying.row(statement("load_takeover"), project, UUID(takeover_id))
    return _takeover_of(row) if row is not None else None


async def lock_takeover(transaction: Transaction, project: str, takeover_id: str) -> LockedTakeover | None:
    """The takeover with that id, locked before any owner or cart."""
    row = await transaction.row(statement("lock_takeover"), project, UUID(takeover_id))
    return LockedTakeover(_takeover_of(row)) if row is not None else None


async def lock_open_takeovers(
    transaction: Transaction, project: str, *, order_id: str | None, cart_id: str | None
) -> list[LockedTakeover]:
    """What is open for an offline order and on a cart, in the order of their ids; before any owner or cart."""
    values = [UUID(each) if each is not None else None for each in (order_id, cart_id)]
    rows = await transaction.rows(statement("lock_open_takeovers"), project, *values)
    return [LockedTakeover(_takeover_of(row)) for row in rows]


async def find_open_takeover(querying: Querying, project: str, cart_id: str) -> Takeover | None:
    """What is open on a cart; none appears while its row is locked."""
    row = await querying.row(statement("find_open_takeover"), project, UUID(cart_id))
    return _takeover_of(row) if row is not None else None


async def insert_takeover(transaction: Transaction, project: str, takeover: Takeover, *, owner: str | None) -> None:
    """Open a takeover of a cart that is locked."""
    await transaction.execute(
        statement("insert_takeover"),
        project,
        UUID(takeover.id),
        takeover.version,
        takeover.state,
        UUID(takeover.order_id),
        UUID(takeover.cart_id),
        owner,
        UUID(takeover.holder.id),
        instant_of(takeover.lease_until),
        encode(takeover),
        instant_of(takeover.created_at),
    )


async def change_takeover(transaction: Transaction, project: str, before: LockedTakeover, after: Takeover) -> None:
    """Write a locked takeover."""
    await transaction.execute(
        statement("change_takeover"),
        project,
        UUID(before.takeover.id),
        after.version,
        after.state,
        UUID(after.holder.id),
        instant_of(after.lease_until),
        encode(after),
        instant_of(after.last_modified_at),
    )


async def list_open_takeovers(querying: Querying, project: str, staff_id: str) -> list[Takeover]:
    """A member of staff's takeovers that nobody has ended; of one whose lease has run out see ``as_seen``."""
    rows = await querying.rows(statement("list_open_takeovers"), project, UUID(staff_id))
    return [_takeover_of(row) for row in rows]


async def list_takeovers_of_owner(querying: Querying, project: str, owner: str, *, now: datetime) -> list[Takeover]:
    """Who helps a shopper at this moment, by the shopper's owner key."""
    rows = await querying.rows(statement("list_takeovers_of_owner"), project, owner, now)
    return [_takeover_of(row) for row in rows]


def _takeover_of(row: Row) -> Takeover:
    return _decoder.decode(row["document"])
