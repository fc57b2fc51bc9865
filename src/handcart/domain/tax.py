"""Taxes: which rates apply, and net, gross and portions that sum to the whole.

Which configuration: once checkout has started, that of the checkout site; before, that of the acting site, and only
where it shows taxes before checkout or shares its carts with no other site (S4-16 … S4-18).
"""

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from handcart.domain.address import Address
from handcart.domain.cart import Cart, CustomLineItem, LineItem, TaxedItemPrice, TaxPortion
from handcart.domain.catalogue import Catalogue
from handcart.domain.errors import MissingTaxRateForCountry, Refusal
from handcart.domain.ids import SiteKey
from handcart.domain.money import Money, RoundingMode, allocate, money_of, net_of_gross, tax_on_net
from handcart.domain.scope import sharing_group_of
from handcart.domain.site import Site, TaxRate


class TaxRules(msgspec.Struct, frozen=True):
    """The tax configuration for one cart: the site's rates, or where it has none, the products' tax categories."""

    catalogue: Catalogue
    address: Address
    site: Site | None
    mode: RoundingMode
    is_per_unit: bool


def tax_rules_of(cart: Cart, *, catalogue: Catalogue, site: Site | None) -> TaxRules | None:
    """The rules that tax the cart now, or None while it is not taxed."""
    if cart.shipping_address is None or cart.tax_mode != "Platform":
        return None
    if cart.checkout is not None:
        site = catalogue.sites.get(cart.checkout.site_id) if cart.checkout.site_id is not None else None
    elif site is not None and not site.show_tax_before_checkout and is_sharing(site, catalogue):
        return None
    return TaxRules(
        catalogue, cart.shipping_address, site, RoundingMode(cart.tax_rounding_mode),
        cart.tax_calculation_mode == "UnitPriceLevel",
    )  # fmt: skip


def is_sharing(site: Site, catalogue: Catalogue) -> bool:
    """Whether the site shares its carts with others, so that the tax is not known before checkout."""
    return sharing_group_of(SiteKey(site.key), catalogue.sharing_groups) is not None


def find_rate(rules: TaxRules, tax_category_id: str | None) -> TaxRate | None:
    """The rate for a product's tax category at the address; None means untaxed.

    Raises MissingTaxRateForCountry where taxes are set up, but not for this place.
    """
    site = rules.site
    if site is not None and site.tax_rates is not None:
        rates, owner = site.tax_rates, site.key
        if not rates:
            return None
    else:
        category_id = site.tax_category.id if site is not None and site.tax_category else tax_category_id
        if category_id is None:
            return None
        category = rules.catalogue.tax_categories.get(category_id)
        rates, owner = (category.rates if category is not None else ()), category_id
    here = [each for each in rates if each.country == rules.address.country]
    of_state = next((each for each in here if each.state is not None and each.state == rules.address.state), None)
    found = of_state or next((each for each in here if each.state is None), None)
    if found is None:
        raise MissingTaxRateForCountry(tax_category_id=owner, country=rules.address.country, state=rules.address.state)
    return found


def taxed_price_of(
    total: Money, rate: TaxRate | None, *, quantity: int, is_per_unit: bool, mode: RoundingMode
) -> TaxedItemPrice:
    """Net, gross and tax of an amount; ``is_per_unit`` rounds the tax of one unit and multiplies."""
    currency, cents = total.currency_code, total.cent_amount
    if rate is None:
        return TaxedItemPrice(total_net=total, total_gross=total, tax_portions=(), total_tax=money_of(0, currency))
    units = quantity if is_per_unit and quantity and cents % quantity == 0 else 1
    base = cents // units
    if rate.included_in_price:
        net, gross = net_of_gross(base, rate.amount, mode) * units, cents
    else:
        net, gross = cents, cents + tax_on_net(base, rate.amount, mode) * units
    portion = TaxPortion(rate=rate.amount, amount=money_of(gross - net, currency), name=rate.name)
    return TaxedItemPrice(
        total_net=money_of(net, currency),
        total_gross=money_of(gross, currency),
        tax_portions=(portion,),
        total_tax=portion.amount,
    )


def summed(parts: list[TaxedItemPrice], currency: str) -> TaxedItemPrice:
    """The whole of several taxed prices: sums, and one portion for each rate and name, in order of appearance."""
    portions: dict[tuple[Decimal, str], int] = {}
    for part in parts:
        for portion in part.tax_portions:
            key = (portion.rate, portion.name)
            portions[key] = portions.get(key, 0) + portion.amount.cent_amount
    return TaxedItemPrice(
        total_net=money_of(sum(each.total_net.cent_amount for each in parts), currency),
        total_gross=money_of(sum(each.total_gross.cent_amount for each in parts), currency),
        tax_portions=tuple(
            TaxPortion(rate=rate, amount=money_of(cents, currency), name=name)
            for (rate, name), cents in portions.items()
        ),
        total_tax=money_of(sum(portions.values()), currency),
    )


