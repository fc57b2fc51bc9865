"""Receipts of merges."""

from uuid import UUID

import msgspec

from handcart.domain.document import encode, instant_of
from handcart.domain.receipt import MergeReceipt
from handcart.store.carts import load_cart
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement

_decoder = msgspec.json.Decoder(MergeReceipt)


async def insert_merge(transaction: Transaction, project: str, receipt: MergeReceipt) -> None:
    """Keep a receipt. A source that was merged before violates ``one_merge_per_source``."""
    await transaction.execute(
        statement("insert_merge"),
        project,
        UUID(receipt.id),
        receipt.version,
        receipt.state,
        UUID(receipt.target),
        UUID(receipt.customer_id) if receipt.customer_id is not None else None,
        encode(receipt),
        instant_of(receipt.at),
        [UUID(each) for each in receipt.sources],
    )


async def load_merge(querying: Querying, project: str, merge_id: str) -> MergeReceipt | None:
    """The receipt with that id."""
    row = await querying.row(statement("load_merge"), project, UUID(merge_id))
    return _decoder.decode(row["document"]) if row is not None else None


async def lock_merge(transaction: Transaction, project: str, merge_id: str) -> MergeReceipt | None:
    """The receipt with that id, locked until the transaction ends."""
    row = await transaction.row(statement("lock_merge"), project, UUID(merge_id))
    return _decoder.decode(row["document"]) if row is not None else None


async def undo_merge(transaction: Transaction, project: str, undone: MergeReceipt) -> None:
    """Keep that a merge was taken back."""
    await transaction.execute(statement("undo_merge"), project, UUID(undone.id), undone.version, encode(undone))


async def find_merge_owner(querying: Querying, project: str, receipt: MergeReceipt) -> str | None:
    """The owner key of the carts as they are now: a receipt names no guest, who may be a customer since."""
    if receipt.owner is not None:
        return receipt.owner
    target = await load_cart(querying, project, receipt.target)
    return target.owner if target is not None else None
