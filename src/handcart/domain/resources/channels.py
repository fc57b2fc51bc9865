"""Channels: where prices hold, where stock lies, which shop's counter hands goods out."""

from typing import Any

import msgspec

from handcart.domain.address import AddressDraft
from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import LocalizedString, PartialDraft
from handcart.domain.errors import InvalidField, NotImplementedYet
from handcart.domain.products.building import Building
from handcart.domain.resources.action import (
    ChangeKey,
    ChangeLocalizedName,
    ResourceAction,
    ResourceUpdate,
    SetCustomField,
    SetCustomType,
    changed,
    check_name,
    without,
)
from handcart.domain.shipping import Channel
from handcart.domain.updates.attributes import check_country, check_key

ROLES = ("InventorySupply", "ProductDistribution", "OrderExport", "OrderImport", "Primary")


class ChannelDraft(PartialDraft):
    """A channel as a client sends it; ``pickup`` is Handcart's own."""

    NOT_YET = ("geo_location",)

    key: str
    roles: tuple[str, ...] | None = None
    name: LocalizedString | None = None
    description: LocalizedString | None = None
    address: AddressDraft | None = None
    custom: CustomFieldsDraft | None = None
    pickup: bool = False
    geo_location: Any = None


def channel_from(draft: ChannelDraft, building: Building, *, resource_id: str) -> Channel:
    """The channel that a draft asks for; without roles it supplies stock. Raises InvalidField."""
    check_key(check_name(draft.key, field="key"))
    return Channel(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        key=draft.key,
        roles=_roles_of(draft.roles),
        name=without(draft.name),
        description=without(draft.description),
        address=_address_of(draft.address),
        custom=building.catalogue.types.custom_of(draft.custom, kind="channel"),
        pickup=draft.pickup,
    )


def _roles_of(roles: tuple[str, ...] | None) -> tuple[str, ...]:
    """Each role once, in the order given."""
    for each in roles or ():
        if each not in ROLES:
            raise InvalidField(field="roles", invalid_value=each, allowed_values=list(ROLES))
    return tuple(dict.fromkeys(roles or ("InventorySupply",)))


def _address_of(draft: AddressDraft | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    check_country(draft.country)
    if draft.custom is not None:
        raise NotImplementedYet(feature="address.custom")
    address: dict[str, Any] = msgspec.to_builtins(draft)
    return address


class SetRoles(ResourceAction, tag="setRoles"):
    """The roles that the channel has."""

    roles: tuple[str, ...]

    def apply(self, resource: Channel, building: Building) -> Channel:
        """Raises InvalidField for an unknown role."""
        return changed(resource, roles=_roles_of(self.roles))


class AddRoles(ResourceAction, tag="addRoles"):
    """Roles that the channel has as well."""

    roles: tuple[str, ...]

    def apply(self, resource: Channel, building: Building) -> Channel:
        """Raises InvalidField for an unknown role."""
        return changed(resource, roles=_roles_of((*resource.roles, *self.roles)))


class RemoveRoles(ResourceAction, tag="removeRoles"):
    """Roles that the channel has no longer."""

    roles: tuple[str, ...]

    def apply(self, resource: Channel, building: Building) -> Channel:
        """A channel without any role supplies stock."""
        return changed(resource, roles=_roles_of(tuple(each for each in resource.roles if each not in self.roles)))


class ChangeDescription(ResourceAction, tag="changeDescription"):
    """Another description, in several languages."""

    description: LocalizedString

    def apply(self, resource: Channel, building: Building) -> Channel:
        """Never refused."""
        return changed(resource, description=without(self.description))


class SetAddress(ResourceAction, tag="setAddress"):
    """Where the channel is, or nothing about it."""

    address: AddressDraft | None = None

    def apply(self, resource: Channel, building: Building) -> Channel:
        """Raises InvalidField for a country that is none."""
        return changed(resource, address=_address_of(self.address))


class SetPickup(ResourceAction, tag="setPickup"):
    """Whether goods are handed out there; Handcart's own."""

    pickup: bool

    def apply(self, resource: Channel, building: Building) -> Channel:
        """Never refused."""
        return changed(resource, pickup=self.pickup)


class ChannelUpdate(ResourceUpdate):
    """A request to change a channel."""

    UNBUILT_ACTIONS = frozenset({"setGeoLocation", "setAddressCustomType", "setAddressCustomField"})

    actions: tuple[
        ChangeKey
        | ChangeLocalizedName
        | ChangeDescription
        | SetRoles
        | AddRoles
        | RemoveRoles
        | SetAddress
        | SetPickup
        | SetCustomType
        | SetCustomField,
        ...,
    ]
