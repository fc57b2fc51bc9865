"""Zones: places that share shipping rates."""

from handcart.domain.document import Draft
from handcart.domain.errors import DuplicateField
from handcart.domain.products.building import Building
from handcart.domain.resources.action import (
    ChangeName,
    ResourceAction,
    ResourceUpdate,
    SetDescription,
    SetKey,
    changed,
    check_name,
)
from handcart.domain.shipping import Location, Zone
from handcart.domain.updates.attributes import check_country, check_key


class LocationDraft(Draft):
    """A country, or one state of it, as a client sends it."""

    country: str
    state: str | None = None


class ZoneDraft(Draft):
    """A zone as a client sends it."""

    name: str
    key: str | None = None
    description: str | None = None
    locations: tuple[LocationDraft, ...] | None = None


def location_of(draft: LocationDraft) -> Location:
    """The place. Raises InvalidField for a country that is none."""
    check_country(draft.country)
    return Location(country=draft.country, state=draft.state or None)


def zone_from(draft: ZoneDraft, building: Building, *, resource_id: str) -> Zone:
    """The zone that a draft asks for. Raises InvalidField, and DuplicateField for a place that is named twice."""
    check_key(draft.key)
    zone = Zone(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        name=check_name(draft.name),
        locations=(),
        key=draft.key,
        description=draft.description,
    )
    for each in draft.locations or ():
        zone = AddLocation(location=each).apply(zone, building)
    return zone


class AddLocation(ResourceAction, tag="addLocation"):
    """One more place."""

    location: LocationDraft

    def apply(self, resource: Zone, building: Building) -> Zone:
        """Raises DuplicateField for a place that the zone has already."""
        location = location_of(self.location)
        if location in resource.locations:
            raise DuplicateField(field="location", duplicate_value=location)
        return changed(resource, locations=(*resource.locations, location))


class RemoveLocation(ResourceAction, tag="removeLocation"):
    """One place less."""

    location: LocationDraft

    def apply(self, resource: Zone, building: Building) -> Zone:
        """A place that the zone does not have changes nothing."""
        location = location_of(self.location)
        return changed(resource, locations=tuple(each for each in resource.locations if each != location))


class ZoneUpdate(ResourceUpdate):
    """A request to change a zone."""

    actions: tuple[SetKey | ChangeName | SetDescription | AddLocation | RemoveLocation, ...]
