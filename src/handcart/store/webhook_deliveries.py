"""Deliveries of webhooks, each with its attempts. A delivery whose turn has come is a job in the queue."""

from datetime import timedelta
from uuid import UUID

import msgspec

from handcart.domain.document import encode, instant_of
from handcart.domain.webhook import DELIVER, Delivery, DeliveryDue, WebhookEvent
from handcart.store.compression import compress, decompress
from handcart.store.database import Database, Querying, Transaction
from handcart.store.queue import enqueue
from handcart.store.statements import statement

_decoder = msgspec.json.Decoder(Delivery)


class FoundDelivery(msgspec.Struct, frozen=True):
    """A delivery, the one of the same cart that has to end ``earlier``, and the message that was sent already."""

    delivery: Delivery
    earlier: Delivery | None
    message: bytes | None


async def enqueue_delivery(
    transaction: Transaction, project: str, delivery: Delivery, delay: timedelta = timedelta(0)
) -> None:
    """Queue the next attempt, in the transaction that makes it due."""
    due = DeliveryDue(project, delivery.id, delivery.version)
    # An attempt may wait long for its receiver: other work goes first, and receivers that have not failed yet do.
    priority = -2 if delivery.tries else -1
    await enqueue(transaction, DELIVER, encode(due), priority=priority, delay=delay)


async def insert_delivery(
    transaction: Transaction, project: str, delivery: Delivery, *, source_id: str, cart_id: str
) -> bool:
    """Keep a new delivery; False where the same was told, or is being told, already."""
    row = await transaction.row(
        statement("insert_delivery"),
        project,
        UUID(delivery.id),
        delivery.event,
        UUID(source_id),
        UUID(cart_id),
        delivery.version,
        delivery.state,
        encode(delivery),
        instant_of(delivery.created_at),
    )
    return row is not None


async def load_delivery(querying: Querying, project: str, delivery_id: str) -> FoundDelivery | None:
    """The delivery with that id."""
    row = await querying.row(statement("load_delivery"), project, UUID(delivery_id))
    if row is None:
        return None
    return FoundDelivery(
        _decoder.decode(row["document"]),
        _decoder.decode(row["earlier"]) if row["earlier"] is not None else None,
        decompress(row["message"]) if row["message"] is not None else None,
    )


async def keep_message(transaction: Transaction, project: str, delivery_id: str, message: bytes) -> bytes | None:
    """Keep what is about to be sent, before it is; answers what all attempts send: the first that was kept. None where
    the delivery is gone. An order that it tells of is locked already, so that an erasure either shows in it or blanks
    what is kept here.
    """
    row = await transaction.row(statement("keep_delivery_message"), project, UUID(delivery_id), compress(message))
    return decompress(row["message"]) if row is not None else None


async def lock_delivery(transaction: Transaction, project: str, delivery_id: str) -> Delivery | None:
    """The delivery with that id, locked until the transaction ends."""
    row = await transaction.row(statement("lock_delivery"), project, UUID(delivery_id))
    return _decoder.decode(row["document"]) if row is not None else None


async def change_delivery(transaction: Transaction, project: str, delivery: Delivery) -> None:
    """Write a locked delivery."""
    await transaction.execute(
        statement("change_delivery"), project, UUID(delivery.id), delivery.version, delivery.state, encode(delivery)
    )


async def list_deliveries(
    database: Database, project: str, event: WebhookEvent, *, state: str | None, limit: int, offset: int
) -> tuple[list[Delivery], int]:
    """A page of deliveries, the newest first, and how many there are."""
    rows = await database.rows(statement("list_deliveries"), project, event, state, limit, offset)
    counted = await database.row(statement("count_deliveries"), project, event, state)
    assert counted is not None
    return [_decoder.decode(row["document"]) for row in rows], counted["total"]
