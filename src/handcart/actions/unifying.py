"""Carts that share a scope since a site group changed become one, at the next opening or write; readers never merge."""

from collections.abc import Sequence
from datetime import timedelta

from handcart.actions.claiming import write_change
from handcart.actions.deciding import gather, sold_in
from handcart.domain.access import Access
from handcart.domain.claim import Claim
from handcart.domain.ids import SiteKey
from handcart.domain.scope import scope_name
from handcart.domain.unify import plan_unification
from handcart.store.carts import CurrentKey, StoredCart, list_current_carts, lock_carts
from handcart.store.database import Transaction
from handcart.store.merges import insert_merge
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def unify(stores: Stores, access: Access, key: CurrentKey, *, site: str) -> bool:
    """Merge the owner's carts under this key that come from other scopes; whether anything was merged.

    ``site`` is the key of a site in the scope. Where there is nothing to merge nothing is locked.
    """
    project = access.caller.project
    found = await list_current_carts(stores.database, project, key)
    if len(found) < 2 or not (await _plan(stores, access, found, site=site)).changes:
        return False
    kind, _, owner_id = key.owner.partition(":")
    async with stores.database.transaction() as transaction:
        await lock_owner(
            transaction,
            project,
            customer_id=owner_id if kind == "customer" else None,
            anonymous_id=owner_id if kind == "anonymous" else None,
            now=stores.clock.utc_now(),
        )
        ids = [each.id for each in await list_current_carts(transaction, project, key)]
        locked = await lock_carts(transaction, project, ids)
        plan = await _plan(
            stores, access, [each for each in locked if each.state == "Active"], site=site, within=transaction
        )
        by_id = {each.id: each for each in locked}
        for change in plan.changes:
            await write_change(stores, transaction, access, by_id[change.before.id], change)
        for receipt in plan.receipts:
            await insert_merge(transaction, project, receipt)
    return bool(plan.changes)


async def _plan(
    stores: Stores, access: Access, found: Sequence[StoredCart], *, site: str, within: Transaction | None = None
) -> Claim:
    catalogue = access.catalogue
    acting = await gather(
        stores,
        caller=access.caller,
        catalogue=catalogue,
        site=access.site or catalogue.sites.get(site),
        skus=set(),
        product_ids=set[str]().union(*(sold_in(each.cart) for each in found)),
        within=within,
    )
    return plan_unification(
        [each.cart for each in found],
        scope=scope_name(SiteKey(site), catalogue.groups),
        acting=acting,
        undo_window=timedelta(hours=catalogue.settings.merge_undo_hours),
    )
