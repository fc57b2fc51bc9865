"""Taking in the cart that a guest's link brings from another domain."""

from datetime import timedelta

from handcart.actions.current_key import CurrentCartDraft, current_key
from handcart.actions.deciding import gather_for, written
from handcart.domain.access import Access
from handcart.domain.claim import Change, Claim, is_mergeable, recency
from handcart.domain.document import encode
from handcart.domain.errors import HandOverInvalid
from handcart.domain.hand_over import (
    HandedOver,
    HandOver,
    Receiving,
    check_guest,
    check_hand_over,
    check_sites,
    plan_hand_over,
)
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, change_locked_cart, list_current_carts, lock_carts
from handcart.store.database import Transaction
from handcart.store.hand_overs import close_hand_over, lock_hand_over
from handcart.store.merges import insert_merge
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def accept_hand_over(
    stores: Stores, access: Access, token: str, idempotency: Idempotency | None = None
) -> Answer:
    """``{cart, merge?}`` as JSON: the session's current cart on the acting site, and the receipt where two became one.

    Of two at once one gets the cart. Raises HandOverForGuestsOnly, HandOverInvalid, HandOverUsed, HandOverExpired,
    SitesShareNoCart where the group has changed, and what keeps the cart from being changed; then the link still works.
    """
    project, now = access.caller.project, stores.clock.utc_now()
    check_guest(access.caller)
    assert access.site is not None, "the path names the site"
    async with stores.database.transaction() as transaction:
        await lock_owner(transaction, project, customer_id=None, anonymous_id=access.caller.anonymous_id, now=now)
        found = await lock_hand_over(transaction, project, token)
        hand_over = check_hand_over(found, site=access.site.key, now=now)
        check_sites(access.catalogue, from_site=hand_over.from_site, to_site=hand_over.to_site)
        await close_hand_over(transaction, project, token, now)
        mine = await list_current_carts(transaction, project, current_key(access, CurrentCartDraft()))
        locked = await lock_carts(transaction, project, [hand_over.cart_id, *(each.id for each in mine)])
        plan = await _planned(stores, transaction, access, hand_over, locked)
        by_id = {each.id: each for each in locked}
        for change in plan.changes:
            await _write(stores, transaction, access, by_id, change)
        for receipt in plan.receipts:
            await insert_merge(transaction, project, receipt)
        merge = plan.receipts[0] if plan.receipts else None
        answer = Answer(encode(HandedOver(cart=plan.changes[-1].after.cart, merge=merge)))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer


async def _planned(
    stores: Stores, transaction: Transaction, access: Access, hand_over: HandOver, locked: list[LockedCart]
) -> Claim:
    """The plan for the locked carts. Raises HandOverInvalid where the cart is no longer the session's that gave it."""
    source = next((each for each in locked if each.id == hand_over.cart_id), None)
    if source is None or source.is_gone or source.owner != hand_over.owner:
        raise HandOverInvalid()
    mine = [
        each.cart
        for each in locked
        if each.id != source.id and each.owner == access.caller.owner and is_mergeable(each.cart)
    ]
    target = max(mine, key=recency) if mine else None
    concerned = [source.cart] if target is None else [source.cart, target]
    acting = await gather_for(stores, access, access.site, *concerned, within=transaction)
    settings = access.catalogue.settings
    of_site = access.site.merge_quantity_policy if access.site is not None else None
    receiving = Receiving(
        anonymous_id=access.caller.anonymous_id or "",
        acting=acting,
        policy=of_site or settings.merge_quantity_policy,
        undo_window=timedelta(hours=settings.merge_undo_hours),
    )
    return plan_hand_over(source.cart, target, receiving)


async def _write(
    stores: Stores, transaction: Transaction, access: Access, by_id: dict[str, LockedCart], change: Change
) -> None:
    write = written(
        stores,
        caller=access.caller,
        kind=change.kind,
        before=by_id[change.before.id],
        priced=change.after,
        acting=await gather_for(stores, access, access.site, within=transaction),
        is_repriced=change.is_repriced,
        is_settled=change.beside is None,
        beside=by_id[change.beside] if change.beside is not None else None,
    )
    await change_locked_cart(transaction, access.caller.project, write)
