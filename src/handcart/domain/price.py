"""Which price a line gets, and what the cart comes to: sale else list price of the acting site's price group."""

import msgspec
from msgspec.structs import replace

from handcart.domain.cart import Cart, CustomLineItem, LineItem, PricedFor, PricingError, ShippingInfo
from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Timestamp
from handcart.domain.errors import CustomLineWithoutPrice, MatchingPriceNotFound, Refusal
from handcart.domain.ids import SiteKey
from handcart.domain.money import Money, money_of
from handcart.domain.product import Offer, Price, ProductVariant
from handcart.domain.references import Reference
from handcart.domain.scope import scope_name
from handcart.domain.shipping import ShippingMethod, rate_for
from handcart.domain.site import Site
from handcart.domain.tax import tax_rules_of, taxed_cart

FAR_FUTURE = Timestamp("9999-12-31T23:59:59.999Z")


class Circumstances(msgspec.Struct, frozen=True):
    """What selects a price besides the variant."""

    currency: str
    at: Timestamp
    country: str | None
    customer_group: str | None
    channel: str | None


class Priced(msgspec.Struct, frozen=True):
    """A priced cart, until when its prices hold, and what could not be priced or taxed."""

    cart: Cart
    until: Timestamp
    problems: tuple[Refusal, ...]


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


def price_line(line: LineItem, wanted: Circumstances, catalogue: Catalogue, site: Site | None) -> LineItem:
    """The line with its price in these circumstances; the same object where nothing changed."""
    price: Price | None = line.price
    if line.price_mode == "Platform":
        offer = catalogue.offers_by_variant.get((line.product_id, line.variant.id))
        channel = line.distribution_channel.id if line.distribution_channel else wanted.channel
        price = select_price(offer, wanted, channel) if offer is not None else None
    elif line.price.value.currency_code != wanted.currency:
        price = None
    if price is None:
        error = PricingError(
            code="MatchingPriceNotFound", site_id=site.key if site is not None else None, sku=line.variant.sku
        )
        return line if line.pricing_error == error else replace(line, pricing_error=error)
    if line.price_mode == "ExternalTotal":
        return line if line.pricing_error is None else replace(line, pricing_error=None)
    unit = unit_money(price, line.quantity)
    cents = unit.cent_amount * line.quantity
    total = line.total_price
    if total.cent_amount != cents or total.currency_code != unit.currency_code:
        return replace(line, price=price, total_price=money_of(cents, unit.currency_code), pricing_error=None)
    if line.pricing_error is not None or line.price != price:
        return replace(line, price=price, pricing_error=None)
    return line


def price_cart(cart: Cart, *, catalogue: Catalogue, site: Site | None, now: Timestamp) -> Priced:
    """The cart priced and taxed for the acting site. Deciding it again on the result changes nothing but ``at``.

    A line without a price keeps its last one, carries ``pricingError`` and is left out of the total (S4-22); so is a
    custom line whose money is in another currency. Both are among the problems, which keep the cart from being ordered.

    A frozen cart keeps its lines' prices and the site they are of; shipping, taxes and the total follow what else is
    changed.
    """
    is_frozen = cart.cart_state == "Frozen"
    if is_frozen:
        site = catalogue.sites.get(SiteKey(cart.priced_for.site_id)) if cart.priced_for.site_id else None
    wanted = circumstances_of(cart, site, now)
    lines = cart.line_items
    if not is_frozen:
        lines = tuple([price_line(each, wanted, catalogue, site) for each in cart.line_items])
        if all(map(_is_same, lines, cart.line_items)):
            lines = cart.line_items
    customs = tuple([_price_custom_line(each) for each in cart.custom_line_items])
    subtotal = sum(each.total_price.cent_amount for each in lines if each.pricing_error is None)
    subtotal += sum(each.total_price.cent_amount for each in customs if each.money.currency_code == wanted.currency)
    shipping = _price_shipping(cart, catalogue, wanted.currency, subtotal)
    has_shipping = shipping is not None and shipping.shipping_method_state == "MatchesCart"
    total = money_of(subtotal + (shipping.price.cent_amount if shipping and has_shipping else 0), wanted.currency)
    draft = replace(
        cart,
        line_items=lines,
        custom_line_items=customs,
        shipping_info=shipping,
        total_price=total,
        total_line_item_quantity=sum([each.quantity for each in lines]) or None,
        priced_for=PricedFor(currency=wanted.currency, at=now, site_id=site.key if site is not None else None),
        scope=scope_name(cart.home_site, catalogue.groups),
    )
    rules = tax_rules_of(draft, catalogue=catalogue, site=site)
    taxed, tax_problems = taxed_cart(draft, rules)
    problems: list[Refusal] = [_missing_price(each, wanted) for each in lines if each.pricing_error is not None]
    problems += [
        CustomLineWithoutPrice(slug=each.slug, currency=wanted.currency)
        for each in customs
        if each.money.currency_code != wanted.currency
    ]
    until = FAR_FUTURE if is_frozen else _until(lines, catalogue, now)
    return Priced(taxed, until, tuple(problems + tax_problems))


