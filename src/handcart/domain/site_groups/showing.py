"""Site groups and sites as an administrator sees them."""

from collections.abc import Mapping

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Document
from handcart.domain.references import Reference
from handcart.domain.scim import Attribute, Values
from handcart.domain.site import (
    CartProvider,
    InventoryMode,
    QuantityPolicy,
    Site,
    SiteGroup,
    Storefront,
    StorefrontAccess,
    TaxRate,
)
from handcart.domain.site_groups.readiness import Gap

GROUP_ATTRIBUTES = (Attribute("displayName", False), Attribute("id", True), Attribute("sites", True))
"""What ``q`` may name of a group; ``sharedCart`` it may not (S4-61, B-O2)."""

SITE_ATTRIBUTES = (Attribute("name", False), Attribute("id", True), Attribute("host", False))


class ShownGroupSite(Document):
    """A member of a group, with the name that its shoppers see."""

    id: str
    name: str


class ShownGroup(Document):
    """A group as it is answered (S4-46): the sites in the order in which they were given."""

    id: str
    display_name: str
    sites: tuple[ShownGroupSite, ...]
    shared_cart: bool
    warnings: tuple[Gap, ...] = ()
    """Answered where sites come to share a cart: the first prices that one of them lacks and another has."""

    def values(self) -> Values:
        """What a filter finds the group by."""
        return {"id": (self.id,), "displayName": (self.display_name,), "sites": tuple(each.id for each in self.sites)}


class ShownSite(Document):
    """A site as it is answered: ``id`` is the store's key; channels and the tax category are named by their keys.

    What is absent is as the project's defaults say.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    show_tax_before_checkout: bool
    default: bool
    host: str | None = None
    context_root: str | None = None
    currency: str | None = None
    country: str | None = None
    price_group: str | None = None
    stock_location: str | None = None
    catalogs: tuple[str, ...] | None = None
    tax_category: str | None = None
    tax_rates: tuple[TaxRate, ...] | None = None
    gateway: str | None = None
    inventory_mode: InventoryMode | None = None
    cart_provider: CartProvider | None = None
    storefront_access: StorefrontAccess | None = None
    quantity_max: int | None = None
    merge_quantity_policy: QuantityPolicy | None = None
    storefront: Storefront | None = None
    warnings: tuple[Gap, ...] = ()
    """Answered where a change lets the site share carts: what it or one of the others lacks."""

    def values(self) -> Values:
        """What a filter finds the site by."""
        return {"id": (self.id,), "name": (self.name,), "host": (self.host or "",)}


class Assets(msgspec.Struct, frozen=True):
    """The sites and groups there are: those that are saved, or those that are published."""

    catalogue: Catalogue
    sites: Mapping[str, Site]
    groups: Mapping[str, SiteGroup]


def saved_assets(catalogue: Catalogue) -> Assets:
    """The sites and groups as they are saved, which is what carts go by (T-34)."""
    return Assets(catalogue, catalogue.sites, {each.id: each for each in catalogue.groups})


def shown_group(
    group: SiteGroup, sites: Mapping[str, Site], language: str | None, *, warnings: tuple[Gap, ...] = ()
) -> ShownGroup:
    """The group as it is answered, its sites named in that language where they have it."""
    return ShownGroup(
        id=group.id,
        display_name=group.display_name,
        sites=tuple(
            ShownGroupSite(id=each, name=name_of(sites[each], language) if each in sites else each)
            for each in group.sites
        ),
        shared_cart=group.shared_cart,
        warnings=warnings,
    )


def shown_site(site: Site, catalogue: Catalogue, language: str | None, *, warnings: tuple[Gap, ...] = ()) -> ShownSite:
    """The site as it is answered, its name in that language where it has it."""
    category = catalogue.tax_categories.get(site.tax_category.id) if site.tax_category is not None else None
    return ShownSite(
        id=site.key,
        name=name_of(site, language),
        languages=site.languages,
        show_tax_before_checkout=site.show_tax_before_checkout,
        inventory_mode=site.inventory_mode,
        default=site.default,
        host=site.host,
        context_root=site.context_root,
        currency=site.currency,
        country=site.country,
        price_group=_channel_key(site.price_channel, catalogue),
        stock_location=_channel_key(site.stock_channel, catalogue),
        catalogs=site.catalogs,
        tax_category=(category.key or category.id) if category is not None else None,
        tax_rates=site.tax_rates,
        gateway=site.gateway,
        cart_provider=site.cart_provider,
        storefront_access=site.storefront_access,
        quantity_max=site.quantity_max,
        merge_quantity_policy=site.merge_quantity_policy,
        storefront=site.storefront,
        warnings=warnings,
    )


def name_of(site: Site, language: str | None) -> str:
    """The site's name in a language; else in the site's first, else in any that it has, else its key."""
    for each in (language, *site.languages):
        if each is not None and each in site.name:
            return site.name[each]
    return next(iter(site.name.values()), site.key)


def _channel_key(channel: Reference | None, catalogue: Catalogue) -> str | None:
    found = catalogue.channels.get(channel.id) if channel is not None else None
    return found.key if found is not None else None
