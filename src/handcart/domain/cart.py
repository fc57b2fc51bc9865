"""A cart is one document: read, decided on and written whole. Its JSON is the wire's and the database's."""

from decimal import Decimal
from typing import Any, Literal

import msgspec

from handcart.domain.address import Address
from handcart.domain.contact import AlternateContact
from handcart.domain.custom_fields import CustomFields
from handcart.domain.discounted import (
    DiscountCodeInfo,
    DiscountedPrice,
    DiscountedPriceForQuantity,
    DiscountOnTotalPrice,
)
from handcart.domain.document import Document, LocalizedString, Timestamp
from handcart.domain.ids import SiteKey
from handcart.domain.line_price import PriceAdjustment, PricePassport, PricingError
from handcart.domain.money import Money
from handcart.domain.product import Price
from handcart.domain.references import KeyReference, Reference
from handcart.domain.sharing import Separated
from handcart.domain.shipping import ShippingRate
from handcart.domain.site import TaxRate

CartState = Literal["Active", "Merged", "Ordered", "Frozen"]
CartOrigin = Literal["Customer", "Merchant"]
PriceMode = Literal["Platform", "ExternalPrice", "ExternalTotal"]

DEFAULT_CART_NAME = "Default"


class TaxPortion(Document):
    """The part of a tax that one rate makes up."""

    rate: Decimal
    amount: Money
    name: str


class TaxedItemPrice(Document):
    """A line's or a shipment's net and gross price and the taxes between."""

    total_net: Money
    total_gross: Money
    tax_portions: tuple[TaxPortion, ...]
    total_tax: Money


class ItemState(Document):
    """How much of a line is in which state."""

    quantity: int
    state: Reference


class ItemShippingTarget(Document):
    """How much of a line goes to which of the cart's item shipping addresses."""

    address_key: str
    quantity: int
    shipping_method_key: str | None = None


class ItemShippingDetails(Document):
    """Where the parts of a line go; valid when they add up to the line's quantity."""

    targets: tuple[ItemShippingTarget, ...]
    valid: bool


class LineVariant(Document):
    """The variant of a line, as it was when the line was added."""

    id: int
    prices: tuple[()]
    attributes: msgspec.Raw
    images: msgspec.Raw
    assets: msgspec.Raw
    sku: str | None = None
    key: str | None = None


class LineItem(Document):
    """A quantity of a variant, under one set of circumstances (the line's identity: see ``line.identity_of``)."""

    id: str
    product_id: str
    name: msgspec.Raw
    product_slug: msgspec.Raw
    product_type: Reference
    variant: LineVariant
    price: Price
    quantity: int
    total_price: Money
    discounted_price_per_quantity: tuple[DiscountedPriceForQuantity, ...]
    taxed_price_portions: tuple[dict[str, Any], ...]
    state: tuple[ItemState, ...]
    per_method_tax_rate: tuple[dict[str, Any], ...]
    price_mode: PriceMode
    line_item_mode: Literal["Standard"]
    added_at: Timestamp
    last_modified_at: Timestamp
    key: str | None = None
    product_key: str | None = None
    taxed_price: TaxedItemPrice | None = None
    tax_rate: TaxRate | None = None
    supply_channel: Reference | None = None
    distribution_channel: Reference | None = None
    inventory_mode: str | None = None
    shipping_details: ItemShippingDetails | None = None
    custom: CustomFields | None = None
    site_id: str | None = None
    pricing_error: PricingError | None = None
    price_passport: PricePassport | None = None
    price_adjustment: PriceAdjustment | None = None


class CustomLineItem(Document):
    """A line that no product stands behind, such as a service fee; ``money`` is its unit price."""

    id: str
    name: LocalizedString
    slug: str
    money: Money
    quantity: int
    total_price: Money
    price_mode: Literal["Standard", "External"]
    state: tuple[ItemState, ...]
    taxed_price_portions: tuple[dict[str, Any], ...]
    per_method_tax_rate: tuple[dict[str, Any], ...]
    discounted_price_per_quantity: tuple[DiscountedPriceForQuantity, ...]
    key: str | None = None
    tax_category: Reference | None = None
    tax_rate: TaxRate | None = None
    taxed_price: TaxedItemPrice | None = None
    shipping_details: ItemShippingDetails | None = None
    custom: CustomFields | None = None


