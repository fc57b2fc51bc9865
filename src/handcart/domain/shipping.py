"""Shipping methods, zones and tax categories: what the merchant set up, and the rate that an address gets."""

from typing import Any

from handcart.domain.custom_fields import CustomFields
from handcart.domain.document import Document, LocalizedString, Timestamp
from handcart.domain.money import Money
from handcart.domain.references import Reference
from handcart.domain.site import TaxRate


class TaxCategory(Document):
    """Tax rates by country for a class of products."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    name: str
    rates: tuple[TaxRate, ...]
    key: str | None = None
    description: str | None = None


class Location(Document):
    """A country, or one state of it."""

    country: str
    state: str | None = None


class Zone(Document):
    """A set of places that share shipping rates."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    name: str
    locations: tuple[Location, ...]
    key: str | None = None
    description: str | None = None


class ShippingRate(Document):
    """What a shipping method costs in one currency, and the order value from which it is free.

    ``isMatching`` is only in answers that say which methods ship to a place or a cart.
    """

    price: Money
    tiers: tuple[dict[str, Any], ...]
    free_above: Money | None = None
    is_matching: bool | None = None


class ZoneRate(Document):
    """The rates of one zone."""

    zone: Reference
    shipping_rates: tuple[ShippingRate, ...]


class ShippingMethod(Document):
    """A way to ship, with its rates by zone."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    name: str
    tax_category: Reference
    zone_rates: tuple[ZoneRate, ...]
    active: bool
    is_default: bool
    key: str | None = None
    localized_name: LocalizedString | None = None
    description: str | None = None
    localized_description: LocalizedString | None = None
    predicate: str | None = None
    custom: CustomFields | None = None


class Channel(Document):
    """Where prices hold (ProductDistribution) or stock lies (InventorySupply); ``pickup`` marks a shop's counter."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    key: str
    roles: tuple[str, ...]
    name: LocalizedString | None = None
    description: LocalizedString | None = None
    address: dict[str, Any] | None = None
    custom: CustomFields | None = None
    pickup: bool = False


class CustomerGroup(Document):
    """A group of customers with prices of its own."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    name: str
    key: str | None = None
    custom: CustomFields | None = None


class BusinessUnit(Document):
    """A company account: the bill-to; its addresses are the ship-tos."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    key: str
    name: str
    status: str
    addresses: tuple[dict[str, Any], ...]
    associates: tuple[dict[str, Any], ...]
    unit_type: str = "Company"


def rate_for(
    method: ShippingMethod, *, zones: dict[str, Zone], country: str, state: str | None, currency: str
) -> ShippingRate | None:
    """The method's rate for an address: a zone that names the state goes before one that names the country."""
    best: ShippingRate | None = None
    for zone_rate in method.zone_rates:
        zone = zones.get(zone_rate.zone.id)
        rate = next((each for each in zone_rate.shipping_rates if each.price.currency_code == currency), None)
        if zone is None or rate is None:
            continue
        for location in zone.locations:
            if location.country == country and location.state is None and best is None:
                best = rate
            if location.country == country and location.state is not None and location.state == state:
                return rate
    return best
