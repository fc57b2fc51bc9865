"""The catalogue: what a project sells, where and at which price, as one read of it found it.

Decisions about carts read nothing else besides the cart. The small kinds are complete; offers are there for the
products and SKUs that whoever took the snapshot was asked for.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import TypeVar

import msgspec

from handcart.domain.custom_fields import Type, TypeIndex
from handcart.domain.discount import CartDiscount, DiscountCode
from handcart.domain.document import Timestamp
from handcart.domain.errors import InvalidField
from handcart.domain.ids import SiteKey
from handcart.domain.product import Offer, ProductType
from handcart.domain.products.types import default_product_type
from handcart.domain.promotion import Promotions
from handcart.domain.references import Reference, ResourceIdentifier, resolve
from handcart.domain.scope import sharing_group, sites_sharing_with
from handcart.domain.sharing import SharingHistory
from handcart.domain.shipping import BusinessUnit, Channel, CustomerGroup, ShippingMethod, TaxCategory, Zone
from handcart.domain.site import QuantityPolicy, Site, SiteGroup

QUANTITY_MAX = 999_999
"""The limit for one line where neither the site nor the project says otherwise (S3-1)."""

DELETE_DAYS_DEFAULT = 90

MERGE_UNDO_HOURS = 24
"""How long a merge can be taken back where the project does not say otherwise."""

HAND_OVER_MINUTES = 5
"""How long a link works that takes a guest's cart to another domain, where the project does not say otherwise."""

TAKEOVER_MINUTES = 15
"""How long a takeover lasts without a heartbeat, where the project does not say otherwise."""


class ProjectSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A project and the defaults that its sites may override."""

    key: str
    name: str
    version: int
    created_at: str
    currencies: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    quantity_max: int = QUANTITY_MAX
    inventory_mode: str = "None"
    cart_provider: str = "ByUser"
    storefront_access: str = "NoSignInRequired"
    delete_days_after_last_modification: int = DELETE_DAYS_DEFAULT
    merge_quantity_policy: QuantityPolicy = "max"
    merge_undo_hours: int = MERGE_UNDO_HOURS
    hand_over_minutes: int = HAND_OVER_MINUTES
    takeover_minutes: int = TAKEOVER_MINUTES
    require_site_readiness: bool = False
    """Whether sites can only come to share a cart where nothing lacks a price, stock or tax, or by force."""


Keyed = TypeVar(
    "Keyed",
    bound=Channel
    | CustomerGroup
    | ShippingMethod
    | TaxCategory
    | Zone
    | BusinessUnit
    | ProductType
    | CartDiscount
    | DiscountCode,
)


class Index(dict[str, Keyed]):
    """Resources by id, and by key in ``by_key``."""

    def __init__(self, resources: Mapping[str, Keyed]) -> None:
        super().__init__(resources.items())
        self.by_key: dict[str, Keyed] = {each.key: each for each in resources.values() if each.key}


class Catalogue:
    """A project's catalogue at one epoch."""

    def __init__(
        self,
        *,
        epoch: int,
        settings: ProjectSettings,
        sites: Mapping[str, Site],
        groups: tuple[SiteGroup, ...],
        types: Mapping[str, Type],
        channels: Mapping[str, Channel],
        customer_groups: Mapping[str, CustomerGroup],
        tax_categories: Mapping[str, TaxCategory],
        zones: Mapping[str, Zone],
        shipping_methods: Mapping[str, ShippingMethod],
        business_units: Mapping[str, BusinessUnit],
        product_types: Mapping[str, ProductType] | None = None,
        cart_discounts: Mapping[str, CartDiscount] | None = None,
        discount_codes: Mapping[str, DiscountCode] | None = None,
        sharing: SharingHistory | None = None,
    ) -> None:
        self.epoch = epoch
        self.settings = settings
        self.sites = sites
        self.groups = groups
        self.sharing_groups = tuple(sharing_group(each, sites) for each in groups)
        self.sharing = sharing or SharingHistory()
        self.types = TypeIndex(types)
        self.channels = Index(channels)
        self.customer_groups = Index(customer_groups)
        self.tax_categories = Index(tax_categories)
        self.zones = Index(zones)
        self.shipping_methods = Index(shipping_methods)
        self.business_units = Index(business_units)
        built_in = default_product_type(Timestamp(settings.created_at))
        self.product_types = Index({built_in.id: built_in, **(product_types or {})})
        self.cart_discounts = Index(cart_discounts or {})
        self.discount_codes = Index(discount_codes or {})
        self.discount_codes_by_code = {each.code: each for each in self.discount_codes.values()}
        self.promotions = Promotions(self.cart_discounts.values(), self.discount_codes)
        self.sites_by_id = {each.id: each for each in sites.values()}
        self.default_site = next((each for each in sites.values() if each.default), None)
        self._sharing: dict[tuple[SiteKey, bool], frozenset[SiteKey]] = {}
        self.offers_by_sku: dict[str, Offer] = {}
        self.offers_by_variant: dict[tuple[str, int], Offer] = {}
        self.products_loaded: set[str] = set()

    def sites_sharing_with(self, site: SiteKey, *, is_anonymous: bool) -> frozenset[SiteKey]:
        """The sites on which a cart of this site is current, found once per catalogue."""
        key = (site, is_anonymous)
        found = self._sharing.get(key)
        if found is None:
            found = sites_sharing_with(site, is_anonymous=is_anonymous, sites=self.sites, groups=self.sharing_groups)
            self._sharing[key] = found
        return found

    def offer(self, offers: Iterable[Offer]) -> None:
        """Take offers in, so that decisions find them."""
        for each in offers:
            self.offers_by_variant[each.product_id, each.variant_id] = each
            if each.sku is not None:
                self.offers_by_sku[each.sku] = each

    def without_products(self) -> "Catalogue":
        """The same catalogue with no offers at hand; whoever decides by this one still has them."""
        bare = copy(self)
        bare.offers_by_sku, bare.offers_by_variant, bare.products_loaded = {}, {}, set()
        return bare

    def site_of(self, identifier: ResourceIdentifier, *, field: str = "store") -> Site:
        """The site that a store identifier names."""
        return resolve(identifier, type_id="store", field=field, by_id=self.sites_by_id, by_key=self.sites)

    def channel_of(self, identifier: ResourceIdentifier | None, *, field: str) -> Reference | None:
        """A reference to the channel that the identifier names; None stays None."""
        if identifier is None:
            return None
        found = resolve(identifier, type_id="channel", field=field, by_id=self.channels, by_key=self.channels.by_key)
        return Reference(type_id="channel", id=found.id)

    def business_unit_of(self, identifier: ResourceIdentifier) -> BusinessUnit:
        """The company account that the identifier names."""
        units = self.business_units
        return resolve(identifier, type_id="business-unit", field="businessUnit", by_id=units, by_key=units.by_key)

    def customer_group_of(self, identifier: ResourceIdentifier) -> Reference:
        """A reference to the customer group that the identifier names."""
        groups = self.customer_groups
        found = resolve(identifier, type_id="customer-group", field="customerGroup", by_id=groups, by_key=groups.by_key)
        return Reference(type_id="customer-group", id=found.id)

    def quantity_max(self, site: Site | None) -> int:
        """The largest quantity that one line may have on the site (S3-1, S3-2)."""
        if site is not None and site.quantity_max is not None:
            return site.quantity_max
        return self.settings.quantity_max

    def check_currency(self, currency: str, site: Site | None) -> None:
        """Refuse a currency that the acting site or, without one, the project does not sell in."""
        allowed = [site.currency] if site is not None and site.currency else list(self.settings.currencies)
        if allowed and currency not in allowed:
            raise InvalidField(field="currency", invalid_value=currency, allowed_values=allowed)
