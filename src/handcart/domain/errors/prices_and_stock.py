"""What is refused because of a price, a tax, a discount or the stock."""

from dataclasses import dataclass

from handcart.domain.errors.refusal import StateRefusal, Unacceptable


@dataclass(eq=False)
class MatchingPriceNotFound(Unacceptable):
    """The variant {variant_id} of product {product_id} does not contain a price that matches here (SKU {sku})."""

    product_id: str
    variant_id: int
    sku: str | None = None
    site_id: str | None = None
    currency: str | None = None
    country: str | None = None


@dataclass(eq=False)
class PriceChanged(Unacceptable):
    """The price or tax of some line items changed at the time of placing the order."""

    line_items: list[str]
    shipping: bool = False


@dataclass(eq=False)
class CustomLineWithoutPrice(StateRefusal):
    """The custom line item {slug} has no price in {currency}."""

    slug: str
    currency: str


class MoneyOverflow(Unacceptable):
    """An amount is larger than a client could read exactly."""


@dataclass(eq=False)
class MissingTaxRateForCountry(Unacceptable):
    """Tax category {tax_category_id} is missing a tax rate for country {country}."""

    tax_category_id: str
    country: str | None = None
    state: str | None = None


@dataclass(eq=False)
class DiscountCodeNonApplicable(Unacceptable):
    """The discount code {discount_code} cannot be applied to the cart ({why})."""

    discount_code: str
    why: str


class ShippingMethodDoesNotMatchCart(Unacceptable):
    """The shipping method has no rate for this cart."""


@dataclass(eq=False)
class OutOfStock(Unacceptable):
    """Some line items are out of stock at the time of placing the order: {skus}."""

    line_items: list[str]
    skus: list[str]


@dataclass(eq=False)
class StockTooLow(StateRefusal):
    """Only {available_quantity} of the SKU {sku} are not spoken for; its stock cannot fall by more."""

    available_quantity: int
    sku: str
