"""Claiming a guest's things within a transaction: shared by every way to sign in, sign up and merge.

One policy, one code path. The owners' rows are locked by whoever calls, then the carts in the order of their ids.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from handcart.actions.claim_rules import Guest, claim_site, rules_for
from handcart.actions.current_key import key_of_customer
from handcart.actions.deciding import gather_for, hold_of, view_of, written
from handcart.domain.access import Access, sites_around
from handcart.domain.caller import owner_of
from handcart.domain.cart_owner import CartOwner
from handcart.domain.claim import Change, Claim, plan_claim
from handcart.domain.document import encode
from handcart.domain.errors import (
    AnonymousSessionMismatch,
    MergePlanStale,
    ReferencedResourceNotFound,
    Refusal,
)
from handcart.domain.event import EventBody, event_of, plain
from handcart.domain.ids import is_uuid
from handcart.domain.last_used import last_used
from handcart.domain.merge_plan import MergePlan, plan_shown
from handcart.domain.reach import Via
from handcart.domain.references import ResourceIdentifier
from handcart.store.carts import LockedCart, StoredCart, change_locked_cart, find_cart_by_key, find_current_cart
from handcart.store.carts_to_claim import list_carts_to_claim, lock_carts_to_claim, was_claimed
from handcart.store.database import Transaction
from handcart.store.merges import insert_merge
from handcart.store.offline_orders import lock_orders
from handcart.store.orders import change_order, lock_orders_of_owner
from handcart.store.stores import Stores


class _Named(msgspec.Struct, frozen=True):
    """The owner keys of both sides, and the one cart that the guest named."""

    mine: str
    guest: str | None
    cart_id: str | None


async def claim(stores: Stores, transaction: Transaction, access: Access, customer: CartOwner, guest: Guest) -> Claim:
    """Make the guest's carts and orders the customer's and merge what is to be merged; answers what was done.

    Raises AnonymousSessionMismatch (S1-33); ReferencedResourceNotFound for a cart that is not there or is another
    customer's (S1-36); MergePlanStale where another merge was shown. Repeating it is harmless: what is the customer's
    already is left alone.
    """
    if guest.anonymous_id is None and guest.cart is None:
        return Claim()
    project = access.caller.project
    named = await _named(transaction, project, customer, guest)
    locked = await lock_carts_to_claim(
        transaction, project, customer=named.mine, guest=named.guest, cart_id=named.cart_id
    )
    plan = await _planned(stores, transaction, access, customer=customer, guest=guest, named=named, found=locked)
    if guest.plan_hash is not None:
        shown = plan_shown(plan, customer_id=customer.customer_id or "", target_id=None)
        is_repeat = not plan.changes and await _was_done(transaction, project, guest, named)
        if shown.plan_hash != guest.plan_hash and not is_repeat:
            raise MergePlanStale(plan=plain(shown))
    by_id = {each.id: each for each in locked}
    for change in plan.changes:
        beside = by_id[change.beside] if change.beside is not None else None
        # What the guest's cart was together with says nothing of the customer's.
        is_settled = beside is None and change.before.customer_id is None
        await write_change(
            stores, transaction, access, by_id[change.before.id], change, is_settled=is_settled, beside=beside
        )
    for receipt in plan.receipts:
        await insert_merge(transaction, project, receipt)
    await _claim_orders(stores, transaction, access, plan, guest=named.guest, customer=customer)
    return plan


async def _was_done(transaction: Transaction, project: str, guest: Guest, named: _Named) -> bool:
    """Whether there is nothing to claim because it was claimed before: a sign-in repeated, and no plan gone stale."""
    if guest.anonymous_id is None:
        return named.cart_id is not None
    return await was_claimed(transaction, project, anonymous_id=guest.anonymous_id, owner=named.mine)


async def plan_only(
    stores: Stores, transaction: Transaction, access: Access, customer: CartOwner, guest: Guest
) -> MergePlan:
    """What ``claim`` would do now; nothing is locked or written. Raises what ``claim`` raises."""
    project = access.caller.project
    named = await _named(transaction, project, customer, guest)
    found = await list_carts_to_claim(
        transaction, project, customer=named.mine, guest=named.guest, cart_id=named.cart_id
    )
    plan = await _planned(stores, transaction, access, customer=customer, guest=guest, named=named, found=found)
    return plan_shown(plan, customer_id=customer.customer_id or "", target_id=None)


async def _named(transaction: Transaction, project: str, customer: CartOwner, guest: Guest) -> _Named:
    return _Named(
        mine=owner_of(customer_id=customer.customer_id, anonymous_id=None) or "",
        guest=owner_of(customer_id=None, anonymous_id=guest.anonymous_id),
        cart_id=await _cart_id(transaction, project, guest.cart),
    )


async def _planned(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    *,
    customer: CartOwner,
    guest: Guest,
    named: _Named,
    found: Sequence[StoredCart],
) -> Claim:
    _check_guest(found, named.cart_id, guest, named.mine)
    mine = [each.cart for each in found if each.owner == named.mine]
    guests = [each.cart for each in found if each.owner != named.mine]
    if not guests:
        return Claim()
    rules = await rules_for(stores, transaction, access, customer=customer, guest=guest, mine=mine, guests=guests)
    return plan_claim(mine, guests, rules)


async def _cart_id(transaction: Transaction, project: str, named: ResourceIdentifier | None) -> str | None:
    if named is None:
        return None
    if named.key is not None and named.id is None:
        found = await find_cart_by_key(transaction, project, named.key)
        if found is not None:
            return found.id
    elif named.id is not None and is_uuid(named.id):
        return named.id
    raise ReferencedResourceNotFound(type_id="cart", id=named.id, key=named.key)


def _check_guest(found: Sequence[StoredCart], cart_id: str | None, guest: Guest, mine_owner: str) -> None:
    """Refuse a named cart that is not there, is another customer's, or is not of the named session."""
    if cart_id is None:
        return
    named = next((each for each in found if each.id == cart_id), None)
    if named is None or (named.owner is not None and named.owner.startswith("customer:") and named.owner != mine_owner):
        raise ReferencedResourceNotFound(type_id="cart", id=cart_id)
    session = named.cart.anonymous_id or named.former_anonymous_id
    if guest.anonymous_id is not None and session != guest.anonymous_id:
        raise AnonymousSessionMismatch()