class ShippingInfo(Document):
    """How the cart is shipped and what that costs."""

    shipping_method_name: str
    price: Money
    shipping_rate: ShippingRate
    shipping_method_state: Literal["MatchesCart", "DoesNotMatchCart"]
    deliveries: tuple[dict[str, Any], ...]
    shipping_method: Reference | None = None
    tax_category: Reference | None = None
    tax_rate: TaxRate | None = None
    taxed_price: TaxedItemPrice | None = None
    discounted_price: DiscountedPrice | None = None

    @property
    def due(self) -> Money:
        """What shipping costs after discounts."""
        return self.discounted_price.value if self.discounted_price is not None else self.price


class Actor(Document):
    """Who did it: the API client, and the person or the anonymous session it acted for."""

    client_id: str | None = None
    external_user_id: str | None = None
    customer: Reference | None = None
    operator: Reference | None = None
    is_platform_client: bool = False


class Checkout(Document):
    """What starting checkout fixes: the site's tax configuration and payment gateway (S4-16, S4-18)."""

    site_id: str | None
    started_at: Timestamp
    gateway: str | None = None
    tax_configuration: str | None = None


class PricedFor(Document):
    """The circumstances in which the document's prices were found."""

    currency: str
    at: Timestamp
    site_id: str | None = None


class CartLock(Document):
    """Set while only clients with ``manage_locked_carts`` may change the cart."""

    created_at: Timestamp
    client_id: str


class Cart(Document):
    """The cart as stored and answered. ``site_id`` is the site of the last added item, ``store`` that of creation."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    line_items: tuple[LineItem, ...]
    custom_line_items: tuple[CustomLineItem, ...]
    total_price: Money
    tax_mode: str
    price_rounding_mode: str
    tax_rounding_mode: str
    tax_calculation_mode: str
    inventory_mode: str
    cart_state: CartState
    shipping_mode: str
    shipping: tuple[dict[str, Any], ...]
    item_shipping_addresses: tuple[Address, ...]
    discount_codes: tuple[DiscountCodeInfo, ...]
    direct_discounts: tuple[dict[str, Any], ...]
    refused_gifts: tuple[dict[str, Any], ...]
    origin: CartOrigin
    name: str
    status: Literal["Cart", "Submitted", "Merged"]
    priced_for: PricedFor
    scope: str
    key: str | None = None
    customer_id: str | None = None
    customer_email: str | None = None
    customer_group: Reference | None = None
    anonymous_id: str | None = None
    business_unit: KeyReference | None = None
    ship_to: str | None = None
    store: KeyReference | None = None
    site_id: str | None = None
    create_site_id: str | None = None
    total_line_item_quantity: int | None = None
    taxed_price: TaxedItemPrice | None = None
    taxed_shipping_price: TaxedItemPrice | None = None
    discount_on_total_price: DiscountOnTotalPrice | None = None
    freeze_strategy: Literal["SoftFreeze", "HardFreeze"] | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    shipping_info: ShippingInfo | None = None
    country: str | None = None
    locale: str | None = None
    custom: CustomFields | None = None
    lock: CartLock | None = None
    delete_days_after_last_modification: int | None = None
    purchase_order_number: str | None = None
    checkout: Checkout | None = None
    merged_into: str | None = None
    merge_receipt: str | None = None
    separated: Separated | None = None
    order_id: str | None = None
    offline_order_id: str | None = None
    alternate_contact: AlternateContact | None = None
    item_added_at: Timestamp | None = None
    created_by: Actor | None = None
    last_modified_by: Actor | None = None

    @property
    def home_site(self) -> SiteKey:
        """The site whose scope the cart is in: that of the last added item, else of creation, else none ("")."""
        if self.site_id is not None:
            return SiteKey(self.site_id)
        return SiteKey(self.store.key if self.store is not None else "")

    @property
    def currency(self) -> str:
        """The currency that the cart is priced in."""
        return self.total_price.currency_code

    def line(self, line_item_id: str) -> LineItem | None:
        """The line with that id."""
        return next((each for each in self.line_items if each.id == line_item_id), None)


cart_decoder = msgspec.json.Decoder(Cart)
