"""By which rules a guest's carts are claimed: the guest's choice, the site's and the project's settings, and stock."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from handcart.actions.deciding import gather_for
from handcart.domain.access import Access, sites_around
from handcart.domain.acting import Acting
from handcart.domain.caller import owner_of
from handcart.domain.cart import Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.claim import ClaimRules, SignInMode
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.scope import scope_name
from handcart.domain.site import QuantityPolicy, Site
from handcart.store.database import Transaction
from handcart.store.inventory import list_stock
from handcart.store.stores import Stores


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed: everything of an anonymous session, or one cart, and how."""

    anonymous_id: str | None = None
    cart: ResourceIdentifier | None = None
    mode: SignInMode = "MergeWithExistingCustomerCart"
    policy: QuantityPolicy | None = None
    """None leaves it to the site, and that to the project."""
    update_product_data: bool = False
    plan_hash: str | None = None
    """Asks for the very merge that was shown under this hash."""


async def rules_for(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    *,
    customer: CartOwner,
    guest: Guest,
    mine: Sequence[Cart],
    guests: Sequence[Cart],
) -> ClaimRules:
    """The rules of one claim, with every offer at hand that pricing its carts asks for."""
    catalogue = access.catalogue
    acting = await gather_for(stores, access, access.site, *mine, *guests, within=transaction)
    acting = replace(
        acting, actor=replace(acting.actor, customer=Reference(type_id="customer", id=customer.customer_id or ""))
    )
    owner = owner_of(customer_id=customer.customer_id, anonymous_id=None)

    def acting_on(cart: Cart) -> Acting:
        return replace(acting, site=claim_site(access, cart.home_site, owner=owner))

    def policy_on(cart: Cart) -> QuantityPolicy:
        site = claim_site(access, cart.home_site, owner=owner)
        of_site = site.merge_quantity_policy if site is not None else None
        return guest.policy or of_site or catalogue.settings.merge_quantity_policy

    return ClaimRules(
        customer=customer,
        mode=guest.mode,
        policy_on=policy_on,
        update_product_data=guest.update_product_data,
        undo_window=timedelta(hours=catalogue.settings.merge_undo_hours),
        stock=await _stock(transaction, access.caller.project, mine, guests),
        scope_of=lambda cart: scope_name(cart.home_site, catalogue.sharing_groups),
        acting_on=acting_on,
    )


async def _stock(
    transaction: Transaction, project: str, mine: Sequence[Cart], guests: Sequence[Cart]
) -> dict[tuple[str, str], int]:
    """What is available, where an order would take it, of the SKUs that several carts have: only these can grow."""
    carts_with = Counter(sku for cart in (*mine, *guests) for sku in _skus(cart))
    shared = {sku for sku, number in carts_with.items() if number > 1}
    if not shared or all(cart.inventory_mode != "ReserveOnOrder" for cart in (*mine, *guests)):
        return {}
    entries = await list_stock(transaction, project, shared)
    return {
        (sku, entry.supply_channel.id if entry.supply_channel else ""): entry.available_quantity
        for sku, of_sku in entries.items()
        for entry in of_sku
        if entry.restockable_in_days is None
    }


def _skus(cart: Cart) -> set[str]:
    return {line.variant.sku for line in cart.line_items if line.variant.sku is not None}


def claim_site(access: Access, site: str, *, owner: str | None) -> Site | None:
    """The site that a claimed cart is priced for: the acting one where the cart is current there, else its own."""
    if access.site is not None and site in sites_around(access.catalogue, access.site.key, owner=owner):
        return access.site
    return access.catalogue.sites.get(site)
