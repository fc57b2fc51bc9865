"""Sites: what a project file and an administrator send of a storefront."""

import re
from collections.abc import Iterable
from typing import Any

from handcart.domain.catalogue import Catalogue
from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import Draft, LocalizedString, PartialDraft
from handcart.domain.errors import DuplicateField, InvalidField, RequiredField
from handcart.domain.money import is_currency
from handcart.domain.products.building import Building, tax_category_of
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.resources.action import changed, check_name
from handcart.domain.resources.tax_categories import TaxRateDraft, tax_rates_from
from handcart.domain.site import (
    CartProvider,
    InventoryMode,
    QuantityPolicy,
    Site,
    StoreCountry,
    Storefront,
    StorefrontAccess,
)
from handcart.domain.updates.attributes import check_country, check_key

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


class StoreCountryDraft(Draft):
    """A country that a store serves, as a client sends it."""

    code: str


class SiteDraft(PartialDraft):
    """A site as a project file or an administrator sends it. It has a ``key`` or, another word for it, an ``id``.

    ``priceGroup`` and ``stockLocation`` name channels by key; ``priceChannel`` and ``stockChannel`` are the same as
    identifiers. Without either it is the channel with the site's key, if there is one. What is absent comes from the
    project's defaults.
    """

    NOT_YET = ("product_selections",)

    key: str | None = None
    id: str | None = None
    name: LocalizedString | str | None = None
    host: str | None = None
    context_root: str | None = None
    currency: str | None = None
    country: str | None = None
    languages: tuple[str, ...] | None = None
    countries: tuple[StoreCountryDraft, ...] | None = None
    distribution_channels: tuple[ResourceIdentifier, ...] | None = None
    supply_channels: tuple[ResourceIdentifier, ...] | None = None
    price_group: str | None = None
    price_channel: ResourceIdentifier | None = None
    stock_location: str | None = None
    stock_channel: ResourceIdentifier | None = None
    catalogs: tuple[str, ...] | None = None
    tax_category: ResourceIdentifier | None = None
    tax_rates: tuple[TaxRateDraft, ...] | None = None
    gateway: str | None = None
    show_tax_before_checkout: bool = False
    inventory_mode: InventoryMode | None = None
    cart_provider: CartProvider | None = None
    storefront_access: StorefrontAccess | None = None
    quantity_max: int | None = None
    merge_quantity_policy: QuantityPolicy | None = None
    default: bool = False
    custom: CustomFieldsDraft | None = None
    storefront: Storefront | None = None
    product_selections: Any = None


def site_from(draft: SiteDraft, building: Building, *, resource_id: str) -> Site:
    """The site that a draft asks for, without the registrable domain of its host: the store knows the public suffixes.

    Raises RequiredField without a key; InvalidField, DuplicateField, ReferencedResourceNotFound.
    """
    key = draft.key or draft.id
    if key is None:
        raise RequiredField(field="key")
    check_key(key)
    languages = draft.languages if draft.languages is not None else building.catalogue.settings.languages
    _check_values(draft)
    rates = draft.tax_rates
    price_channel = _channel_named(draft.price_channel, draft.price_group, key, building, field="priceGroup")
    stock_channel = _channel_named(draft.stock_channel, draft.stock_location, key, building, field="stockLocation")
    distribution = channels_of(draft.distribution_channels, building, field="distributionChannels")
    supply = channels_of(draft.supply_channels, building, field="supplyChannels")
    return Site(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        key=key,
        name=_name_of(draft.name, languages),
        languages=languages,
        countries=countries_of(draft.countries),
        distribution_channels=_including(distribution, price_channel),
        supply_channels=_including(supply, stock_channel),
        product_selections=(),
        host=host_of(draft.host),
        context_root=draft.context_root,
        currency=draft.currency,
        country=draft.country,
        price_channel=price_channel,
        stock_channel=stock_channel,
        catalogs=draft.catalogs,
        tax_category=tax_category_of(draft.tax_category, building.catalogue),
        tax_rates=tax_rates_from(rates, building, field="taxRates") if rates is not None else None,
        gateway=draft.gateway,
        show_tax_before_checkout=draft.show_tax_before_checkout,
        inventory_mode=draft.inventory_mode,
        cart_provider=draft.cart_provider,
        storefront_access=draft.storefront_access,
        quantity_max=draft.quantity_max,
        merge_quantity_policy=draft.merge_quantity_policy,
        default=draft.default,
        storefront=draft.storefront,
        custom=building.catalogue.types.custom_of(draft.custom, kind="store"),
    )


def displaced_default_site(site: Site, catalogue: Catalogue) -> tuple[Site, ...]:
    """The site that is no longer the default because this one is; there is at most one."""
    if not site.default:
        return ()
    return tuple(
        changed(each, default=False) for each in catalogue.sites.values() if each.id != site.id and each.default
    )


def host_of(host: str | None) -> str | None:
    """The host name in lower case, without a port. Raises InvalidField for what is none."""
    if host is None:
        return None
    name = host.lower()
    if not _HOST.fullmatch(name):
        raise InvalidField(field="host", invalid_value=host)
    return name


def countries_of(drafts: Iterable[StoreCountryDraft] | None) -> tuple[StoreCountry, ...]:
    """Each country once. Raises InvalidField for one that is none, DuplicateField for one that is named twice."""
    codes = [each.code for each in drafts or ()]
    for code in codes:
        check_country(code)
        if codes.count(code) > 1:
            raise DuplicateField(field="countries", duplicate_value=code)
    return tuple(StoreCountry(code=each) for each in codes)


def channel_of(identifier: ResourceIdentifier, building: Building, *, field: str) -> Reference:
    """The channel that the identifier names. Raises ReferencedResourceNotFound."""
    found = building.catalogue.channel_of(identifier, field=field)
    assert found is not None
    return found


def channels_of(
    identifiers: Iterable[ResourceIdentifier] | None, building: Building, *, field: str
) -> tuple[Reference, ...]:
    """The channels that the identifiers name, each once. Raises ReferencedResourceNotFound."""
    found = [channel_of(each, building, field=field) for each in identifiers or ()]
    return tuple(reference for place, reference in enumerate(found) if reference not in found[:place])


def _channel_named(
    identifier: ResourceIdentifier | None, key: str | None, site_key: str, building: Building, *, field: str
) -> Reference | None:
    if identifier is None and key is not None:
        identifier = ResourceIdentifier(type_id="channel", key=key)
    if identifier is not None:
        return channel_of(identifier, building, field=field)
    own = building.catalogue.channels.by_key.get(site_key)
    return Reference(type_id="channel", id=own.id) if own is not None else None


def _including(channels: tuple[Reference, ...], channel: Reference | None) -> tuple[Reference, ...]:
    return channels if channel is None or channel in channels else (*channels, channel)


def _name_of(name: LocalizedString | str | None, languages: tuple[str, ...]) -> LocalizedString:
    """A name in one language is in the site's first."""
    if isinstance(name, str):
        return {languages[0] if languages else "en": check_name(name)}
    return name or {}


def _check_values(draft: SiteDraft) -> None:
    check_country(draft.country)
    if draft.currency is not None and not is_currency(draft.currency):
        raise InvalidField(field="currency", invalid_value=draft.currency)
    if draft.context_root is not None and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", draft.context_root):
        raise InvalidField(field="contextRoot", invalid_value=draft.context_root)
    if draft.quantity_max is not None and draft.quantity_max < 1:
        raise InvalidField(field="quantityMax", invalid_value=draft.quantity_max)
