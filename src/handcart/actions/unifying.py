"""Carts that share a scope since a site group changed become one, and carts that were separated tell of it: at the next
opening or write, for a group's change touches no cart. Readers never merge.
"""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from handcart.actions.claiming import write_change
from handcart.actions.deciding import gather, is_unsettled, sold_in
from handcart.actions.holding import check_no_other_hand
from handcart.domain.access import Access
from handcart.domain.claim import Change, Claim
from handcart.domain.price import Priced
from handcart.domain.price_selection import FAR_FUTURE
from handcart.domain.reach import Via
from handcart.domain.separation import lost_sites, separated_cart
from handcart.domain.unify import plan_unification
from handcart.store.carts import CurrentKey, LockedCart, list_current_carts, lock_carts
from handcart.store.database import Transaction
from handcart.store.merges import insert_merge
from handcart.store.owners import lock_owner
from handcart.store.settling import settle_carts
from handcart.store.stores import Stores


async def unify(stores: Stores, access: Access, key: CurrentKey, *, site: str, via: Via | None = None) -> bool:
    """Settle the owner's carts under this key after a change of groups; whether any of them was changed.

    ``site`` is the key of a site in the scope. Where all of them are settled nothing is locked. ``via`` is the hand of
    a member of staff on the one cart of them that brought it here. Raises TakeoverHeld where the caller is an operator
    and another one has taken any of them over.
    """
    project, catalogue = access.caller.project, access.catalogue
    found = await list_current_carts(stores.database, project, key)
    if not any(is_unsettled(each, catalogue) for each in found):
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
        locked = await _locked(transaction, project, key)
        for each in locked:
            await check_no_other_hand(stores, transaction, access.caller, cart_id=each.id)
        is_separated = await _separate(stores, transaction, access, key, locked, via=via)
        if is_separated:
            locked = await _locked(transaction, project, key)
        plan = await _plan(stores, transaction, access, locked, site=site)
        by_id = {each.id: each for each in locked}
        for change in plan.changes:
            await write_change(stores, transaction, access, by_id[change.before.id], change, is_settled=True, via=via)
        for receipt in plan.receipts:
            await insert_merge(transaction, project, receipt)
        merged = {each.before.id for each in plan.changes}
        # A locked cart takes part in no merge. It stays unsettled, so that it joins when it is unlocked.
        settled = [each for each in locked if each.id not in merged and each.cart.lock is None]
        await settle_carts(transaction, project, settled, catalogue.epoch)
    return is_separated or bool(plan.changes)


async def _locked(transaction: Transaction, project: str, key: CurrentKey) -> list[LockedCart]:
    ids = [each.id for each in await list_current_carts(transaction, project, key)]
    return [each for each in await lock_carts(transaction, project, ids) if each.state == "Active"]


async def _separate(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    key: CurrentKey,
    locked: Sequence[LockedCart],
    *,
    via: Via | None,
) -> bool:
    """Have the carts that sites have left tell of it; whether there were any."""
    catalogue, is_separated = access.catalogue, False
    for stored in locked:
        if not is_unsettled(stored, catalogue):
            continue
        lost = lost_sites(catalogue, stored.settled, site=stored.site, is_anonymous=key.owner.startswith("anonymous:"))
        others = []
        if lost:
            there = await list_current_carts(transaction, access.caller.project, replace(key, sites=lost))
            others = [each.cart for each in there]
        cart = separated_cart(stored.cart, lost, others, catalogue)
        if cart is not stored.cart:
            change = Change(stored.cart, Priced(cart, FAR_FUTURE, ()), "CartSeparated")
            await write_change(stores, transaction, access, stored, change, via=via)
            is_separated = True
    return is_separated


async def _plan(
    stores: Stores, transaction: Transaction, access: Access, locked: Sequence[LockedCart], *, site: str
) -> Claim:
    if len(locked) < 2:
        return Claim()
    catalogue = access.catalogue
    acting = await gather(
        stores,
        caller=access.caller,
        catalogue=catalogue,
        site=access.site or catalogue.sites.get(site),
        skus=set(),
        product_ids=set[str]().union(*(sold_in(each.cart) for each in locked)),
        within=transaction,
    )
    return plan_unification(
        [each.cart for each in locked],
        {each.id: each.settled for each in locked},
        acting=acting,
        undo_window=timedelta(hours=catalogue.settings.merge_undo_hours),
    )
