"""Products, their types and their prices, as they are stored and answered."""

from typing import Any

import msgspec

from handcart.domain.custom_fields import CustomFields
from handcart.domain.document import Document, LocalizedString, Timestamp
from handcart.domain.money import Money
from handcart.domain.references import Reference


class PriceTier(Document):
    """The unit price from a quantity on."""

    minimum_quantity: int
    value: Money


class DiscountedPrice(Document):
    """A sale price."""

    value: Money
    discount: Reference | None = None


class Price(Document):
    """One price of a variant and the circumstances it holds in."""

    id: str
    value: Money
    key: str | None = None
    country: str | None = None
    customer_group: Reference | None = None
    channel: Reference | None = None
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None
    discounted: DiscountedPrice | None = None
    tiers: tuple[PriceTier, ...] | None = None
    custom: CustomFields | None = None


class Attribute(Document):
    """A product attribute; its meaning is the merchant's."""

    name: str
    value: Any


class ProductVariant(Document):
    """A variant: what has an SKU and prices."""

    id: int
    prices: tuple[Price, ...]
    attributes: tuple[Attribute, ...]
    images: tuple[dict[str, Any], ...]
    assets: tuple[dict[str, Any], ...]
    sku: str | None = None
    key: str | None = None


class ProductFacts(Document):
    """One face (current or staged) of a product."""

    name: LocalizedString
    slug: LocalizedString
    categories: tuple[Reference, ...]
    master_variant: ProductVariant
    variants: tuple[ProductVariant, ...]
    search_keywords: dict[str, tuple[dict[str, Any], ...]]
    attributes: tuple[Attribute, ...]
    category_order_hints: dict[str, str] | None = None
    description: LocalizedString | None = None
    meta_title: LocalizedString | None = None
    meta_description: LocalizedString | None = None
    meta_keywords: LocalizedString | None = None

    def all_variants(self) -> tuple[ProductVariant, ...]:
        """The master variant, then the others."""
        return (self.master_variant, *self.variants)


class ProductMaster(Document):
    """Both faces of a product, and whether shoppers see it."""

    current: ProductFacts
    staged: ProductFacts
    published: bool
    has_staged_changes: bool


class Product(Document):
    """A product as stored and answered."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    product_type: Reference
    master_data: ProductMaster
    key: str | None = None
    tax_category: Reference | None = None
    price_mode: str | None = None
    last_variant_id: int = 1


class AttributeDefinition(Document):
    """One attribute that the products of a type may have; ``type`` is as the wire has it."""

    type: dict[str, Any]
    name: str
    label: LocalizedString
    is_required: bool
    attribute_constraint: str
    input_hint: str
    is_searchable: bool
    input_tip: LocalizedString | None = None


class ProductType(Document):
    """A kind of product and the attributes that its variants may have."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    name: str
    description: str
    attributes: tuple[AttributeDefinition, ...]
    key: str | None = None


class Offer(msgspec.Struct, frozen=True):
    """A published variant on offer: what a line item is made of. The JSON parts are encoded once per catalogue."""

    product_id: str
    product_key: str | None
    name: msgspec.Raw
    slug: msgspec.Raw
    product_type: Reference
    tax_category: Reference | None
    variant_id: int
    sku: str | None
    variant_key: str | None
    attributes: msgspec.Raw
    images: msgspec.Raw
    assets: msgspec.Raw
    prices: tuple[Price, ...]
    has_dates: bool
    categories: frozenset[str] = frozenset()
    """The ids of the product's categories."""
