"""Receipts of merges."""

from uuid import UUID

from handcart.domain.document import encode, instant_of
from handcart.domain.receipt import MergeReceipt
from handcart.store.database import Transaction
from handcart.store.statements import statement


async def insert_merge(transaction: Transaction, project: str, receipt: MergeReceipt) -> None:
    """Keep a receipt. A source that was merged before violates ``one_merge_per_source``."""
    await transaction.execute(
        statement("insert_merge"),
        project,
        UUID(receipt.id),
        receipt.version,
        receipt.state,
        UUID(receipt.target),
        UUID(receipt.customer_id),
        encode(receipt),
        instant_of(receipt.at),
        [UUID(each) for each in receipt.sources],
    )
