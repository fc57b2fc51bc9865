"""Promotions: item, then order, then shipping discounts; within each kind the highest ``sortOrder`` first.

An item promotion limited to sites goes by the site that a line was *added* on, wherever the cart is priced (S4-36);
an order or shipping promotion goes by the site that the cart is priced for (S4-34, S4-35).
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from handcart.domain.cart import Cart, CustomLineItem, LineItem
from handcart.domain.discount import (
    AbsoluteValue,
    CartDiscount,
    CustomLineItemsTarget,
    DiscountCode,
    LineItemsTarget,
    RelativeValue,
    ShippingTarget,
)
from handcart.domain.discounted import (
    CodeState,
    DiscountCodeInfo,
    DiscountedPrice,
    DiscountedPriceForQuantity,
    DiscountOnTotalPrice,
    IncludedDiscount,
)
from handcart.domain.document import Timestamp
from handcart.domain.money import Money, divide_rounded, money_of
from handcart.domain.predicate import (
    CART_FIELDS,
    CUSTOM_LINE_FIELDS,
    LINE_FIELDS,
    Facts,
    facts_of_custom_line,
    facts_of_line,
    matches,
    parsed,
)
from handcart.domain.product import Offer
from handcart.domain.references import Reference
from handcart.domain.where import Predicate


class Promotion(msgspec.Struct, frozen=True):
    """A cart discount with its predicates parsed; ``target`` None takes every line, or has nothing to choose."""

    discount: CartDiscount
    cart: Predicate | None
    target: Predicate | None

    @property
    def reference(self) -> Reference:
        """How a discounted price names it."""
        return Reference(type_id="cart-discount", id=self.discount.id)

    def is_of_site(self, site_key: str | None) -> bool:
        """Whether it holds on a site."""
        stores = self.discount.stores
        return not stores or any(each.key == site_key for each in stores)


def promotion_of(discount: CartDiscount) -> Promotion:
    """The discount, ready to be applied. Raises InvalidInput for a predicate that cannot be understood."""
    target = discount.target
    of_target: Predicate | None = None
    if isinstance(target, LineItemsTarget):
        of_target = parsed(target.predicate, LINE_FIELDS, field="target.predicate")
    elif isinstance(target, CustomLineItemsTarget):
        of_target = parsed(target.predicate, CUSTOM_LINE_FIELDS, field="target.predicate")
    return Promotion(discount, parsed(discount.cart_predicate, CART_FIELDS, field="cartPredicate"), of_target)


class Promotions:
    """A project's promotions and codes, in the order in which they are applied."""

    def __init__(self, discounts: Iterable[CartDiscount], codes: Mapping[str, DiscountCode]) -> None:
        ordered = sorted((each for each in discounts if each.is_active), key=lambda each: each.sort_order, reverse=True)
        self.all = tuple(promotion_of(each) for each in ordered)
        self.codes = codes

    def __bool__(self) -> bool:
        return bool(self.all)

    def next_boundary(self, at: Timestamp) -> Timestamp | None:
        """The next instant at which a promotion or a code begins or ends."""
        dates = [(each.discount.valid_from, each.discount.valid_until) for each in self.all]
        dates += [(each.valid_from, each.valid_until) for each in self.codes.values()]
        return min((edge for pair in dates for edge in pair if edge is not None and edge > at), default=None)

    def code_states(self, cart: Cart, facts: Facts, at: Timestamp) -> tuple[DiscountCodeInfo, ...]:
        """The cart's codes, each with what it is good for now."""
        return tuple(
            replace(each, state=self._state(self.codes.get(each.discount_code.id), facts, at))
            for each in cart.discount_codes
        )

    def _state(self, code: DiscountCode | None, facts: Facts, at: Timestamp) -> CodeState:
        if code is None or not code.is_active:
            return "NotActive"
        if not is_valid_at(code.valid_from, code.valid_until, at):
            return "NotValid"
        predicate = parsed(code.cart_predicate, CART_FIELDS, field="cartPredicate") if code.cart_predicate else None
        return "MatchesCart" if matches(predicate, facts) else "DoesNotMatchCart"

    def of_cart(self, codes: Iterable[DiscountCodeInfo], facts: Facts, at: Timestamp) -> tuple[Promotion, ...]:
        """The promotions that this cart may have: valid, matching, and opened by a code where they ask for one."""
        opened = {
            reference.id
            for each in codes
            if each.state == "MatchesCart"
            for reference in self.codes[each.discount_code.id].cart_discounts
        }
        return tuple(
            each
            for each in self.all
            if is_valid_at(each.discount.valid_from, each.discount.valid_until, at)
            and (not each.discount.requires_discount_code or each.discount.id in opened)
            and matches(each.cart, facts)
        )


