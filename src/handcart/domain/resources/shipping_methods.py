"""Shipping methods: ways to ship, with rates by zone and currency."""

from typing import Any

from handcart.domain.catalogue import Catalogue
from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import Draft, LocalizedString, PartialDraft
from handcart.domain.errors import DuplicateField, InvalidField
from handcart.domain.money import MoneyDraft, money_from
from handcart.domain.products.building import Building, tax_category_of
from handcart.domain.references import Reference, ResourceIdentifier, resolve
from handcart.domain.resources.action import (
    ChangeName,
    ResourceAction,
    ResourceUpdate,
    SetCustomField,
    SetCustomType,
    SetDescription,
    SetKey,
    changed,
    check_name,
    without,
)
from handcart.domain.shipping import ShippingMethod, ShippingRate, ZoneRate
from handcart.domain.updates.attributes import check_key


class ShippingRateDraft(PartialDraft):
    """What a method costs in one currency; from an order value of ``freeAbove`` on it is free."""

    NOT_YET = ("tiers",)

    price: MoneyDraft
    free_above: MoneyDraft | None = None
    tiers: Any = None


class ZoneRateDraft(Draft):
    """The rates of one zone as a client sends them."""

    zone: ResourceIdentifier
    shipping_rates: tuple[ShippingRateDraft, ...]


class ShippingMethodDraft(PartialDraft):
    """A shipping method as a client sends it."""

    NOT_YET = ("predicate",)

    name: str
    tax_category: ResourceIdentifier
    is_default: bool
    zone_rates: tuple[ZoneRateDraft, ...] = ()
    key: str | None = None
    active: bool = True
    localized_name: LocalizedString | None = None
    description: str | None = None
    localized_description: LocalizedString | None = None
    predicate: str | None = None
    custom: CustomFieldsDraft | None = None


def shipping_method_from(draft: ShippingMethodDraft, building: Building, *, resource_id: str) -> ShippingMethod:
    """The method that a draft asks for.

    Raises InvalidField, ReferencedResourceNotFound, and DuplicateField for a zone, or a currency in it, named twice.
    """
    check_key(draft.key)
    method = ShippingMethod(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        name=check_name(draft.name),
        tax_category=_tax_category(draft.tax_category, building),
        zone_rates=(),
        active=draft.active,
        is_default=draft.is_default,
        key=draft.key,
        localized_name=without(draft.localized_name),
        description=draft.description,
        localized_description=without(draft.localized_description),
        custom=building.catalogue.types.custom_of(draft.custom, kind="shipping-method"),
    )
    for each in draft.zone_rates:
        method = AddZone(zone=each.zone).apply(method, building)
        for rate in each.shipping_rates:
            method = AddShippingRate(zone=each.zone, shipping_rate=rate).apply(method, building)
    return method


def displaced_defaults(method: ShippingMethod, catalogue: Catalogue) -> tuple[ShippingMethod, ...]:
    """The methods that are no longer the default because this one is; there is at most one default."""
    if not method.is_default:
        return ()
    others = (each for each in catalogue.shipping_methods.values() if each.id != method.id)
    return tuple(changed(each, is_default=False) for each in others if each.is_default)


def _tax_category(identifier: ResourceIdentifier, building: Building) -> Reference:
    found = tax_category_of(identifier, building.catalogue)
    assert found is not None
    return found


def _zone_id(identifier: ResourceIdentifier, building: Building) -> str:
    zones = building.catalogue.zones
    return resolve(identifier, type_id="zone", field="zone", by_id=zones, by_key=zones.by_key).id


def _rate_from(draft: ShippingRateDraft) -> ShippingRate:
    price = money_from(draft.price, field="shippingRate.price")
    free_above = money_from(draft.free_above, field="shippingRate.freeAbove") if draft.free_above is not None else None
    if price.cent_amount < 0:
        raise InvalidField(field="shippingRate.price.centAmount", invalid_value=price.cent_amount)
    if free_above is not None and free_above.currency_code != price.currency_code:
        raise InvalidField(
            field="shippingRate.freeAbove.currencyCode",
            invalid_value=free_above.currency_code,
            allowed_values=[price.currency_code],
        )
    return ShippingRate(price=price, tiers=(), free_above=free_above)


def _with_rates(method: ShippingMethod, zone_id: str, rates: tuple[ShippingRate, ...]) -> ShippingMethod:
    return changed(
        method,
        zone_rates=tuple(
            changed(each, shipping_rates=rates) if each.zone.id == zone_id else each for each in method.zone_rates
        ),
    )


