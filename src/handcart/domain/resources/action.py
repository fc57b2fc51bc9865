"""What update actions of resources have in common, and those that several kinds share.

An action answers the resource after it, and the same object where it changes nothing: then the version stays.
"""

from typing import Any, ClassVar, TypeVar

import msgspec
from msgspec.structs import replace

from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.document import Draft, LocalizedString, PartialDraft
from handcart.domain.errors import InvalidField
from handcart.domain.products.building import Building, check_localized
from handcart.domain.references import ResourceIdentifier
from handcart.domain.updates.attributes import check_key

Resource = TypeVar("Resource", bound=msgspec.Struct)


class ResourceAction(PartialDraft, tag_field="action"):
    """One change of a resource, as the wire names it."""

    def apply(self, resource: Any, building: Building) -> Any:
        """The resource after this change. Raises what the draft of a new resource would raise."""
        raise NotImplementedError


class ResourceUpdate(Draft):
    """A request to change a resource, strictly against a version; each kind has its own actions."""

    UNBUILT_ACTIONS: ClassVar[frozenset[str]] = frozenset()
    """Actions that are published for the kind and refused by name, not as unknown."""

    version: int


def changed(resource: Resource, **fields: Any) -> Resource:
    """The resource with other values in some fields; the same object where they are those that it has."""
    if all(getattr(resource, name) == value for name, value in fields.items()):
        return resource
    return replace(resource, **fields)


def check_name(name: str, *, field: str = "name") -> str:
    """The name. Raises InvalidField for an empty one."""
    if not name.strip():
        raise InvalidField(field=field, invalid_value=name)
    return name


def without(text: LocalizedString | None) -> LocalizedString | None:
    """A text in no language at all is absent."""
    return text or None


class SetKey(ResourceAction, tag="setKey"):
    """Name the resource by another key, or by none."""

    key: str | None = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField; that the key is free, the database sees to."""
        check_key(self.key)
        return changed(resource, key=self.key)


class ChangeKey(ResourceAction, tag="changeKey"):
    """Another key, for kinds that always have one."""

    key: str

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField; that the key is free, the database sees to."""
        check_key(self.key)
        return changed(resource, key=self.key)


class ChangeName(ResourceAction, tag="changeName"):
    """Another name in one language, for whoever administers the project."""

    name: str

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField for an empty name."""
        return changed(resource, name=check_name(self.name))


class ChangeLocalizedName(ResourceAction, tag="changeName"):
    """Another name, in several languages."""

    name: LocalizedString

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField for a name in no language."""
        check_localized(self.name, field="name")
        return changed(resource, name=self.name)


class SetDescription(ResourceAction, tag="setDescription"):
    """A description in one language, or none."""

    description: str | None = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Never refused."""
        return changed(resource, description=self.description)


class SetLocalizedTextDescription(ResourceAction, tag="setDescription"):
    """A description in several languages, or none."""

    description: LocalizedString | None = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Never refused."""
        return changed(resource, description=without(self.description))


CUSTOMISABLE = {"Channel": "channel", "CustomerGroup": "customer-group", "ShippingMethod": "shipping-method",
                "Site": "store", "BusinessUnit": "business-unit"}  # fmt: skip
"""The kinds with custom fields, as types name them in ``resourceTypeIds``."""


class SetCustomType(ResourceAction, tag="setCustomType"):
    """Custom fields of a type, or none."""

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises ReferencedResourceNotFound, InvalidField, RequiredField."""
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        kind = CUSTOMISABLE[type(resource).__name__]
        return changed(resource, custom=building.catalogue.types.custom_of(draft, kind=kind))


class SetCustomField(ResourceAction, tag="setCustomField"):
    """One custom field; without a value it is removed."""

    name: str
    value: Any = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField, and RequiredField where the type asks for a value."""
        custom = building.catalogue.types.custom_with(resource.custom, name=self.name, value=self.value)
        return changed(resource, custom=custom)
