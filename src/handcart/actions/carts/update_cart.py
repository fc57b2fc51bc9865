"""Changing a cart: one read, one pure decision, one statement that compares the version and writes cart and event."""

from collections.abc import Sequence

from handcart.actions.basing import changes_since
from handcart.actions.deciding import gather, hold_of, is_priced_for, is_unsettled, view_of, written
from handcart.actions.holding import check_no_other_hand, keep_hold
from handcart.actions.unifying import unify
from handcart.domain.access import Access, acting_site_for, check_access, sites_around
from handcart.domain.acting import Acting
from handcart.domain.caller import owner_of
from handcart.domain.cart_owner import CartOwner
from handcart.domain.errors import ConcurrentModification, InvalidField, RebaseConflict, ResourceNotFound, TakeoverHeld
from handcart.domain.ids import is_uuid
from handcart.domain.rebase import parts_then, rebase
from handcart.domain.staff_limits import check_allowance
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.apply import (
    CartUpdate,
    apply_actions,
    check_needs_version,
    check_open,
    products_of,
    skus_of,
)
from handcart.domain.updates.attributes import SetCustomerId
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import (
    CartWrite,
    CurrentKey,
    StoredCart,
    change_locked_cart,
    find_cart_by_key,
    load_cart,
    lock_carts,
)
from handcart.store.database import Querying, Transaction
from handcart.store.owners import load_owner
from handcart.store.stores import Stores

ATTEMPTS_MAX = 5
"""How often an update without a version that lost the race is decided again before it takes the row's lock."""


