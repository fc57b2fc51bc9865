"""Which price a line gets, and what the cart comes to: sale else list price of the acting site's price group."""

import msgspec
from msgspec.structs import replace

from handcart.domain.cart import Cart, CustomLineItem, LineItem, PricedFor, ShippingInfo
from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Timestamp
from handcart.domain.errors import CustomLineWithoutPrice, MatchingPriceNotFound, Refusal
from handcart.domain.ids import SiteKey
from handcart.domain.line_price import PricePassport, PricingError
from handcart.domain.money import money_of
from handcart.domain.predicate import Facts, facts_of_cart
from handcart.domain.price_selection import (
    FAR_FUTURE,
    Circumstances,
    adjusted,
    circumstances_of,
    next_boundary,
    rule_of,
    select_price,
    unit_money,
    unit_of,
)
from handcart.domain.product import Price
from handcart.domain.promotion import (
    Promotion,
    discount_custom_line,
    discount_line,
    discount_on_total,
    shipping_after,
)
from handcart.domain.scope import scope_name
from handcart.domain.shipping_price import price_shipping
from handcart.domain.site import Site
from handcart.domain.tax import tax_rules_of, taxed_cart


class Priced(msgspec.Struct, frozen=True):
    """A priced cart, until when its prices hold, and what could not be priced or taxed."""

    cart: Cart
    until: Timestamp
    problems: tuple[Refusal, ...]


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
    passport = _passport_of(line, price, wanted, _key(site))
    is_same = line.pricing_error is None and line.price == price and passport is line.price_passport
    if line.price_mode == "ExternalTotal":
        return line if is_same else replace(line, pricing_error=None, price_passport=passport)
    unit = adjusted(unit_money(price, line.quantity), line.price_adjustment)
    cents = unit.cent_amount * line.quantity
    total = line.total_price
    if is_same and total.cent_amount == cents and total.currency_code == unit.currency_code:
        return line
    return replace(
        line,
        price=price,
        total_price=money_of(cents, unit.currency_code),
        pricing_error=None,
        price_passport=passport,
    )


def _passport_of(line: LineItem, price: Price, wanted: Circumstances, site_key: str | None) -> PricePassport:
    """Where the line's price comes from; the same object while that is the same, so that its time is when it began."""
    before = line.price_passport
    rule = rule_of(price, line.quantity) if line.price_mode == "Platform" else "external"
    if (
        before is not None
        and before.price_id == price.id
        and before.rule == rule
        and before.site_id == site_key
        and before.currency == price.value.currency_code
    ):
        return before
    return PricePassport(
        price_id=price.id,
        price_list=price.channel,
        currency=price.value.currency_code,
        rule=rule,
        site_id=site_key,
        at=wanted.at,
    )


def price_cart(
    cart: Cart, *, catalogue: Catalogue, site: Site | None, now: Timestamp, settled: Cart | None = None
) -> Priced:
    """The cart priced, discounted and taxed for the acting site. Deciding it again changes nothing but ``at``.

    ``settled`` is the cart as it was before a change, if its prices hold for this site, catalogue and instant: the
    lines that it shares with the cart keep theirs, unless the change selects other prices.

    A line without a price keeps its last one, carries ``pricingError`` and is left out of the total (S4-22); so is a
    custom line whose money is in another currency. Both are among the problems, which keep the cart from being ordered.

    A frozen cart keeps its lines' prices and the site they are of; shipping, taxes and the total follow what else is
    changed.
    """
    is_frozen = cart.cart_state == "Frozen"
    if is_frozen:
        site = catalogue.sites.get(SiteKey(cart.priced_for.site_id)) if cart.priced_for.site_id else None
    wanted = circumstances_of(cart, site, now)
    if is_frozen:
        draft = replace(cart, custom_line_items=tuple([_price_custom_line(each) for each in cart.custom_line_items]))
    else:
        draft = _with_line_prices(cart, wanted, catalogue, site, settled=settled)
    draft = _with_totals(draft, wanted, catalogue, site)
    lines, customs = draft.line_items, draft.custom_line_items
    taxed, tax_problems = taxed_cart(draft, tax_rules_of(draft, catalogue=catalogue, site=site))
    problems: list[Refusal] = [_missing_price(each, wanted) for each in lines if each.pricing_error is not None]
    problems += [
        CustomLineWithoutPrice(slug=each.slug, currency=wanted.currency)
        for each in customs
        if each.money.currency_code != wanted.currency
    ]
    until = FAR_FUTURE if is_frozen else _until(lines, catalogue, now)
    return Priced(taxed, until, tuple(problems + tax_problems))


