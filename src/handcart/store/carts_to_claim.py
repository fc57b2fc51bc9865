"""The carts that a claim takes from a guest and adds to a customer's."""

from uuid import UUID

from handcart.store.carts import LockedCart, StoredCart
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement


async def was_claimed(querying: Querying, project: str, *, anonymous_id: str, owner: str) -> bool:
    """Whether the owner has a cart that was this anonymous session's."""
    row = await querying.row(statement("was_claimed"), project, anonymous_id, owner)
    return row is not None and bool(row["is_found"])


async def lock_carts_to_claim(
    transaction: Transaction, project: str, *, customer: str, guest: str | None, cart_id: str | None
) -> list[LockedCart]:
    """The customer's Active carts, all carts of the guest, and one more, locked in the order of their ids.

    ``customer`` and ``guest`` are owner keys.
    """
    rows = await transaction.rows(
        statement("lock_carts_to_claim"), project, customer, guest, UUID(cart_id) if cart_id is not None else None
    )
    return [LockedCart(row) for row in rows]


async def list_carts_to_claim(
    querying: Querying, project: str, *, customer: str, guest: str | None, cart_id: str | None
) -> list[StoredCart]:
    """What ``lock_carts_to_claim`` would lock, without a lock."""
    rows = await querying.rows(
        statement("list_carts_to_claim"), project, customer, guest, UUID(cart_id) if cart_id is not None else None
    )
    return [StoredCart(row) for row in rows]
