"""What an administrator asks of a site, and the site that this comes to. A site and a store are one record."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from handcart.domain.document import Draft, LocalizedString
from handcart.domain.errors import DuplicateField, RequiredField
from handcart.domain.products.building import Building
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.resources.action import changed
from handcart.domain.resources.kinds import check_texts
from handcart.domain.resources.sites import SiteDraft, site_from
from handcart.domain.resources.tax_categories import TaxRateDraft
from handcart.domain.site import CartProvider, InventoryMode, QuantityPolicy, Site, Storefront, StorefrontAccess


class SiteFields(Draft):
    """What an administrator says of a site.

    ``priceGroup`` and ``stockLocation`` are keys of channels, ``taxCategory`` is a key, an id, or an identifier.
    """

    id: Any = None
    name: str | LocalizedString | UnsetType = UNSET
    host: str | UnsetType | None = UNSET
    context_root: str | UnsetType | None = UNSET
    currency: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    languages: tuple[str, ...] | UnsetType | None = UNSET
    price_group: str | UnsetType | None = UNSET
    stock_location: str | UnsetType | None = UNSET
    catalogs: tuple[str, ...] | UnsetType | None = UNSET
    tax_category: str | ResourceIdentifier | UnsetType | None = UNSET
    tax_rates: tuple[TaxRateDraft, ...] | UnsetType | None = UNSET
    gateway: str | UnsetType | None = UNSET
    show_tax_before_checkout: bool | UnsetType | None = UNSET
    inventory_mode: InventoryMode | UnsetType | None = UNSET
    cart_provider: CartProvider | UnsetType | None = UNSET
    storefront_access: StorefrontAccess | UnsetType | None = UNSET
    quantity_max: int | UnsetType | None = UNSET
    merge_quantity_policy: QuantityPolicy | UnsetType | None = UNSET
    default: bool | UnsetType | None = UNSET
    storefront: Storefront | UnsetType | None = UNSET

    def given(self) -> dict[str, Any]:
        """The fields that the client sent, by their Python names."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__ if name not in _NO_FIELDS}
        return {name: value for name, value in fields.items() if value is not UNSET}


class SiteRequest(SiteFields):
    """A new site. ``id`` is the store's key; it and ``name`` have to be there."""

    id: str | None = None


class SiteChange(SiteFields):
    """A change of a site: what is absent stays, ``null`` goes back to the project's default, ``id`` is ignored.

    ``force`` makes it share its carts although it is not ready.
    """

    force: bool | None = None

    @property
    def may_share(self) -> bool:
        """Whether it names what decides with which sites of its group a site shares its carts."""
        return self.storefront is not UNSET or self.host is not UNSET


_NO_FIELDS = ("id", "force")


def new_site(request: SiteRequest, building: Building) -> Site:
    """The site that a request asks for.

    Raises RequiredField without ``id`` or ``name``, DuplicateField for an id that is taken, and what a store raises.
    """
    if request.id is None:
        raise RequiredField(field="id")
    if request.name is UNSET or not request.name:
        raise RequiredField(field="name")
    if request.id in building.catalogue.sites:
        raise DuplicateField(field="id", duplicate_value=request.id)
    site = site_from(_draft(request, building, key=request.id), building, resource_id=building.new_id())
    check_texts(msgspec.to_builtins(site), "")
    return site


def changed_site(site: Site, change: SiteChange, building: Building) -> Site:
    """The site after a change, one version further; the same object where it changes nothing. Raises as for a new one.

    Its name changes in its first language, and keeps the others.
    """
    given = change.given()
    if change.name is not UNSET and not change.name:
        raise RequiredField(field="name")
    draft = _draft(change, building, key=site.key)
    if draft.languages is None and "languages" not in given:
        draft = replace(draft, languages=site.languages or None)
    made = site_from(draft, building, resource_id=site.id)
    fields = {_FIELDS.get(name, name): getattr(made, _FIELDS.get(name, name)) for name in given}
    if "name" in fields:
        fields["name"] = site.name | made.name
    if "price_channel" in fields:
        fields["distribution_channels"] = _moved(site.distribution_channels, site.price_channel, made.price_channel)
    if "stock_channel" in fields:
        fields["supply_channels"] = _moved(site.supply_channels, site.stock_channel, made.stock_channel)
    after = changed(site, **fields)
    if after is site:
        return site
    check_texts(msgspec.to_builtins(after), "")
    return replace(after, version=site.version + 1, last_modified_at=building.now)


_FIELDS = {"price_group": "price_channel", "stock_location": "stock_channel"}
"""Where the request's word is not the record's."""


def _draft(request: SiteFields, building: Building, *, key: str) -> SiteDraft:
    given = {name: value for name, value in request.given().items() if value is not None}
    category = given.get("tax_category")
    if isinstance(category, str):
        known = building.catalogue.tax_categories
        is_id = category not in known.by_key and category in known
        given["tax_category"] = ResourceIdentifier(**{"id" if is_id else "key": category})
    return SiteDraft(key=key, **given)


def _moved(
    channels: tuple[Reference, ...], former: Reference | None, channel: Reference | None
) -> tuple[Reference, ...]:
    """The channels with another one in the place of the one that prices or stock came from."""
    if channel == former:
        return channels
    kept = tuple(each for each in channels if each not in (former, channel))
    return (channel, *kept) if channel is not None else kept
