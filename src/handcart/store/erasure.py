"""What is kept of a person beside the documents: found, and let go of, in the transaction that erases the person."""

import re
from collections.abc import Sequence
from uuid import UUID

import msgspec

from handcart.domain.document import Document, encode
from handcart.domain.erasure import erased_words
from handcart.domain.takeover import Takeover
from handcart.domain.webhook import Delivery
from handcart.store.compression import decompress
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement

ANSWERS_READ_AT_ONCE = 500

_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_takeover_decoder = msgspec.json.Decoder(Takeover)
_delivery_decoder = msgspec.json.Decoder(Delivery)


class Belongings(msgspec.Struct, frozen=True):
    """The ids of an owner's carts and orders."""

    carts: tuple[str, ...]
    orders: tuple[str, ...]


async def list_belongings(querying: Querying, project: str, owner: str) -> Belongings:
    """Everything that is an owner's, what nobody sees any more included."""
    rows = await querying.rows(statement("list_belongings"), project, owner)
    return Belongings(
        tuple(str(row["id"]) for row in rows if row["kind"] == "cart"),
        tuple(str(row["id"]) for row in rows if row["kind"] == "order"),
    )


async def erase_events(transaction: Transaction, project: str, ids: Sequence[str]) -> None:
    """Shred the personal part of every event of these carts and orders. The hashes stay, and with them the chain."""
    await transaction.execute(statement("erase_events"), project, _uuids(ids))


async def forget_sessions(transaction: Transaction, project: str, cart_ids: Sequence[str]) -> None:
    """Forget which anonymous sessions the carts came from."""
    await transaction.execute(statement("forget_former_sessions"), project, _uuids(cart_ids))


async def forget_dealings(transaction: Transaction, project: str, belongings: Belongings) -> list[UUID]:
    """Forget what was proposed for the carts, and what was written about them when they were taken over. Takeovers are
    locked before owners and carts; answers their ids.
    """
    carts = _uuids(belongings.carts)
    rows = await transaction.rows(statement("lock_takeovers_to_erase"), project, carts, _uuids(belongings.orders))
    for row in rows:
        bare = erased_words(_takeover_decoder.decode(row["document"]))
        await transaction.execute(statement("erase_takeover"), project, row["id"], encode(bare))
    await transaction.execute(statement("delete_proposals_of_carts"), project, carts)
    return [row["id"] for row in rows]


async def has_dealings(
    transaction: Transaction, project: str, belongings: Belongings, forgotten: Sequence[UUID]
) -> bool:
    """Whether there is any proposal or takeover of these besides those that were forgotten."""
    carts, orders = _uuids(belongings.carts), _uuids(belongings.orders)
    row = await transaction.row(statement("has_dealings"), project, carts, orders, forgotten)
    return row is not None and row["is_any"]


async def forget_responses(transaction: Transaction, project: str, belongings: Belongings) -> None:
    """Forget what receivers were sent and answered when they were told of these orders and merges."""
    for row in await transaction.rows(statement("lock_deliveries_to_erase"), project, _uuids(belongings.carts)):
        bare: Document = erased_words(_delivery_decoder.decode(row["document"]))
        await transaction.execute(statement("erase_delivery"), project, row["id"], encode(bare))


async def delete_answers_about(transaction: Transaction, project: str, named: Sequence[str], email: str) -> None:
    """Drop every kept answer that tells of one of these things, or of this e-mail address. Reads a day's answers."""
    wanted = {each.encode() for each in named}
    words = email.encode()
    after = ("", "")
    while rows := await transaction.rows(statement("list_answers_after"), project, *after, ANSWERS_READ_AT_ONCE):
        doomed = [row for row in rows if _tells_of(decompress(row["answer"]) + row["resource"].encode(), wanted, words)]
        if doomed:
            resources, keys = [row["resource"] for row in doomed], [row["key"] for row in doomed]
            await transaction.execute(statement("delete_answers"), project, resources, keys)
        after = (rows[-1]["resource"], rows[-1]["key"])


def _tells_of(text: bytes, wanted: set[bytes], words: bytes) -> bool:
    return words in text or not wanted.isdisjoint(_UUID.findall(text))


def _uuids(ids: Sequence[str]) -> list[UUID]:
    return [UUID(each) for each in ids]
