"""Claiming a guest's things within a transaction: shared by every way to sign in, sign up and merge.

One policy, one code path. The owners' rows are locked by whoever calls, then the carts in the order of their ids.
"""

import msgspec
from msgspec.structs import replace

from handcart.actions.current_key import key_of_customer
from handcart.actions.deciding import gather, view_of, written
from handcart.domain.access import Access, sites_around
from handcart.domain.acting import Acting
from handcart.domain.caller import owner_of
from handcart.domain.cart import Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.claim import Claim, ClaimRules, SignInMode, plan_claim
from handcart.domain.errors import AnonymousSessionMismatch, ReferencedResourceNotFound
from handcart.domain.event import EventBody, event_of
from handcart.domain.ids import is_uuid
from handcart.domain.merge import QuantityPolicy
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.scope import scope_name
from handcart.domain.site import Site
from handcart.store.carts import (
    LockedCart,
    change_cart,
    find_cart_by_key,
    find_current_cart,
    lock_carts_to_claim,
)
from handcart.store.database import Transaction
from handcart.store.merges import insert_merge
from handcart.store.orders import change_order, lock_orders_of_owner
from handcart.store.stores import Stores


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed: everything of an anonymous session, or one cart, and how."""

    anonymous_id: str | None = None
    cart: ResourceIdentifier | None = None
    mode: SignInMode = "MergeWithExistingCustomerCart"
    policy: QuantityPolicy = "max"
    update_product_data: bool = False


async def claim(stores: Stores, transaction: Transaction, access: Access, customer: CartOwner, guest: Guest) -> None:
    """Make the guest's carts and orders the customer's and merge what is to be merged.

    Raises AnonymousSessionMismatch (S1-33); ReferencedResourceNotFound for a cart that is not there or is another
    customer's (S1-36). Repeating it is harmless: what is the customer's already is left alone.
    """
    if guest.anonymous_id is None and guest.cart is None:
        return
    project = access.caller.project
    cart_id = await _cart_id(transaction, project, guest.cart)
    mine_owner = owner_of(customer_id=customer.customer_id, anonymous_id=None) or ""
    guest_owner = owner_of(customer_id=None, anonymous_id=guest.anonymous_id)
    locked = await lock_carts_to_claim(transaction, project, customer=mine_owner, guest=guest_owner, cart_id=cart_id)
    _check_guest(locked, cart_id, guest, mine_owner)
    guests = [each for each in locked if each.owner != mine_owner]
    if guests:
        rules = await _rules(stores, transaction, access, customer=customer, guest=guest, locked=locked)
        plan = plan_claim([each.cart for each in locked if each.owner == mine_owner], [g.cart for g in guests], rules)
        await _write(stores, transaction, access, locked=locked, plan=plan, rules=rules)
    if guest_owner is not None:
        await _claim_orders(stores, transaction, access, guest_owner, customer)


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


def _check_guest(locked: list[LockedCart], cart_id: str | None, guest: Guest, mine_owner: str) -> None:
    """Refuse a named cart that is not there, is another customer's, or is not of the named session."""
    if cart_id is None:
        return
    named = next((each for each in locked if each.id == cart_id), None)
    if named is None or (named.owner is not None and named.owner.startswith("customer:") and named.owner != mine_owner):
        raise ReferencedResourceNotFound(type_id="cart", id=cart_id)
    session = named.cart.anonymous_id or named.former_anonymous_id
    if guest.anonymous_id is not None and session != guest.anonymous_id:
        raise AnonymousSessionMismatch()


async def _rules(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    *,
    customer: CartOwner,
    guest: Guest,
    locked: list[LockedCart],
) -> ClaimRules:
    catalogue = access.catalogue
    products = {line.product_id for each in locked for line in each.cart.line_items if each.state == "Active"}
    acting = await gather(
        stores,
        caller=access.caller,
        catalogue=catalogue,
        site=access.site,
        skus=set(),
        product_ids=products,
        within=transaction,
    )
    acting = replace(
        acting, actor=replace(acting.actor, customer=Reference(type_id="customer", id=customer.customer_id or ""))
    )
    owner = owner_of(customer_id=customer.customer_id, anonymous_id=None)

    def acting_on(cart: Cart) -> Acting:
        return replace(acting, site=claim_site(access, cart.home_site, owner=owner))

    return ClaimRules(
        customer=customer,
        mode=guest.mode,
        policy=guest.policy,
        update_product_data=guest.update_product_data,
        scope_of=lambda cart: scope_name(cart.home_site, catalogue.groups),
        acting_on=acting_on,
    )


def claim_site(access: Access, site: str, *, owner: str | None) -> Site | None:
    """The site that a claimed cart is priced for: the acting one where the cart is current there, else its own."""
    if access.site is not None and site in sites_around(access.catalogue, access.site.key, owner=owner):
        return access.site
    return access.catalogue.sites.get(site)


async def _write(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    *,
    locked: list[LockedCart],
    plan: Claim,
    rules: ClaimRules,
) -> None:
    by_id = {each.id: each for each in locked}
    for change in plan.changes:
        stored = by_id[change.before.id]
        write = written(
            stores,
            caller=access.caller,
            kind=change.kind,
            before=stored,
            priced=change.after,
            acting=rules.acting_on(change.before),
            former_anonymous_id=change.before.anonymous_id,
            is_repriced=change.is_repriced,
        )
        is_written = await change_cart(transaction, access.caller.project, write)
        assert is_written, "a locked cart changed"
    for receipt in plan.receipts:
        await insert_merge(transaction, access.caller.project, receipt)


async def _claim_orders(
    stores: Stores, transaction: Transaction, access: Access, guest_owner: str, customer: CartOwner
) -> None:
    """The session's orders become the customer's (S1-13, S1-24)."""
    actor = access.caller.actor()
    acting = await gather(
        stores, caller=access.caller, catalogue=access.catalogue, site=access.site, skus=set(), product_ids=set()
    )
    for stored in await lock_orders_of_owner(transaction, access.caller.project, guest_owner):
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
    stores: Stores, transaction: Transaction, access: Access, customer: CartOwner
) -> bytes | None:
    """What a sign-in answers as the customer's cart: that of the named site, else the most recently modified one."""
    key = key_of_customer(access, customer.customer_id or "")
    stored = await find_current_cart(transaction, access.caller.project, key)
    if stored is None:
        return None
    return await view_of(
        stores,
        caller=access.caller,
        catalogue=access.catalogue,
        stored=stored,
        site=claim_site(access, stored.site, owner=key.owner),
        within=transaction,
    )


def sign_in_result(customer: bytes, cart: bytes | None) -> bytes:
    """The wire's ``CustomerSignInResult`` (S1-28)."""
    return b'{"customer":' + customer + (b',"cart":' + cart if cart is not None else b"") + b"}"
