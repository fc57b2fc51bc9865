"""Carts in the database: one row each, holding the very bytes that the wire sends, lz4-compressed."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from handcart.domain.caller import owner_of
from handcart.domain.cart import Cart, cart_decoder
from handcart.domain.document import encode, instant_of
from handcart.domain.errors import ReferencedResourceNotFound
from handcart.domain.event import GENESIS, Event
from handcart.domain.price import Priced
from handcart.domain.sharing import Settled
from handcart.store.answers import Idempotency
from handcart.store.compression import compress, decompress
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement


class StoredCart:
    """A cart as a row had it: what finds it, its document, and the circumstances it was priced in."""

    def __init__(self, row: Row) -> None:
        self.id: str = str(row["id"])
        self.version: int = row["version"]
        self.state: str = row["state"]
        self.owner: str | None = row["owner"]
        self.former_anonymous_id: str | None = row["former_anonymous_id"]
        self.site: str = row["site"]
        self.store: str | None = row["store"]
        self.origin: str = row["origin"]
        self.head: bytes = row["head"]
        self.priced_site: str | None = row["priced_site"]
        self.priced_epoch: int = row["priced_epoch"]
        self.priced_until: datetime = row["priced_until"]
        at_home = row["scope_site"] if row["scope_site"] is not None else row["site"]
        self.settled = Settled(at_home, row["scope_epoch"])
        self._compressed: bytes = row["document"]

    @cached_property
    def document(self) -> bytes:
        """The bytes that go over the wire."""
        return decompress(self._compressed)

    @cached_property
    def cart(self) -> Cart:
        """The document decoded."""
        return cart_decoder.decode(self.document)


class LockedCart(StoredCart):
    """A cart whose row this transaction has locked; only the lock functions make one. ``is_gone``: nobody sees it."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.is_gone: bool = row["gone_at"] is not None
        self.device: str = row["device"]


class CurrentCart(StoredCart):
    """The cart that a key resolves to; ``oldest_epoch`` is when the first of all Active ones under it was settled."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.oldest_epoch: int = row["oldest_epoch"]


class CartWrite(msgspec.Struct, frozen=True):
    """One decided change of one cart, ready to be written; ``document`` is what is answered."""

    before: StoredCart | None
    priced: Priced
    event: Event
    document: bytes
    epoch: int
    settled: Settled
    former_anonymous_id: str | None = None
    device: str = ""
    gone_at: datetime | None = None

    @property
    def cart(self) -> Cart:
        """The cart after the change."""
        return self.priced.cart


class CartChange(msgspec.Struct, frozen=True):
    """A write of a cart that exists, in its project, with the key that its answer is kept under."""

    project: str
    write: CartWrite
    idempotency: Idempotency | None = None


async def load_carts(querying: Querying, asked: Sequence[tuple[str, str]]) -> list[StoredCart | None]:
    """The carts with these projects and ids, in this order, without a lock."""
    rows = await querying.rows_of_each(statement("load_cart"), asked)
    found = {(row["project"], str(row["id"])): row for row in rows}
    wanted = [found.get((project, cart_id.lower())) for project, cart_id in asked]
    return [StoredCart(row) if row is not None else None for row in wanted]


async def load_cart(querying: Querying, project: str, cart_id: str) -> StoredCart | None:
    """The cart with that id, without a lock."""
    return (await load_carts(querying, [(project, cart_id)]))[0]


async def find_cart_by_key(database: Querying, project: str, key: str) -> StoredCart | None:
    """The cart with that key, without a lock."""
    row = await database.row(statement("find_cart_by_key"), project, key)
    return StoredCart(row) if row is not None else None


async def lock_carts(transaction: Transaction, project: str, cart_ids: Sequence[str]) -> list[LockedCart]:
    """The carts with these ids, locked in the order of their ids; what is not there is left out."""
    rows = await transaction.rows(statement("lock_carts"), project, [UUID(each) for each in cart_ids])
    return [LockedCart(row) for row in rows]


class CurrentKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key of a current cart; None matches every value."""

    owner: str
    sites: frozenset[str] | None
    name: str | None
    bill_to: str | None = ""
    ship_to: str | None = ""
    device: str | None = ""


async def find_current_cart(database: Querying, project: str, key: CurrentKey) -> CurrentCart | None:
    """The one cart that the key resolves to: the most recently modified Active one, or None."""
    row = await database.row(
        statement("find_current_cart"),
        project,
        key.owner,
        sorted(key.sites) if key.sites is not None else None,
        key.name,
        key.bill_to,
        key.ship_to,
        key.device,
    )
    return CurrentCart(row) if row is not None else None