async def write_change(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    stored: LockedCart,
    change: Change,
    *,
    is_settled: bool = False,
    beside: StoredCart | None = None,
    via: Via | None = None,
) -> None:
    """Write one planned change of a locked cart; ``is_settled`` and ``beside`` as in ``written``. ``via`` is told where
    a member of staff has no hand on this very cart.
    """
    site = claim_site(
        access,
        change.after.cart.home_site,
        owner=owner_of(customer_id=change.after.cart.customer_id, anonymous_id=None),
    )
    acting = await gather_for(stores, access, site, within=transaction)
    write = written(
        stores,
        caller=access.caller,
        kind=change.kind,
        before=stored,
        priced=change.after,
        acting=acting,
        former_anonymous_id=change.before.anonymous_id,
        # The hand that was on it: the cart of a walk-in who signs up is somebody else's afterwards.
        via=hold_of(access.caller, stored.cart) or via,
        is_repriced=change.is_repriced,
        is_settled=is_settled,
        beside=beside,
    )
    if change.is_gone:
        write = replace(write, gone_at=stores.clock.utc_now())
    await change_locked_cart(transaction, access.caller.project, write)


async def _claim_orders(
    stores: Stores, transaction: Transaction, access: Access, plan: Claim, *, guest: str | None, customer: CartOwner
) -> None:
    """The session's orders become the customer's (S1-13, S1-24), and so do the offline orders of the claimed carts."""
    project, actor = access.caller.project, access.caller.actor()
    drafts = [each.before.offline_order_id for each in plan.changes if each.before.customer_id is None]
    mine = owner_of(customer_id=customer.customer_id, anonymous_id=None)
    found = await lock_orders_of_owner(transaction, project, guest) if guest is not None else []
    known = {each.id for each in found}
    ids = [each for each in drafts if each is not None and each not in known]
    found += await lock_orders(transaction, project, ids) if ids else []
    if not found:
        return
    acting = await gather_for(stores, access, access.site, within=transaction)
    for stored in found:
        if stored.owner == mine:
            continue
        order = replace(
            stored.order,
            version=stored.version + 1,
            customer_id=customer.customer_id,
            customer_email=stored.order.customer_email or customer.email,
            anonymous_id=None,
            last_modified_at=acting.now,
            last_modified_by=actor,
        )
        event = event_of(
            EventBody(
                kind="OrderClaimed",
                version_from=stored.version,
                version_to=order.version,
                at=acting.now,
                actor=actor,
                actions=[],
                before={"customerId": None, "customerEmail": stored.order.customer_email},
            ),
            previous_head=stored.head,
            salt=stores.clock.new_salt(),
        )
        await change_order(transaction, access.caller.project, before=stored, order=order, event=event)


async def current_cart_of(
    stores: Stores, transaction: Transaction, access: Access, customer: CartOwner, claimed: Claim
) -> bytes | None:
    """What a sign-in answers as the customer's cart: that of the named site, else the most recently modified one.

    A claim modifies carts of several scopes at one instant; then it is the one that was last modified before.
    """
    key = key_of_customer(access, customer.customer_id or "")
    used = last_used(claimed) if access.site is None else None
    if used is not None:
        key = replace(key, sites=frozenset[str](sites_around(access.catalogue, used.home_site, owner=key.owner)))
    stored = await find_current_cart(transaction, access.caller.project, key)
    if stored is None:
        return None
    site = claim_site(access, stored.site, owner=key.owner)
    try:
        return await view_of(
            stores, caller=access.caller, catalogue=access.catalogue, stored=stored, site=site, within=transaction
        )
    except Refusal:
        # Whatever keeps a cart from being priced must not keep the customer out: it is answered as last priced.
        return stored.document


def sign_in_result(customer: bytes, cart: bytes | None, claimed: Claim) -> bytes:
    """The wire's ``CustomerSignInResult`` (S1-28), and Handcart's own: the receipts of what was merged or left
    (``mergeReceipts``, ids), and the carts that were set aside and can be returned to (``parkedCarts``).
    """
    parts = [b'{"customer":' + customer]
    if cart is not None:
        parts.append(b'"cart":' + cart)
    if claimed.receipts:
        parts.append(b'"mergeReceipts":' + encode([each.id for each in claimed.receipts]))
    parked = [each.after.cart for each in claimed.changes if each.after.cart.name != each.before.name]
    if parked:
        parts.append(b'"parkedCarts":' + encode([{"id": each.id, "name": each.name} for each in parked]))
    return b",".join(parts) + b"}"
