"""Desks in the database: a pointer each, and whom it has served."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.desk import ActiveOwner
from handcart.domain.event import GENESIS, Event
from handcart.store.carts import StoredCart
from handcart.store.compression import compress
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement


class LockedDesk:
    """A desk whose row this transaction has locked."""

    def __init__(self, row: Row) -> None:
        self.id: str = str(row["id"])
        self.version: int = row["version"]
        self.active_owner: str | None = row["active_owner"]
        self.active_cart: str | None = str(row["active_cart"]) if row["active_cart"] is not None else None
        self.is_scratch: bool = row["is_scratch"]
        self.head: bytes = row["head"]

    def active(self, caller: Caller) -> ActiveOwner | None:
        """Who is active, a walk-in that has signed up since as the customer."""
        if self.active_owner is None:
            return None
        desk = caller.reach.desk
        known = desk is not None and desk.id == self.id and desk.version == self.version
        owner = desk.active_owner if desk is not None and known and desk.active_owner else self.active_owner
        former = self.active_owner if owner != self.active_owner else None
        return ActiveOwner(owner, self.is_scratch and former is None, former)


class Served(StoredCart):
    """One of a desk's customers: the cart, where it was left, and the customer's document."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.served_owner: str = row["served_owner"]
        self.scope: str = row["scope"]
        self.selected_at: datetime = row["selected_at"]
        self.left_at: datetime | None = row["left_at"]
        self.left_version: int | None = row["left_version"]
        self.customer: bytes | None = row["customer"]


class Left(msgspec.Struct, frozen=True):
    """Where a desk left a cart."""

    cart_id: str
    version: int
    at: datetime


async def lock_desk(transaction: Transaction, caller: Caller) -> LockedDesk | None:
    """The desk that the caller's sign-in sits at, locked before any owner or cart."""
    assert caller.staff_id is not None
    row = await transaction.row(statement("lock_desk"), caller.project, caller.device, UUID(caller.staff_id))
    return LockedDesk(row) if row is not None else None


async def insert_desk(transaction: Transaction, caller: Caller, desk_id: str, *, now: datetime) -> bool:
    """Make a desk for a sign-in; False where another request of the same sign-in was faster."""
    assert caller.staff_id is not None
    values = (caller.project, caller.device, UUID(desk_id), UUID(caller.staff_id), GENESIS, now)
    return await transaction.row(statement("insert_desk"), *values) is not None


async def seat_at_desk(querying: Querying, caller: Caller, desk_id: str) -> bool:
    """Let a sign-in sit down at another desk of the same member of staff; False where there is none such."""
    assert caller.staff_id is not None
    values = (caller.project, caller.device, UUID(desk_id), UUID(caller.staff_id))
    return await querying.row(statement("seat_at_desk"), *values) is not None


async def change_desk(
    transaction: Transaction,
    project: str,
    before: LockedDesk,
    *,
    owner: str,
    scope: str,
    cart_id: str,
    is_scratch: bool,
    event: Event,
    now: datetime,
) -> None:
    """Point a locked desk at another cart; the former one is noted as left at the version that it has now."""
    await transaction.execute(
        statement("change_desk"),
        project,
        UUID(before.id),
        owner,
        UUID(cart_id),
        is_scratch,
        event.head,
        now,
        UUID(before.active_cart) if before.active_cart is not None else None,
        scope,
        compress(event.body),
        event.personal_hash,
    )


async def find_left(querying: Querying, project: str, *, desk_id: str, owner: str, scope: str) -> Left | None:
    """Where the desk left this owner's cart; None for one that it has not left."""
    row = await querying.row(statement("find_left_version"), project, UUID(desk_id), owner, scope)
    return Left(str(row["cart_id"]), row["left_version"], row["left_at"]) if row is not None else None


async def has_walk_in(querying: Querying, project: str, *, desk_id: str, owner: str) -> bool:
    """Whether a walk-in was ever served at the desk."""
    return await querying.row(statement("find_walk_in"), project, UUID(desk_id), owner) is not None


async def list_desk_customers(querying: Querying, project: str, desk_id: str, *, limit: int) -> Sequence[Served]:
    """Whom a desk serves, the latest first."""
    return [Served(row) for row in await querying.rows(statement("list_desk_customers"), project, UUID(desk_id), limit)]


async def load_staff_name(querying: Querying, project: str, staff_id: str) -> str:
    """What a member of staff is called."""
    row = await querying.row(statement("find_staff_name"), project, UUID(staff_id))
    return str(row["name"]) if row is not None else ""
