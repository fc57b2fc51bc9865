"""A site: a storefront with its host, currency, price group, tax and stock. On the wire it is also a *store*."""

from decimal import Decimal
from typing import Any, Literal

from handcart.domain.custom_fields import CustomFields
from handcart.domain.document import Document, LocalizedString, Timestamp
from handcart.domain.references import Reference

CartProvider = Literal["ByUser", "ByCustomer", "ByShipTo"]
QuantityPolicy = Literal["max", "sum", "guest", "customer", "separate"]
InventoryMode = Literal["None", "TrackOnly", "ReserveOnOrder"]
Storefront = Literal["osf", "classic"]
StorefrontAccess = Literal[
    "NoSignInRequired",
    "SignInRequiredToBrowse",
    "SignInRequiredToAddToCart",
    "SignInRequiredToAddToCartOrSeePrices",
]


class SubRate(Document):
    """A part of a tax rate, named on the invoice."""

    name: str
    amount: Decimal


class TaxRate(Document):
    """A tax rate: ``amount`` is a share such as 0.19; ``includedInPrice`` says whether prices are gross."""

    name: str
    amount: Decimal
    included_in_price: bool
    country: str
    state: str | None = None
    id: str | None = None
    key: str | None = None
    sub_rates: tuple[SubRate, ...] | None = None


class StoreCountry(Document):
    """A country that a store serves."""

    code: str


class Site(Document):
    """Everything that the acting site decides. ``None`` means: as the project's defaults say."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    key: str
    name: LocalizedString
    languages: tuple[str, ...]
    countries: tuple[StoreCountry, ...]
    distribution_channels: tuple[Reference, ...]
    supply_channels: tuple[Reference, ...]
    product_selections: tuple[dict[str, Any], ...]
    custom: CustomFields | None = None
    host: str | None = None
    registrable_domain: str | None = None
    context_root: str | None = None
    currency: str | None = None
    country: str | None = None
    price_channel: Reference | None = None
    stock_channel: Reference | None = None
    catalogs: tuple[str, ...] | None = None
    tax_category: Reference | None = None
    tax_rates: tuple[TaxRate, ...] | None = None
    gateway: str | None = None
    show_tax_before_checkout: bool = False
    inventory_mode: InventoryMode | None = None
    cart_provider: CartProvider | None = None
    storefront_access: StorefrontAccess | None = None
    quantity_max: int | None = None
    merge_quantity_policy: QuantityPolicy | None = None
    default: bool = False
    storefront: Storefront | None = None
    """A classic one shares its carts with no other site, whatever groups it is in (S4-6)."""


class SiteGroup(Document):
    """Sites that belong together; with ``sharedCart`` their customers have one cart in all of them (S4-40)."""

    id: str
    display_name: str
    sites: tuple[str, ...]
    shared_cart: bool
