"""What a project file's entries come to, each beside what is there under its name."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.catalogue import Catalogue, ProjectSettings
from handcart.domain.document import Timestamp
from handcart.domain.errors import InvalidField, InvalidOperation
from handcart.domain.ids import RESERVED_PROJECT_KEYS, SiteKey
from handcart.domain.inventory import ChangeQuantity, InventoryEntry
from handcart.domain.money import is_currency
from handcart.domain.products.building import Building
from handcart.domain.project_file_sections import ProjectEntry, SettingsEntry
from handcart.domain.resources import kinds
from handcart.domain.resources.kinds import ResourceKind, displaced_by
from handcart.domain.resources.site_groups import SiteGroupDraft, site_group_from
from handcart.domain.resources.sites import site_from
from handcart.domain.scope import sharing_group_of
from handcart.domain.shipping import BusinessUnit
from handcart.domain.site import SiteGroup
from handcart.domain.updates.attributes import check_country, check_key


class LoadedKind(msgspec.Struct, frozen=True, kw_only=True):
    """A section of small resources: their ``typeId``, what finds one by its key, and how a draft becomes one."""

    type_id: str
    find: Callable[[Catalogue, str], Any | None]
    create: Callable[..., Any]
    kind: ResourceKind | None = None
    is_compared: bool = False
    """Whether an entry is refused by what others of the section have besides their names, such as a sort order."""

    @property
    def displaces(self) -> bool:
        """Whether the next entry has to see what one did: it may have changed others, as the one that was default."""
        return self.is_compared or (self.kind is not None and self.kind.displaced is not None)

    def displaced(self, resource: Any, building: Building) -> tuple[Any, ...]:
        """The others that have to change along, each one version further."""
        return displaced_by(self.kind, resource, building) if self.kind is not None else ()


def _kept_in(attribute: str, kind: ResourceKind, *, is_compared: bool = False) -> LoadedKind:
    def find(catalogue: Catalogue, key: str) -> Any | None:
        return getattr(catalogue, attribute).by_key.get(key)

    return LoadedKind(type_id=kind.type_id, find=find, create=kind.create, kind=kind, is_compared=is_compared)


RESOURCES: dict[str, LoadedKind] = {
    "types": _kept_in("types", kinds.TYPE),
    "channels": _kept_in("channels", kinds.CHANNEL),
    "taxCategories": _kept_in("tax_categories", kinds.TAX_CATEGORY),
    "zones": _kept_in("zones", kinds.ZONE),
    "shippingMethods": _kept_in("shipping_methods", kinds.SHIPPING_METHOD),
    "customerGroups": _kept_in("customer_groups", kinds.CUSTOMER_GROUP),
    "productTypes": _kept_in("product_types", kinds.PRODUCT_TYPE),
    "sites": LoadedKind(
        type_id="store", find=lambda catalogue, key: catalogue.sites.get(key), create=site_from, kind=kinds.STORE
    ),
    "cartDiscounts": _kept_in("cart_discounts", kinds.CART_DISCOUNT, is_compared=True),
    "discountCodes": LoadedKind(
        type_id="discount-code",
        find=lambda catalogue, code: catalogue.discount_codes_by_code.get(code),
        create=kinds.DISCOUNT_CODE.create,
        kind=kinds.DISCOUNT_CODE,
    ),
}
"""The sections that are loaded alike. Site groups have no version, and business units name customers."""


def resource_from(loaded: LoadedKind, draft: Any, name: str, building: Building) -> tuple[Any, int | None]:
    """What an entry asks for, and the version that is there already; None for what is not there yet."""
    former = loaded.find(building.catalogue, name)
    made = loaded.create(draft, building, resource_id=former.id if former is not None else building.new_id())
    return next_version(made, former)


def next_version(made: Any, former: Any | None) -> tuple[Any, int | None]:
    """A resource as the successor of the one that is there, and that one's version."""
    if former is None:
        return made, None
    return replace(made, version=former.version + 1, created_at=former.created_at), former.version


def business_unit_named(catalogue: Catalogue, key: str) -> BusinessUnit | None:
    """The company account with that key."""
    return catalogue.business_units.by_key.get(key)


def group_from(draft: SiteGroupDraft, building: Building) -> SiteGroup:
    """The group that an entry asks for. Raises InvalidOperation for a site that shares its cart already (S4-42)."""
    group = site_group_from(draft, building, resource_id=building.new_id())
    others = [each for each in building.catalogue.groups if each.id != group.id]
    for site in group.sites if group.shared_cart else ():
        other = sharing_group_of(SiteKey(site), others)
        if other is not None:
            raise InvalidOperation(detail=f"{site} already shares its cart in the group {other.id}.")
    return group


def stock_from(entry: InventoryEntry, made: InventoryEntry, building: Building) -> InventoryEntry:
    """A stock entry brought to what a changed entry of the file says; what orders hold stays held.

    The very same one where that changes nothing. Raises StockTooLow where orders hold more than the file leaves.
    """
    counted = ChangeQuantity(quantity=made.quantity_on_stock).apply(entry, building.catalogue)
    changed = replace(
        counted,
        key=made.key or entry.key,
        restockable_in_days=made.restockable_in_days,
        expected_delivery=made.expected_delivery,
        custom=made.custom,
    )
    return entry if changed == entry else replace(changed, version=entry.version + 1, last_modified_at=building.now)


def settings_from(
    project: ProjectEntry, settings: SettingsEntry, former: ProjectSettings | None, now: Timestamp
) -> ProjectSettings:
    """The project's settings as the file has them. Raises InvalidField."""
    check_key(project.key)
    if project.key in RESERVED_PROJECT_KEYS:
        raise InvalidField(field="key", invalid_value=project.key)
    for currency in project.currencies:
        if not is_currency(currency):
            raise InvalidField(field="currencies", invalid_value=currency)
    for country in project.countries:
        check_country(country)
    return ProjectSettings(
        key=project.key,
        name=project.name or project.key,
        version=former.version + 1 if former is not None else 1,
        created_at=former.created_at if former is not None else now,
        currencies=project.currencies,
        countries=project.countries,
        languages=project.languages,
        **msgspec.structs.asdict(settings),
    )