def _is_same(one: object, other: object) -> bool:
    return one is other


def _until(lines: tuple[LineItem, ...], catalogue: Catalogue, now: Timestamp) -> Timestamp:
    boundary = FAR_FUTURE
    for line in lines:
        offer = catalogue.offers_by_variant.get((line.product_id, line.variant.id))
        if offer is not None and offer.has_dates:
            boundary = min(boundary, next_boundary(offer, now))
    return boundary


def _missing_price(line: LineItem, wanted: Circumstances) -> MatchingPriceNotFound:
    assert line.pricing_error is not None
    return MatchingPriceNotFound(
        product_id=line.product_id,
        variant_id=line.variant.id,
        sku=line.variant.sku,
        site_id=line.pricing_error.site_id,
        currency=wanted.currency,
        country=wanted.country,
    )


def _price_custom_line(line: CustomLineItem) -> CustomLineItem:
    cents = line.money.cent_amount * line.quantity
    if line.total_price.cent_amount == cents and line.total_price.currency_code == line.money.currency_code:
        return line
    return replace(line, total_price=money_of(cents, line.money.currency_code))


def _price_shipping(cart: Cart, catalogue: Catalogue, currency: str, subtotal: int) -> ShippingInfo | None:
    """The shipping at today's rate; a method that has none here stays, marked, and costs nothing until ordering."""
    shipping = cart.shipping_info
    if shipping is None or shipping.shipping_method is None:
        return shipping
    method = catalogue.shipping_methods.get(shipping.shipping_method.id)
    fresh = shipping_of(method, cart, catalogue=catalogue, currency=currency, subtotal=subtotal) if method else None
    if fresh is None:
        if shipping.shipping_method_state == "DoesNotMatchCart":
            return shipping
        return replace(shipping, shipping_method_state="DoesNotMatchCart")
    fresh = replace(fresh, taxed_price=shipping.taxed_price, tax_rate=shipping.tax_rate)
    return shipping if fresh == shipping else fresh


def shipping_of(
    method: ShippingMethod, cart: Cart, *, catalogue: Catalogue, currency: str, subtotal: int
) -> ShippingInfo | None:
    """The cart's shipping by this method, or None where it has no rate for the address or is inactive."""
    address = cart.shipping_address
    if address is None or not method.active:
        return None
    rate = rate_for(method, zones=catalogue.zones, country=address.country, state=address.state, currency=currency)
    if rate is None:
        return None
    is_free = rate.free_above is not None and subtotal >= rate.free_above.cent_amount
    return ShippingInfo(
        shipping_method_name=method.name,
        price=money_of(0, currency) if is_free else rate.price,
        shipping_rate=rate,
        shipping_method_state="MatchesCart",
        deliveries=(),
        shipping_method=Reference(type_id="shipping-method", id=method.id),
        tax_category=method.tax_category,
    )