def taxed_cart(cart: Cart, rules: TaxRules | None) -> tuple[Cart, list[Refusal]]:
    """The cart with the taxes that the rules give it, or without any; and what could not be taxed."""
    if rules is None:
        return _untaxed(cart), []
    problems: list[Refusal] = []
    currency = cart.currency
    shares = order_discount_shares(cart)
    parts: list[TaxedItemPrice] = []
    try:
        lines = tuple([_taxed_line(each, rules, parts, shares) for each in cart.line_items])
        customs = tuple([_taxed_custom_line(each, rules, parts, shares, currency) for each in cart.custom_line_items])
        shipping, shipping_price = cart.shipping_info, None
        if shipping is not None and shipping.shipping_method_state == "MatchesCart":
            rate = find_rate(rules, shipping.tax_category.id if shipping.tax_category else None)
            shipping_price = taxed_price_of(shipping.due, rate, quantity=1, is_per_unit=False, mode=rules.mode)
            shipping = replace(shipping, taxed_price=shipping_price, tax_rate=rate)
            parts.append(shipping_price)
    except MissingTaxRateForCountry as problem:
        problems.append(problem)
        return _untaxed(cart), problems
    return replace(
        cart,
        line_items=lines,
        custom_line_items=customs,
        shipping_info=shipping,
        taxed_price=summed(parts, currency),
        taxed_shipping_price=shipping_price,
    ), problems


def order_discount_shares(cart: Cart) -> dict[str, int]:
    """What of the discount on the total falls on each line, in proportion to what the lines come to: taxes are of what
    is paid. The shares sum to the discount.
    """
    discount = cart.discount_on_total_price
    if discount is None:
        return {}
    priced = {each.id: each.total_price for each in cart.line_items if each.pricing_error is None}
    priced |= {each.id: each.total_price for each in cart.custom_line_items}
    amounts = {name: money.cent_amount for name, money in priced.items() if money.currency_code == cart.currency}
    return dict(zip(amounts, allocate(discount.discounted_amount.cent_amount, list(amounts.values())), strict=True))


def _less(total: Money, share: int) -> Money:
    return money_of(total.cent_amount - share, total.currency_code) if share else total


def _taxed_line(line: LineItem, rules: TaxRules, parts: list[TaxedItemPrice], shares: dict[str, int]) -> LineItem:
    if line.pricing_error is not None:
        return line if line.taxed_price is None else replace(line, taxed_price=None, tax_rate=None)
    offer = rules.catalogue.offers_by_variant.get((line.product_id, line.variant.id))
    category = offer.tax_category.id if offer is not None and offer.tax_category else None
    rate = find_rate(rules, category)
    taxed = taxed_price_of(
        _less(line.total_price, shares.get(line.id, 0)),
        rate,
        quantity=line.quantity,
        is_per_unit=rules.is_per_unit,
        mode=rules.mode,
    )
    parts.append(taxed)
    if line.taxed_price == taxed and line.tax_rate == rate:
        return line
    return replace(line, taxed_price=taxed, tax_rate=rate)


def _taxed_custom_line(
    line: CustomLineItem, rules: TaxRules, parts: list[TaxedItemPrice], shares: dict[str, int], currency: str
) -> CustomLineItem:
    if line.money.currency_code != currency:
        return line if line.taxed_price is None else replace(line, taxed_price=None, tax_rate=None)
    rate = find_rate(rules, line.tax_category.id if line.tax_category else None)
    taxed = taxed_price_of(
        _less(line.total_price, shares.get(line.id, 0)),
        rate,
        quantity=line.quantity,
        is_per_unit=rules.is_per_unit,
        mode=rules.mode,
    )
    parts.append(taxed)
    return replace(line, taxed_price=taxed, tax_rate=rate)


def _untaxed(cart: Cart) -> Cart:
    if cart.taxed_price is None and all(each.taxed_price is None for each in cart.line_items):
        return cart
    shipping = cart.shipping_info
    return replace(
        cart,
        line_items=tuple(replace(each, taxed_price=None, tax_rate=None) for each in cart.line_items),
        custom_line_items=tuple(replace(each, taxed_price=None, tax_rate=None) for each in cart.custom_line_items),
        shipping_info=replace(shipping, taxed_price=None, tax_rate=None) if shipping is not None else None,
        taxed_price=None,
        taxed_shipping_price=None,
    )
