"""Pairings in the database, and the codes that lead to them: of a code only a hash is kept."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from handcart.domain.document import encode, instant_of
from handcart.domain.pairing import Pairing
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement

LISTED_MAX = 100

_decoder = msgspec.json.Decoder(Pairing)


class StoredPairing:
    """A pairing as a row has it; ``owner`` is whose the cart is now, None where there is no such cart any more."""

    def __init__(self, row: Row) -> None:
        self.pairing: Pairing = _decoder.decode(row["document"])
        self.cart_id: str = str(row["cart_id"])
        self.staff_id: str = str(row["staff_id"])
        self.owner: str | None = row["owner"]


class LockedPairing(StoredPairing):
    """A pairing whose row this transaction has locked."""


def _hash(project: str, code: str) -> bytes:
    return sha256(f"{project}\0{code}".encode()).digest()


async def insert_pairing_code(
    transaction: Transaction,
    project: str,
    code: str,
    *,
    cart_id: str,
    owner: str,
    expires_at: datetime,
    now: datetime,
) -> bool:
    """Keep a plain code; False where another cart has the same one. The cart is locked."""
    values = (project, _hash(project, code), UUID(cart_id), owner, expires_at, now)
    return await transaction.row(statement("insert_pairing_code"), *values) is not None


async def delete_pairing_codes(transaction: Transaction, project: str, cart_id: str) -> None:
    """Take back the codes of a locked cart."""
    await transaction.execute(statement("delete_pairing_codes"), project, UUID(cart_id))


async def take_pairing_code(transaction: Transaction, project: str, code: str, *, now: datetime) -> str | None:
    """The cart that a plain code leads to; the code is used up."""
    row = await transaction.row(statement("take_pairing_code"), project, _hash(project, code), now)
    return str(row["cart_id"]) if row is not None else None


async def insert_pairing(
    transaction: Transaction, project: str, pairing: Pairing, *, cart_id: str, owner: str, staff_id: str
) -> None:
    """Keep a new pairing."""
    await transaction.execute(
        statement("insert_pairing"),
        project,
        UUID(pairing.id),
        pairing.version,
        pairing.state,
        UUID(cart_id),
        owner,
        UUID(staff_id),
        instant_of(pairing.expires_at),
        encode(pairing),
        instant_of(pairing.created_at),
    )


async def load_pairing(querying: Querying, project: str, pairing_id: str) -> StoredPairing | None:
    """The pairing with that id, without a lock."""
    row = await querying.row(statement("load_pairing"), project, UUID(pairing_id))
    return StoredPairing(row) if row is not None else None


async def lock_pairings(transaction: Transaction, project: str, pairing_id: str) -> list[LockedPairing]:
    """The pairing with that id, and the other live ones of its agent on its cart; empty where there is none such.

    Locked before any owner or cart.
    """
    rows = await transaction.rows(statement("lock_pairings"), project, UUID(pairing_id))
    return [LockedPairing(row) for row in rows]


async def change_pairing(transaction: Transaction, project: str, before: LockedPairing, pairing: Pairing) -> None:
    """Write a changed pairing."""
    done = await transaction.row(
        statement("change_pairing"),
        project,
        UUID(pairing.id),
        before.pairing.version,
        pairing.version,
        pairing.state,
        instant_of(pairing.expires_at),
        encode(pairing),
        instant_of(pairing.last_modified_at),
    )
    assert done is not None, "a locked pairing changed"


async def list_live_pairings(querying: Querying, project: str, staff_id: str, now: datetime) -> list[Pairing]:
    """The pairings of an agent that wait for the shopper or hold, the latest first, as the agent may see them."""
    rows = await querying.rows(statement("list_live_pairings"), project, UUID(staff_id), now, LISTED_MAX)
    return [_decoder.decode(row["document"]) for row in rows]


async def list_pairings_of_owner(querying: Querying, project: str, owner: str, now: datetime) -> list[StoredPairing]:
    """The pairings on an owner's carts that wait for the shopper or hold, the latest first."""
    rows = await querying.rows(statement("list_pairings_of_owner"), project, owner, now, LISTED_MAX)
    return [StoredPairing(row) for row in rows]
