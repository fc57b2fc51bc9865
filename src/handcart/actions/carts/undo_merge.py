"""Taking a merge back."""

from datetime import datetime

from msgspec.structs import replace

from handcart.actions.claim_rules import claim_site
from handcart.actions.claiming import write_change
from handcart.actions.deciding import gather, sold_in
from handcart.domain.access import Access, check_access
from handcart.domain.document import encode
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.receipt import MergeReceipt
from handcart.domain.undo import Recorded, plan_undo
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, lock_carts
from handcart.store.database import Transaction
from handcart.store.events import list_events
from handcart.store.merges import find_merge_owner, lock_merge
from handcart.store.merges import undo_merge as keep_undone
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores

EVENTS_MAX = 10_000
"""More changes than this since a merge, and it cannot be taken back."""


async def undo_merge(
    stores: Stores, access: Access, merge_id: str, version: int | None, idempotency: Idempotency | None = None
) -> Answer:
    """The merge as JSON, ``Undone``; a second time it is answered as it is.

    Raises ResourceNotFound, ConcurrentModification, UndoWindowClosed, MergeMeanwhileOrdered, MergeMeanwhilePutBack,
    MergeNotLatest.
    """
    project, now = access.caller.project, stores.clock.utc_now()
    if not is_uuid(merge_id):
        raise ResourceNotFound(id=merge_id)
    async with stores.database.transaction() as transaction:
        receipt = await lock_merge(transaction, project, merge_id)
        if receipt is None:
            raise ResourceNotFound(id=merge_id)
        owner = await find_merge_owner(transaction, project, receipt)
        check_access(access, thing_id=merge_id, owner=owner)
        if receipt.state == "Applied":
            if version is not None and version != receipt.version:
                raise ConcurrentModification(id=merge_id, expected=version, current_version=receipt.version)
            receipt = await _undone(stores, transaction, access, receipt, now, owner=owner)
        answer = Answer(encode(receipt))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer


async def _undone(
    stores: Stores, transaction: Transaction, access: Access, receipt: MergeReceipt, now: datetime, *, owner: str | None
) -> MergeReceipt:
    project = access.caller.project
    if receipt.customer_id is not None:
        await lock_owner(transaction, project, customer_id=receipt.customer_id, anonymous_id=None, now=now)
    locked = {each.id: each for each in await lock_carts(transaction, project, [receipt.target, *receipt.sources])}
    if receipt.target not in locked:
        raise ResourceNotFound(id=receipt.target)
    target = await _recorded(transaction, project, locked[receipt.target])
    sources = [await _recorded(transaction, project, locked[each]) for each in receipt.sources if each in locked]
    products = sold_in(target.cart).union(*(sold_in(each.cart) for each in sources))
    acting = await gather(
        stores,
        caller=access.caller,
        catalogue=access.catalogue,
        site=claim_site(access, target.cart.home_site, owner=owner),
        skus={each.sku for each in receipt.units if each.sku is not None},
        product_ids=products,
        within=transaction,
    )
    for change in plan_undo(receipt, target, sources, acting):
        # Who takes a merge back wants these carts apart, which says nothing of others that sites have brought together.
        beside = locked[receipt.target]
        await write_change(stores, transaction, access, locked[change.before.id], change, beside=beside)
    undone = replace(receipt, version=receipt.version + 1, state="Undone")
    await keep_undone(transaction, project, undone)
    return undone


async def _recorded(transaction: Transaction, project: str, stored: LockedCart) -> Recorded:
    return Recorded(stored.cart, await list_events(transaction, project, stored.id, limit=EVENTS_MAX))
