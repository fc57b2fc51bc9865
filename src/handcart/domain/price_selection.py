"""Which of a variant's prices holds, in which circumstances, and by which rule it becomes a unit price."""

import msgspec
from msgspec.structs import replace

from handcart.domain.cart import Cart, LineItem
from handcart.domain.document import Timestamp
from handcart.domain.line_price import PriceAdjustment, PriceRule
from handcart.domain.money import Money
from handcart.domain.product import Offer, Price, ProductVariant
from handcart.domain.site import Site

FAR_FUTURE = Timestamp("9999-12-31T23:59:59.999Z")


class Circumstances(msgspec.Struct, frozen=True):
    """What selects a price besides the variant."""

    currency: str
    at: Timestamp
    country: str | None
    customer_group: str | None
    channel: str | None


def circumstances_of(cart: Cart, site: Site | None, now: Timestamp) -> Circumstances:
    """The circumstances of a cart's lines on the acting site; without one, the cart's own currency and country."""
    return Circumstances(
        currency=(site.currency if site is not None and site.currency else cart.currency),
        at=now,
        country=cart.country or (site.country if site is not None else None),
        customer_group=cart.customer_group.id if cart.customer_group else None,
        channel=site.price_channel.id if site is not None and site.price_channel else None,
    )


def select_price(offer: Offer | ProductVariant, wanted: Circumstances, channel: str | None) -> Price | None:
    """The most specific price that matches: by customer group, then channel, then country, then dates.

    A price of another channel or group never matches; one without channel or group always may (contract: MUG, NOLIST).
    """
    best: Price | None = None
    best_rank = -1
    for price in offer.prices:
        if price.value.currency_code != wanted.currency:
            continue
        rank = 0
        if price.country is not None:
            if price.country != wanted.country:
                continue
            rank += 2
        if price.channel is not None:
            if price.channel.id != channel:
                continue
            rank += 4
        if price.customer_group is not None:
            if price.customer_group.id != wanted.customer_group:
                continue
            rank += 8
        if price.valid_from is not None or price.valid_until is not None:
            if (price.valid_from or "") > wanted.at or (price.valid_until or FAR_FUTURE) <= wanted.at:
                continue
            rank += 1
        if rank > best_rank:
            best, best_rank = price, rank
    return best


def next_boundary(offer: Offer, at: Timestamp) -> Timestamp:
    """The next instant at which one of the offer's prices begins or ends."""
    boundary = FAR_FUTURE
    for price in offer.prices:
        for edge in (price.valid_from, price.valid_until):
            if edge is not None and at < edge < boundary:
                boundary = edge
    return boundary


def unit_money(price: Price, quantity: int) -> Money:
    """The unit price for a quantity: the sale price, else the highest tier reached, else the list price."""
    if price.discounted is not None:
        return price.discounted.value
    reached = [each for each in price.tiers or () if each.minimum_quantity <= quantity]
    return max(reached, key=lambda each: each.minimum_quantity).value if reached else price.value


def unit_of(line: LineItem) -> Money:
    """A line's unit price before promotions: that of its price for its quantity, less what staff took off it."""
    return adjusted(unit_money(line.price, line.quantity), line.price_adjustment)


def adjusted(unit: Money, adjustment: PriceAdjustment | None) -> Money:
    """A unit price less an adjustment; half a cent is rounded down, for the shopper."""
    if adjustment is None:
        return unit
    kept = unit.cent_amount * (10_000 - adjustment.permyriad)
    return replace(unit, cent_amount=(kept + 4_999) // 10_000)


def rule_of(price: Price, quantity: int) -> PriceRule:
    """By which rule ``unit_money`` finds the unit price."""
    if price.discounted is not None:
        return "sale"
    return "tier" if any(each.minimum_quantity <= quantity for each in price.tiers or ()) else "list"