def is_valid_at(begins: Timestamp | None, ends: Timestamp | None, at: Timestamp) -> bool:
    """Whether an instant is within dates that may be open."""
    return (begins is None or begins <= at) and (ends is None or at < ends)


def amount_off(promotion: Promotion, price: Money) -> int:
    """What a promotion takes off a price, in minor units: never more than there is, nothing in a foreign currency."""
    value = promotion.discount.value
    if isinstance(value, RelativeValue):
        return divide_rounded(price.cent_amount * value.permyriad, 10_000)
    given = next((each for each in value.money if each.currency_code == price.currency_code), None)
    if given is None:
        return 0
    off = given.cent_amount if isinstance(value, AbsoluteValue) else price.cent_amount - given.cent_amount
    return max(0, min(off, price.cent_amount))


def price_after(promotions: Iterable[Promotion], price: Money) -> DiscountedPrice | None:
    """A price after these promotions in their order; None where none takes anything off."""
    included: list[IncludedDiscount] = []
    left = price
    for each in promotions:
        off = amount_off(each, left)
        if off == 0:
            continue
        left = money_of(left.cent_amount - off, left.currency_code)
        included.append(IncludedDiscount(discount=each.reference, discounted_amount=money_of(off, left.currency_code)))
        if each.discount.stacking_mode == "StopAfterThisDiscount":
            break
    return DiscountedPrice(value=left, included_discounts=tuple(included)) if included else None


def discount_line(line: LineItem, promotions: Iterable[Promotion], *, unit: Money, offer: Offer | None) -> LineItem:
    """The line with the item promotions of the site that it was added on; ``unit`` is its unit price without them."""
    if line.pricing_error is not None or line.price_mode == "ExternalTotal":
        return line
    facts = facts_of_line(line, offer, unit)
    fitting = [
        each
        for each in promotions
        if isinstance(each.discount.target, LineItemsTarget)
        and each.is_of_site(line.site_id)
        and matches(each.target, facts)
    ]
    after = price_after(fitting, unit)
    value = after.value if after is not None else unit
    per_quantity = (
        () if after is None else (DiscountedPriceForQuantity(quantity=line.quantity, discounted_price=after),)
    )
    total = money_of(value.cent_amount * line.quantity, unit.currency_code)
    if total == line.total_price and per_quantity == line.discounted_price_per_quantity:
        return line
    return replace(line, total_price=total, discounted_price_per_quantity=per_quantity)


def discount_custom_line(
    line: CustomLineItem, promotions: Iterable[Promotion], *, site_key: str | None
) -> CustomLineItem:
    """The custom line with the promotions that take it."""
    facts = facts_of_custom_line(line)
    fitting = [
        each
        for each in promotions
        if isinstance(each.discount.target, CustomLineItemsTarget)
        and each.is_of_site(site_key)
        and matches(each.target, facts)
    ]
    after = price_after(fitting, line.money)
    value = after.value if after is not None else line.money
    per_quantity = (
        () if after is None else (DiscountedPriceForQuantity(quantity=line.quantity, discounted_price=after),)
    )
    total = money_of(value.cent_amount * line.quantity, value.currency_code)
    if total == line.total_price and per_quantity == line.discounted_price_per_quantity:
        return line
    return replace(line, total_price=total, discounted_price_per_quantity=per_quantity)


def discount_on_total(
    promotions: Iterable[Promotion], subtotal: Money, *, site_key: str | None
) -> DiscountOnTotalPrice | None:
    """What the order promotions take off what the lines come to; None where they take nothing."""
    fitting = [each for each in promotions if _is_order_promotion(each) and each.is_of_site(site_key)]
    after = price_after(fitting, subtotal)
    if after is None:
        return None
    off = money_of(subtotal.cent_amount - after.value.cent_amount, subtotal.currency_code)
    return DiscountOnTotalPrice(discounted_amount=off, included_discounts=after.included_discounts)


def _is_order_promotion(promotion: Promotion) -> bool:
    return not isinstance(promotion.discount.target, LineItemsTarget | CustomLineItemsTarget | ShippingTarget)


def shipping_after(promotions: Iterable[Promotion], price: Money, *, site_key: str | None) -> DiscountedPrice | None:
    """A shipping price after the shipping promotions; None where they take nothing."""
    fitting = [
        each for each in promotions if isinstance(each.discount.target, ShippingTarget) and each.is_of_site(site_key)
    ]
    return price_after(fitting, price)
