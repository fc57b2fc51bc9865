"""Orders in the database, and the one statement that turns a cart into an order."""

from functools import cached_property
from uuid import UUID

import msgspec

from handcart.domain.caller import owner_of
from handcart.domain.document import encode, instant_of
from handcart.domain.event import Event
from handcart.domain.order import Order, StockTake, is_prepared, order_decoder
from handcart.store.answers import Idempotency
from handcart.store.carts import CartWrite, StoredCart
from handcart.store.compression import compress, decompress
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement


class StoredOrder:
    """An order as a row had it."""

    def __init__(self, row: Row) -> None:
        self.id: str = str(row["id"])
        self.version: int = row["version"]
        self.status: str = row["status"]
        self.owner: str | None = row["owner"]
        self.site: str = row["site"]
        self.store: str | None = row["store"]
        self.head: bytes = row["head"]
        self._compressed: bytes = row["document"]

    @cached_property
    def document(self) -> bytes:
        """The bytes that go over the wire."""
        return decompress(self._compressed)

    @cached_property
    def order(self) -> Order:
        """The document decoded."""
        return order_decoder.decode(self.document)


async def load_order(querying: Querying, project: str, order_id: str) -> StoredOrder | None:
    """The order with that id."""
    row = await querying.row(statement("load_order"), project, UUID(order_id))
    return StoredOrder(row) if row is not None else None


async def find_order_by_number(querying: Querying, project: str, order_number: str) -> StoredOrder | None:
    """The order with that number."""
    row = await querying.row(statement("find_order_by_number"), project, order_number)
    return StoredOrder(row) if row is not None else None


async def load_cart_and_order_number(
    querying: Querying, project: str, *, cart_id: str | None, key: str | None
) -> tuple[StoredCart, str] | None:
    """The cart to submit, and the number that its order will have."""
    row = await querying.row(
        statement("load_cart_and_order_number"), project, UUID(cart_id) if cart_id is not None else None, key
    )
    return (StoredCart(row), str(row["order_number"])) if row is not None else None


class OrderWrite(msgspec.Struct, frozen=True):
    """A decided submission, ready to be written."""

    cart: CartWrite
    order: Order
    event: Event
    stock: tuple[StockTake, ...]
    document: bytes


class Submitted(msgspec.Struct, frozen=True):
    """Whether a submission was written; where stock was short, of which SKUs and at which places (channel ids)."""

    is_done: bool
    short: tuple[tuple[str, str], ...]


async def submit_cart(
    querying: Querying, project: str, write: OrderWrite, idempotency: Idempotency | None
) -> Submitted:
    """Write a submission in one statement, whole or not at all. Raises DuplicateField for a taken order number."""
    cart_write, order_event, cart_event = write.cart, write.event, write.cart.event
    before, cart, order = cart_write.before, cart_write.cart, write.order
    assert before is not None
    row = await querying.row(
        statement("submit_cart"),
        project,
        UUID(before.id),
        before.version,
        cart.version,
        cart.home_site,
        compress(cart_write.document),
        cart_event.head,
        instant_of(cart.last_modified_at),
        compress(cart_event.body),
        cart_event.personal,
        cart_event.salt,
        cart_event.personal_hash,
        UUID(order.id),
        order.order_number,
        compress(write.document),
        order_event.head,
        compress(order_event.body),
        order_event.personal,
        order_event.salt,
        order_event.personal_hash,
        [each.sku for each in write.stock],
        [each.channel_id for each in write.stock],
        [each.quantity for each in write.stock],
        [each.is_strict for each in write.stock],
        idempotency.resource if idempotency else None,
        idempotency.key if idempotency else None,
        idempotency.request_hash if idempotency else None,
    )
    assert row is not None
    return Submitted(row["is_done"], tuple(zip(row["short_skus"] or (), row["short_channel_ids"] or (), strict=True)))


async def lock_orders_of_owner(transaction: Transaction, project: str, owner: str) -> list[StoredOrder]:
    """All orders of an owner, locked in the order of their ids."""
    return [StoredOrder(row) for row in await transaction.rows(statement("lock_orders_of_owner"), project, owner)]


async def change_order(querying: Querying, project: str, *, before: StoredOrder, order: Order, event: Event) -> bool:
    """Write a changed order and its event; False where the version is no longer the one decided on."""
    done = await querying.row(
        statement("change_order"),
        project,
        UUID(before.id),
        before.version,
        order.version,
        order.status,
        owner_of(customer_id=order.customer_id, anonymous_id=order.anonymous_id),
        order.order_number,
        compress(encode(order)),
        event.head,
        instant_of(order.last_modified_at),
        compress(event.body),
        event.personal,
        event.salt,
        event.personal_hash,
        *columns_of(order),
    )
    return done is not None


def columns_of(order: Order) -> tuple[str, str | None, UUID | None, UUID | None, UUID | None]:
    """What finds an order: its site and store, the cart it was made of, who drafted it, and from which cart."""
    store = order.store.key if order.store is not None else None
    drafter = order.operator if order.type == "OFFLINE" else None
    return (
        order.site_id or store or "",
        store,
        UUID(order.cart.id) if order.cart is not None else None,
        UUID(drafter.id) if drafter is not None else None,
        UUID(order.original_cart_id) if order.original_cart_id is not None and is_prepared(order) else None,
    )
