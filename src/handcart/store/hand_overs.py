"""Hand-overs of guests' carts: the token is told once, and only its SHA-256 is kept."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from handcart.domain.hand_over import HandOver
from handcart.store.database import Transaction
from handcart.store.statements import statement


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


async def insert_hand_over(transaction: Transaction, project: str, token: str, hand_over: HandOver) -> None:
    """Keep a new hand-over under the hash of its token."""
    await transaction.execute(
        statement("insert_hand_over"),
        _hash(token),
        project,
        UUID(hand_over.cart_id),
        hand_over.owner,
        hand_over.from_site,
        hand_over.to_site,
        hand_over.created_at,
        hand_over.expires_at,
    )


async def lock_hand_over(transaction: Transaction, project: str, token: str) -> HandOver | None:
    """The hand-over that the token stands for, locked until the transaction ends: two at once never both use it."""
    row = await transaction.row(statement("lock_hand_over"), _hash(token), project)
    if row is None:
        return None
    return HandOver(
        cart_id=str(row["cart_id"]),
        owner=row["owner"],
        from_site=row["from_site"],
        to_site=row["to_site"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
    )


async def close_hand_over(transaction: Transaction, project: str, token: str, now: datetime) -> None:
    """Mark the hand-over that this transaction has locked as used."""
    await transaction.execute(statement("close_hand_over"), _hash(token), project, now)