async def update_cart(
    stores: Stores,
    access: Access,
    update: CartUpdate,
    *,
    cart_id: str | None = None,
    key: str | None = None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The changed cart as JSON. Raises ResourceNotFound, ConcurrentModification, and what the actions refuse.

    With ``version`` it holds against that version only. Without, actions that need no base are decided again on
    whatever another hand has written meanwhile: nobody's line is lost.
    """
    check_needs_version(update)
    if update.version is not None and update.base_version is not None:
        raise InvalidField(field="baseVersion", invalid_value=update.base_version)
    if access.caller.staff_id is not None:
        named = cart_id or key or ""
        stored = _found(await _find(stores, access.caller.project, cart_id=cart_id, key=key), named)
        check_access(access, thing_id=named, owner=stored.owner, site=stored.site, cart_id=stored.id)
        check_allowance(update.actions, access.caller.allowance)
        return await _update_under_lock(stores, access, update, idempotency, found=stored)
    if update.version is not None:
        return await _update(stores, access, update, cart_id=cart_id, key=key, idempotency=idempotency)
    async with stores.turns.of(access.caller.project, cart_id or key or ""):
        return await _update(stores, access, update, cart_id=cart_id, key=key, idempotency=idempotency)


async def _update(
    stores: Stores,
    access: Access,
    update: CartUpdate,
    *,
    cart_id: str | None,
    key: str | None,
    idempotency: Idempotency | None,
) -> Answer:
    project = access.caller.project
    for _ in range(ATTEMPTS_MAX):
        stored = await _find(stores, project, cart_id=cart_id, key=key)
        write = await _decide(stores, access, update, stored, named=cart_id or key or "")
        if write is None:
            answer = await _unchanged(stores, access, _found(stored, cart_id or key or ""))
            await insert_answer(stores.database, project, idempotency, answer, stores.clock.utc_now())
            return answer
        if await stores.cart_writes.change(project, write, idempotency):
            return await _unified(stores, access, _found(stored, ""), write)
    return await _update_under_lock(stores, access, update, idempotency, found=_found(stored, ""))


async def _unified(stores: Stores, access: Access, before: StoredCart, write: CartWrite) -> Answer:
    """The written cart; where sites have joined or left since it was settled, with what belongs to it now."""
    cart = write.cart
    owner = owner_of(customer_id=cart.customer_id, anonymous_id=cart.anonymous_id)
    if not is_unsettled(before, access.catalogue) or owner is None or cart.cart_state != "Active":
        return Answer(write.document)
    hold = hold_of(access.caller, before.cart)
    if hold is not None and hold.kind == "pairing":
        # The shopper has agreed to one cart being seen, not to what else belongs to it by now.
        return Answer(write.document)
    key = CurrentKey(
        owner=owner,
        sites=frozenset[str](sites_around(access.catalogue, cart.home_site, owner=owner)),
        name=cart.name,
        device=None,
    )
    try:
        is_changed = await unify(stores, access, key, site=cart.home_site, via=hold)
    except TakeoverHeld:
        # Another operator works on one of them. What was asked for is done, and the rest waits for the next request.
        is_changed = False
    if is_changed:
        now = await load_cart(stores.database, access.caller.project, cart.id)
        return Answer(_found(now, cart.id).document)
    return Answer(write.document)


async def _update_under_lock(
    stores: Stores, access: Access, update: CartUpdate, idempotency: Idempotency | None, *, found: StoredCart
) -> Answer:
    cart_id = found.id
    async with stores.database.transaction() as transaction:
        await keep_hold(stores, transaction, access.caller, cart_id=cart_id, owner=found.owner)
        locked = await lock_carts(transaction, access.caller.project, [cart_id])
        await check_no_other_hand(stores, transaction, access.caller, cart_id=cart_id)
        stored = locked[0] if locked and not locked[0].is_gone else None
        write = await _decide(stores, access, update, stored, named=cart_id, within=transaction)
        if write is None:
            answer = await _unchanged(stores, access, _found(stored, cart_id), within=transaction)
            await insert_answer(transaction, access.caller.project, idempotency, answer, stores.clock.utc_now())
            return answer
        await change_locked_cart(transaction, access.caller.project, write, idempotency)
    # By a transaction of its own: uniting locks the owner, which has to come before any cart.
    return await _unified(stores, access, _found(stored, cart_id), write)


async def _find(stores: Stores, project: str, *, cart_id: str | None, key: str | None) -> StoredCart | None:
    if key is not None:
        return await find_cart_by_key(stores.database, project, key)
    return await stores.cart_reads.load(project, cart_id) if cart_id is not None and is_uuid(cart_id) else None


def _found(stored: StoredCart | None, named: str) -> StoredCart:
    if stored is None:
        raise ResourceNotFound(id=named)
    return stored


async def _unchanged(
    stores: Stores, access: Access, stored: StoredCart, *, within: Transaction | None = None
) -> Answer:
    """The cart as it is, at the prices of the acting site as after any write."""
    site = acting_site_for(access, owner=stored.owner, site=stored.site)
    return Answer(
        await view_of(stores, caller=access.caller, catalogue=access.catalogue, stored=stored, site=site, within=within)
    )


async def _decide(
    stores: Stores,
    access: Access,
    update: CartUpdate,
    found: StoredCart | None,
    *,
    named: str,
    within: Transaction | None = None,
) -> CartWrite | None:
    """The write that the update comes to on this state of the cart; None where it changes nothing.

    ``within`` a transaction its connection is used: whoever holds locks must not wait for another connection.
    """
    stored = _found(found, named)
    check_access(access, thing_id=named, owner=stored.owner, site=stored.site, cart_id=stored.id)
    if update.version is not None and update.version != stored.version:
        raise ConcurrentModification(id=stored.id, expected=update.version, current_version=stored.version)
    acting = await gather(
        stores,
        caller=access.caller,
        catalogue=access.catalogue,
        site=acting_site_for(access, owner=stored.owner, site=stored.site),
        skus=skus_of(update.actions),
        product_ids=products_of(stored.cart, update.actions),
        within=within,
    )
    querying = within or stores.database
    owner = await _new_owner(querying, access, update)
    actions = await _rebased(querying, access, update, stored, acting)
    is_settled = is_priced_for(stored, site=acting.site, epoch=acting.catalogue.epoch, now=stores.clock.utc_now())
    priced = apply_actions(stored.cart, actions, acting, owner=owner, is_settled=is_settled)
    if priced.cart is stored.cart:
        return None
    lost_session = stored.cart.anonymous_id if priced.cart.anonymous_id is None else None
    return written(
        stores,
        caller=access.caller,
        kind="CartChanged",
        before=stored,
        priced=priced,
        acting=acting,
        actions=actions,
        former_anonymous_id=lost_session,
    )


async def _rebased(
    querying: Querying, access: Access, update: CartUpdate, stored: StoredCart, acting: Acting
) -> Sequence[CartAction]:
    """The actions as they apply now; with ``baseVersion``, over what others have written since.

    Raises RebaseConflict with both values, InvalidField for a version that the cart never had.
    """
    base_version = update.base_version
    if base_version is None or base_version == stored.version:
        return update.actions
    check_open(stored.cart, is_locksmith=access.locks)
    since = await changes_since(querying, access.caller.project, stored, base_version)
    rebased = rebase(stored.cart, parts_then(stored.cart, since), update.actions, acting)
    if rebased.conflicts:
        raise RebaseConflict(id=stored.id, base_version=base_version, conflicts=rebased.conflicts)
    return rebased.actions


async def _new_owner(querying: Querying, access: Access, update: CartUpdate) -> CartOwner | None:
    """The customer that the update makes the owner. Raises ReferencedResourceNotFound for an unknown one (S1-5)."""
    named = [each.customer_id for each in update.actions if isinstance(each, SetCustomerId)]
    if not named or named[-1] is None:
        return None
    return await load_owner(querying, access.caller.project, customer_id=named[-1], anonymous_id=None)