def _with_line_prices(
    cart: Cart, wanted: Circumstances, catalogue: Catalogue, site: Site | None, *, settled: Cart | None
) -> Cart:
    """The cart with its lines' prices, item promotions included; what does not change stays the same object."""
    kept: set[int] = set()
    if settled is not None and circumstances_of(settled, site, wanted.at) == wanted:
        kept = set(map(id, settled.line_items))
    lines = tuple([x if id(x) in kept else price_line(x, wanted, catalogue, site) for x in cart.line_items])
    customs = tuple([_price_custom_line(each) for each in cart.custom_line_items])
    codes = cart.discount_codes
    is_discounted = any(map(_has_discount, lines)) or any(map(_has_discount, customs))
    if catalogue.promotions or codes or is_discounted:
        facts = _facts(replace(cart, line_items=lines, custom_line_items=customs), wanted, site)
        codes = catalogue.promotions.code_states(cart, facts, wanted.at)
        promotions = catalogue.promotions.of_cart(codes, facts, wanted.at)
        lines = tuple([_discounted(each, promotions, catalogue) for each in lines])
        lines = tuple([old if old == new else new for old, new in zip(cart.line_items, lines, strict=True)])
        customs = tuple([discount_custom_line(each, promotions, site_key=_key(site)) for each in customs])
    if all(map(_is_same, lines, cart.line_items)):
        lines = cart.line_items
    return replace(cart, line_items=lines, custom_line_items=customs, discount_codes=codes)


def _has_discount(line: LineItem | CustomLineItem) -> bool:
    return bool(line.discounted_price_per_quantity)


def _discounted(line: LineItem, promotions: tuple[Promotion, ...], catalogue: Catalogue) -> LineItem:
    offer = catalogue.offers_by_variant.get((line.product_id, line.variant.id))
    return discount_line(line, promotions, unit=unit_of(line), offer=offer)


def _key(site: Site | None) -> str | None:
    return site.key if site is not None else None


def _facts(cart: Cart, wanted: Circumstances, site: Site | None) -> Facts:
    """What promotions may ask of the cart: amounts are those before any discount."""
    units = {each.id: unit_of(each) for each in cart.line_items if each.pricing_error is None}
    subtotal = sum(units[each.id].cent_amount * each.quantity for each in cart.line_items if each.id in units)
    subtotal += sum(
        each.money.cent_amount * each.quantity
        for each in cart.custom_line_items
        if each.money.currency_code == wanted.currency
    )
    quantity = sum(each.quantity for each in cart.line_items)
    money = money_of(subtotal, wanted.currency)
    return facts_of_cart(cart, subtotal=money, site_key=_key(site), quantity=quantity)


def _with_totals(cart: Cart, wanted: Circumstances, catalogue: Catalogue, site: Site | None) -> Cart:
    """The cart with shipping, order promotions and the total."""
    currency = wanted.currency
    subtotal = sum([each.total_price.cent_amount for each in cart.line_items if each.pricing_error is None])
    subtotal += sum(e.total_price.cent_amount for e in cart.custom_line_items if e.money.currency_code == currency)
    shipping = price_shipping(cart, catalogue, currency, subtotal)
    on_total = cart.discount_on_total_price
    if cart.cart_state != "Frozen":
        promotions: tuple[Promotion, ...] = ()
        if catalogue.promotions:
            promotions = catalogue.promotions.of_cart(cart.discount_codes, _facts(cart, wanted, site), wanted.at)
        on_total = discount_on_total(promotions, money_of(subtotal, currency), site_key=_key(site))
        shipping = _with_shipping_discount(shipping, promotions, _key(site))
    due = 0
    if shipping is not None and shipping.shipping_method_state == "MatchesCart":
        due = shipping.due.cent_amount
    off = on_total.discounted_amount.cent_amount if on_total is not None else 0
    return replace(
        cart,
        shipping_info=shipping,
        discount_on_total_price=on_total,
        total_price=money_of(subtotal - off + due, currency),
        total_line_item_quantity=sum([each.quantity for each in cart.line_items]) or None,
        priced_for=PricedFor(currency=currency, at=wanted.at, site_id=_key(site)),
        scope=scope_name(cart.home_site, catalogue.sharing_groups),
    )


def _with_shipping_discount(
    shipping: ShippingInfo | None, promotions: tuple[Promotion, ...], site_key: str | None
) -> ShippingInfo | None:
    if shipping is None:
        return None
    after = shipping_after(promotions, shipping.price, site_key=site_key)
    return shipping if after == shipping.discounted_price else replace(shipping, discounted_price=after)


def _is_same(one: object, other: object) -> bool:
    return one is other


def _until(lines: tuple[LineItem, ...], catalogue: Catalogue, now: Timestamp) -> Timestamp:
    boundary = catalogue.promotions.next_boundary(now) or FAR_FUTURE
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
    if line.discounted_price_per_quantity:
        return line
    if line.total_price.cent_amount == cents and line.total_price.currency_code == line.money.currency_code:
        return line
    return replace(line, total_price=money_of(cents, line.money.currency_code))
