"""Prices: drafts checked and resolved, and the circumstances that no two prices of a variant share."""

from collections.abc import Iterable, Sequence

import msgspec

from handcart.domain.document import encode, timestamp_from
from handcart.domain.errors import DuplicatePriceScope, InvalidField
from handcart.domain.money import Money, MoneyDraft, money_from
from handcart.domain.product import DiscountedPrice, Price, PriceTier, ProductVariant
from handcart.domain.products.building import Building
from handcart.domain.products.drafts import DiscountedPriceDraft, PriceDraft
from handcart.domain.references import Reference
from handcart.domain.updates.attributes import check_country, check_key


def price_from(draft: PriceDraft, building: Building, *, field: str) -> Price:
    """The price that a draft asks for, under a new id."""
    catalogue = building.catalogue
    check_key(draft.key, field=f"{field}.key")
    check_country(draft.country)
    value = money_from(draft.value, field=f"{field}.value")
    _check_amount(value, field=f"{field}.value")
    since = timestamp_from(draft.valid_from, field=f"{field}.validFrom")
    until = timestamp_from(draft.valid_until, field=f"{field}.validUntil")
    if since is not None and until is not None and since >= until:
        raise InvalidField(field=f"{field}.validUntil", invalid_value=draft.valid_until)
    tiers = tuple(
        PriceTier(
            minimum_quantity=each.minimum_quantity,
            value=_same_currency(each.value, value.currency_code, field=f"{field}.tiers.value"),
        )
        for each in draft.tiers or ()
    )
    _check_tiers(tiers, field=f"{field}.tiers")
    return Price(
        id=building.new_id(),
        value=value,
        key=draft.key,
        country=draft.country,
        customer_group=catalogue.customer_group_of(draft.customer_group) if draft.customer_group else None,
        channel=catalogue.channel_of(draft.channel, field=f"{field}.channel"),
        valid_from=since,
        valid_until=until,
        discounted=discounted_from(draft.discounted, value.currency_code, field=f"{field}.discounted"),
        tiers=tiers or None,
        custom=catalogue.types.custom_of(draft.custom, kind="product-price", field=f"{field}.custom"),
    )


def discounted_from(draft: DiscountedPriceDraft | None, currency: str, *, field: str) -> DiscountedPrice | None:
    """The sale price that a draft asks for, in the price's currency."""
    if draft is None:
        return None
    discount = Reference(type_id="product-discount", id=draft.discount.id) if draft.discount is not None else None
    return DiscountedPrice(value=_same_currency(draft.value, currency, field=f"{field}.value"), discount=discount)


def _same_currency(draft: MoneyDraft, currency: str, *, field: str) -> Money:
    money = money_from(draft, field=field)
    if money.currency_code != currency:
        raise InvalidField(field=f"{field}.currencyCode", invalid_value=money.currency_code, allowed_values=[currency])
    _check_amount(money, field=field)
    return money


def _check_amount(money: Money, *, field: str) -> None:
    if money.cent_amount < 0:
        raise InvalidField(field=f"{field}.centAmount", invalid_value=money.cent_amount)


def _check_tiers(tiers: Sequence[PriceTier], *, field: str) -> None:
    quantities = [each.minimum_quantity for each in tiers]
    for quantity in quantities:
        if quantity < 2 or quantities.count(quantity) > 1:
            raise InvalidField(field=f"{field}.minimumQuantity", invalid_value=quantity)


def prices_from(drafts: Iterable[PriceDraft] | None, building: Building) -> tuple[Price, ...]:
    """The prices that drafts ask for."""
    return tuple(price_from(each, building, field=f"prices[{position}]") for position, each in enumerate(drafts or ()))


def price_scope(price: Price) -> tuple[str | None, ...]:
    """The circumstances of a price: two prices of one variant never have the same."""
    return (
        price.value.currency_code,
        price.country,
        price.customer_group.id if price.customer_group else None,
        price.channel.id if price.channel else None,
        price.valid_from,
        price.valid_until,
    )


def check_price_scopes(variant: ProductVariant) -> None:
    """Refuse a variant that has two prices for the same circumstances. Raises DuplicatePriceScope."""
    by_scope: dict[tuple[str | None, ...], list[Price]] = {}
    for price in variant.prices:
        by_scope.setdefault(price_scope(price), []).append(price)
    for prices in by_scope.values():
        if len(prices) > 1:
            conflicting = [msgspec.json.decode(encode(each)) for each in prices]
            raise DuplicatePriceScope(variant_id=variant.id, conflicting_prices=conflicting)