async def list_current_carts(querying: Querying, project: str, key: CurrentKey) -> list[StoredCart]:
    """Every cart that the key could resolve to, in the order of their ids; the key names its sites."""
    rows = await querying.rows(
        statement("list_current_carts"),
        project,
        key.owner,
        sorted(key.sites or ()),
        key.name,
        key.bill_to,
        key.ship_to,
        key.device,
    )
    return [StoredCart(row) for row in rows]


def _values_of(change: CartChange) -> tuple[Any, ...]:
    write, idempotency = change.write, change.idempotency
    before, cart, event = write.before, write.cart, write.event
    assert before is not None
    return (
        change.project,
        before.id,
        before.version,
        cart.version,
        cart.cart_state,
        owner_of(customer_id=cart.customer_id, anonymous_id=cart.anonymous_id),
        write.former_anonymous_id or before.former_anonymous_id,
        cart.home_site,
        cart.key,
        compress(write.document),
        event.head,
        cart.priced_for.site_id,
        write.epoch,
        instant_of(write.priced.until),
        instant_of(cart.last_modified_at),
        compress(event.body),
        event.personal,
        event.salt,
        event.personal_hash,
        idempotency.resource if idempotency else None,
        idempotency.key if idempotency else None,
        idempotency.request_hash if idempotency else None,
        cart.name,
        write.gone_at,
        write.settled.epoch,
        write.settled.site,
    )


async def change_carts(querying: Querying, changes: Sequence[CartChange]) -> list[bool]:
    """Write changed carts, their events and answers in one round trip, all or (where this raises) none; tells of each
    whether it was written. It was not where the version is no longer the one decided on, nor where another transaction
    has the row: nobody waits.
    """
    values = [_values_of(each) for each in changes]
    rows = await querying.rows_of_each(statement("change_cart"), values)
    written = {(row["project"], str(row["id"]), row["version"]) for row in rows}
    # Of two changes of one version the first was done; the second one finds another version, and its own name gone.
    return [_taken(written, each[:3]) for each in values]


def _taken(names: set[tuple[Any, ...]], name: tuple[Any, ...]) -> bool:
    is_there = name in names
    names.discard(name)
    return is_there


async def change_cart(
    transaction: Transaction, project: str, write: CartWrite, idempotency: Idempotency | None = None
) -> bool:
    """Write a changed cart within a transaction; False where its version is not the one decided on.

    What stands alone, outside a transaction, goes through ``CartWrites``.
    """
    return (await change_carts(transaction, [CartChange(project, write, idempotency)]))[0]


async def change_locked_cart(
    transaction: Transaction, project: str, write: CartWrite, idempotency: Idempotency | None = None
) -> None:
    """Write a cart that was decided on as this transaction has locked it: nobody else can have changed it since."""
    is_written = await change_cart(transaction, project, write, idempotency)
    assert is_written, "a locked cart changed"


async def insert_cart(
    database: Querying, project: str, write: CartWrite, idempotency: Idempotency | None = None
) -> None:
    """Write a new cart and its first event in one statement. Raises DuplicateField for a key that is taken, and
    ReferencedResourceNotFound where the customer was deleted meanwhile.
    """
    cart, event = write.cart, write.event
    row = await database.row(
        statement("insert_cart"),
        project,
        UUID(cart.id),
        cart.version,
        cart.cart_state,
        owner_of(customer_id=cart.customer_id, anonymous_id=cart.anonymous_id),
        cart.home_site,
        cart.name,
        cart.origin,
        cart.business_unit.key if cart.business_unit else "",
        cart.ship_to or "",
        write.device,
        cart.key,
        cart.store.key if cart.store else None,
        compress(write.document),
        event.head,
        cart.priced_for.site_id,
        write.epoch,
        instant_of(write.priced.until),
        instant_of(cart.created_at),
        compress(event.body),
        event.personal,
        event.salt,
        event.personal_hash,
        idempotency.resource if idempotency else None,
        idempotency.key if idempotency else None,
        idempotency.request_hash if idempotency else None,
        write.settled.epoch,
        write.settled.site,
        UUID(cart.customer_id) if cart.customer_id else None,
    )
    if row is None:
        raise ReferencedResourceNotFound(type_id="customer", id=cart.customer_id)


async def delete_cart(database: Querying, project: str, stored: StoredCart) -> bool:
    """Delete a cart at its version; False where it was changed meanwhile."""
    return await database.row(statement("delete_cart"), project, UUID(stored.id), stored.version) is not None


def new_head() -> bytes:
    """The head of a cart that has no event yet."""
    return GENESIS


def document_of(cart: Cart) -> bytes:
    """The bytes of a cart for the wire and the database."""
    return encode(cart)
