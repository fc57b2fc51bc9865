"""Products as clients send them."""

from typing import Any

from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import Draft, LocalizedString, PartialDraft
from handcart.domain.money import MoneyDraft
from handcart.domain.references import ResourceIdentifier


class PriceTierDraft(Draft):
    """The unit price from a quantity on."""

    minimum_quantity: int
    value: MoneyDraft


class DiscountReferenceDraft(Draft):
    """The product discount behind a sale price, as a client names it."""

    id: str
    type_id: str | None = None


class DiscountedPriceDraft(Draft):
    """A sale price; Handcart needs no product discount behind it."""

    value: MoneyDraft
    discount: DiscountReferenceDraft | None = None


class PriceDraft(PartialDraft):
    """A price and the circumstances it holds in. ``id`` may be sent back, as read, and is not looked at."""

    NOT_YET = ("recurrence_policy",)

    value: MoneyDraft
    id: str | None = None
    key: str | None = None
    country: str | None = None
    customer_group: ResourceIdentifier | None = None
    channel: ResourceIdentifier | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    discounted: DiscountedPriceDraft | None = None
    tiers: tuple[PriceTierDraft, ...] | None = None
    custom: CustomFieldsDraft | None = None
    recurrence_policy: Any = None


class AttributeDraft(Draft):
    """An attribute of a variant or, in later versions of the interface, of the product."""

    name: str
    value: Any = None


class ImageDimensionsDraft(Draft):
    """Width and height in pixels."""

    w: int
    h: int


class ImageDraft(Draft):
    """A picture that lies elsewhere."""

    url: str
    dimensions: ImageDimensionsDraft
    label: str | None = None


class VariantDraft(PartialDraft):
    """A variant: what has an SKU and prices."""

    NOT_YET = ("assets",)

    sku: str | None = None
    key: str | None = None
    prices: tuple[PriceDraft, ...] | None = None
    attributes: tuple[AttributeDraft, ...] | None = None
    images: tuple[ImageDraft, ...] | None = None
    assets: Any = None


class ProductDraft(PartialDraft):
    """A product. Without ``productType`` it gets the project's built-in one, whose key is ``default``."""

    NOT_YET = ("state", "warnings")

    name: LocalizedString
    slug: LocalizedString
    product_type: ResourceIdentifier | None = None
    key: str | None = None
    description: LocalizedString | None = None
    categories: tuple[ResourceIdentifier, ...] | None = None
    category_order_hints: dict[str, str] | None = None
    meta_title: LocalizedString | None = None
    meta_description: LocalizedString | None = None
    meta_keywords: LocalizedString | None = None
    master_variant: VariantDraft | None = None
    variants: tuple[VariantDraft, ...] | None = None
    tax_category: ResourceIdentifier | None = None
    search_keywords: dict[str, tuple[dict[str, Any], ...]] | None = None
    attributes: tuple[AttributeDraft, ...] | None = None
    publish: bool | None = None
    price_mode: str | None = None
    state: Any = None
    warnings: Any = None