def _rates_in(method: ShippingMethod, zone_id: str) -> tuple[ShippingRate, ...]:
    for each in method.zone_rates:
        if each.zone.id == zone_id:
            return each.shipping_rates
    raise InvalidField(field="zone", invalid_value=zone_id, allowed_values=[each.zone.id for each in method.zone_rates])


class AddZone(ResourceAction, tag="addZone"):
    """Ship to one more zone, as soon as it has rates."""

    zone: ResourceIdentifier

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Raises DuplicateField for a zone that the method has already."""
        zone_id = _zone_id(self.zone, building)
        if any(each.zone.id == zone_id for each in resource.zone_rates):
            raise DuplicateField(field="zone", duplicate_value=zone_id)
        added = ZoneRate(zone=Reference(type_id="zone", id=zone_id), shipping_rates=())
        return changed(resource, zone_rates=(*resource.zone_rates, added))


class RemoveZone(ResourceAction, tag="removeZone"):
    """Ship to one zone less."""

    zone: ResourceIdentifier

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Raises InvalidField for a zone that the method does not have."""
        zone_id = _zone_id(self.zone, building)
        _rates_in(resource, zone_id)
        return changed(resource, zone_rates=tuple(each for each in resource.zone_rates if each.zone.id != zone_id))


class AddShippingRate(ResourceAction, tag="addShippingRate"):
    """A rate in one more currency; a zone that the method does not have yet is added."""

    zone: ResourceIdentifier
    shipping_rate: ShippingRateDraft

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Raises DuplicateField for a currency that the zone has a rate in already."""
        zone_id, rate = _zone_id(self.zone, building), _rate_from(self.shipping_rate)
        if all(each.zone.id != zone_id for each in resource.zone_rates):
            resource = AddZone(zone=self.zone).apply(resource, building)
        rates = _rates_in(resource, zone_id)
        currency = rate.price.currency_code
        if any(each.price.currency_code == currency for each in rates):
            raise DuplicateField(field="shippingRate.price.currencyCode", duplicate_value=currency)
        return _with_rates(resource, zone_id, (*rates, rate))


class RemoveShippingRate(ResourceAction, tag="removeShippingRate"):
    """A rate less; it has to be named as it is."""

    zone: ResourceIdentifier
    shipping_rate: ShippingRateDraft

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Raises InvalidField for a zone or a rate that the method does not have."""
        zone_id, rate = _zone_id(self.zone, building), _rate_from(self.shipping_rate)
        rates = _rates_in(resource, zone_id)
        if rate not in rates:
            raise InvalidField(field="shippingRate", invalid_value=rate, allowed_values=list(rates))
        return _with_rates(resource, zone_id, tuple(each for each in rates if each != rate))


class ChangeTaxCategory(ResourceAction, tag="changeTaxCategory"):
    """Tax the shipping cost by another category."""

    tax_category: ResourceIdentifier

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Raises ReferencedResourceNotFound."""
        return changed(resource, tax_category=_tax_category(self.tax_category, building))


class ChangeIsDefault(ResourceAction, tag="changeIsDefault"):
    """Make it the default, or not; the method that was it before is so no longer."""

    is_default: bool

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Never refused."""
        return changed(resource, is_default=self.is_default)


class ChangeActive(ResourceAction, tag="changeActive"):
    """Whether carts may choose it."""

    active: bool

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Never refused."""
        return changed(resource, active=self.active)


class SetLocalizedName(ResourceAction, tag="setLocalizedName"):
    """The name that shoppers see, or none."""

    localized_name: LocalizedString | None = None

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Never refused."""
        return changed(resource, localized_name=without(self.localized_name))


class SetLocalizedDescription(ResourceAction, tag="setLocalizedDescription"):
    """The description that shoppers see, or none."""

    localized_description: LocalizedString | None = None

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Never refused."""
        return changed(resource, localized_description=without(self.localized_description))


class SetPredicate(ResourceAction, tag="setPredicate"):
    """Which carts may choose it: not evaluated yet, so it can only be absent."""

    NOT_YET = ("predicate",)

    predicate: str | None = None

    def apply(self, resource: ShippingMethod, building: Building) -> ShippingMethod:
        """Changes nothing."""
        return resource


class ShippingMethodUpdate(ResourceUpdate):
    """A request to change a shipping method."""

    actions: tuple[
        SetKey
        | ChangeName
        | SetDescription
        | SetLocalizedName
        | SetLocalizedDescription
        | ChangeTaxCategory
        | ChangeIsDefault
        | ChangeActive
        | AddZone
        | RemoveZone
        | AddShippingRate
        | RemoveShippingRate
        | SetPredicate
        | SetCustomType
        | SetCustomField,
        ...,
    ]
