"""Keeping that carts are settled: in one place with all other carts of their scope."""

from collections.abc import Sequence
from uuid import UUID

from handcart.store.carts import LockedCart
from handcart.store.database import Transaction
from handcart.store.statements import statement


async def settle_carts(transaction: Transaction, project: str, carts: Sequence[LockedCart], epoch: int) -> None:
    """Say of locked carts that they are in one place with their scope's other carts, as of this epoch."""
    ids = [UUID(each.id) for each in carts]
    if ids:
        await transaction.execute(statement("settle_carts"), project, ids, epoch)
