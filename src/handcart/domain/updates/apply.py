"""Applying update actions: in order, all or nothing, then priced once."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import Draft
from handcart.domain.errors import (
    CartAlreadySubmitted,
    CartFrozen,
    CartLocked,
    CartMerged,
    InvalidField,
    MissingTaxRateForCountry,
    RequiredField,
)
from handcart.domain.line import LineFields, check_names_no_price
from handcart.domain.price import Priced, price_cart
from handcart.domain.updates import (
    addresses,
    adjustments,
    attributes,
    contacts,
    custom_lines,
    discount_codes,
    lines,
    states,
)
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.published import PUBLISHED_CART_ACTIONS

AnyCartAction = (
    lines.AddLineItem
    | lines.ChangeLineItemQuantity
    | lines.RemoveLineItem
    | lines.ChangeLineItemsOrder
    | lines.SetLineItemPrice
    | lines.SetLineItemTotalPrice
    | lines.SetLineItemDistributionChannel
    | lines.SetLineItemSupplyChannel
    | lines.SetLineItemCustomType
    | lines.SetLineItemCustomField
    | lines.SetLineItemShippingDetails
    | lines.ApplyDeltaToLineItemShippingDetailsTargets
    | adjustments.AdjustLineItemPrice
    | custom_lines.AddCustomLineItem
    | custom_lines.RemoveCustomLineItem
    | custom_lines.ChangeCustomLineItemQuantity
    | custom_lines.ChangeCustomLineItemMoney
    | custom_lines.SetCustomLineItemCustomType
    | custom_lines.SetCustomLineItemCustomField
    | addresses.SetShippingAddress
    | addresses.SetBillingAddress
    | addresses.AddItemShippingAddress
    | addresses.UpdateItemShippingAddress
    | addresses.RemoveItemShippingAddress
    | addresses.SetShippingAddressCustomType
    | addresses.SetShippingAddressCustomField
    | addresses.SetBillingAddressCustomType
    | addresses.SetBillingAddressCustomField
    | attributes.SetCustomerId
    | attributes.SetAnonymousId
    | attributes.SetCustomerEmail
    | attributes.SetCustomerGroup
    | attributes.SetLocale
    | attributes.SetCountry
    | attributes.SetShippingMethod
    | attributes.SetCustomType
    | attributes.SetCustomField
    | attributes.SetKey
    | attributes.SetDeleteDaysAfterLastModification
    | attributes.SetPurchaseOrderNumber
    | contacts.SetAlternateContact
    | contacts.SaveAlternateContact
    | contacts.RemoveAlternateContact
    | discount_codes.AddDiscountCode
    | discount_codes.RemoveDiscountCode
    | states.Recalculate
    | states.FreezeCart
    | states.UnfreezeCart
    | states.LockCart
    | states.UnlockCart
)


class CartUpdate(Draft):
    """A request to change a cart: strictly against a version, or (for actions that need no base) against any."""

    UNBUILT_ACTIONS: ClassVar[frozenset[str]] = PUBLISHED_CART_ACTIONS

    actions: tuple[AnyCartAction, ...]
    version: int | None = None
    base_version: int | None = None


def check_open(cart: Cart, *, is_locksmith: bool) -> None:
    """Refuse to change a cart whose story is over, or that is locked (contract of refusals)."""
    if cart.cart_state == "Merged":
        raise CartMerged(successor=cart.merged_into)
    if cart.cart_state == "Ordered":
        raise CartAlreadySubmitted(order_id=cart.order_id)
    if cart.lock is not None and not is_locksmith:
        raise CartLocked()


def check_needs_version(update: CartUpdate) -> None:
    """Without a version, refuse the actions that say what a value becomes."""
    if update.version is None and update.base_version is None:
        for action in update.actions:
            whole = isinstance(action, lines.RemoveLineItem) and action.quantity is None
            if action.needs_base and not action.commutes and not whole:
                raise RequiredField(field="version")


def check_mine(update: CartUpdate) -> None:
    """Refuse the actions that are not a shopper's to do through ``me``, and prices that a shopper names."""
    for index, action in enumerate(update.actions):
        if not action.is_mine:
            raise InvalidField(field=f"actions[{index}].action", invalid_value=action.__struct_config__.tag)
        check_names_no_price(action, field=f"actions[{index}]")


def skus_of(drafts: Iterable[object]) -> set[str]:
    """The SKUs that line drafts or actions add."""
    return {each.sku for each in drafts if isinstance(each, LineFields) and each.sku is not None}


def products_of(cart: Cart | None, drafts: Iterable[object]) -> set[str]:
    """The products that a cart's lines and line drafts or actions name."""
    named = {each.product_id for each in drafts if isinstance(each, LineFields) and each.product_id is not None}
    return named | ({each.product_id for each in cart.line_items} if cart is not None else set())


def apply_actions(
    cart: Cart,
    actions: Sequence[CartAction],
    acting: Acting,
    *,
    owner: CartOwner | None = None,
    is_settled: bool = False,
) -> Priced:
    """The cart after all actions, priced; its version rises by one for each action that changed something.

    ``owner`` is the customer that a ``setCustomerId`` among them names, as the database knows it. ``is_settled`` says
    that the cart's prices hold on the acting site at this moment, so that only what changes is priced.

    A request that changes nothing answers the very same cart. Raises what the actions raise, CartFrozen, and
    MissingTaxRateForCountry where the request itself brought the place or the product that has no rate.
    """
    check_open(cart, is_locksmith=acting.is_locksmith)
    changed, version = cart, cart.version
    for action in actions:
        frozen = changed.cart_state == "Frozen"
        if frozen and (action.touches_frozen or (action.touches_hard_frozen and cart.freeze_strategy == "HardFreeze")):
            raise CartFrozen()
        if isinstance(action, states.FreezeCart) and not frozen:
            # What is frozen are the prices of now, those of the actions before it included.
            changed = price_cart(changed, catalogue=acting.catalogue, site=acting.site, now=acting.now).cart
        after = action.apply(changed, acting)
        if after is not changed:
            version += 1
            changed = after
    if owner is not None and changed.customer_id == owner.customer_id:
        changed = replace(changed, customer_group=owner.customer_group)
    priced = price_cart(
        changed,
        catalogue=acting.catalogue,
        site=acting.site,
        now=acting.now,
        settled=cart if is_settled else None,
    )
    if any(isinstance(each, addresses.SetShippingAddress | lines.AddLineItem) for each in actions):
        for problem in priced.problems:
            if isinstance(problem, MissingTaxRateForCountry):
                raise problem
    if version == cart.version:
        if not actions or is_same_but_for_pricing_time(priced.cart, cart):
            return Priced(cart, priced.until, priced.problems)
        version += 1
    stamped = replace(priced.cart, version=version, last_modified_at=acting.now, last_modified_by=acting.actor)
    return Priced(stamped, priced.until, priced.problems)


def is_same_but_for_pricing_time(one: Cart, other: Cart) -> bool:
    """Whether two carts differ in nothing but when they were priced."""
    return replace(one, priced_for=other.priced_for) == other
