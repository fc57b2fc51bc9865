"""Types: which custom fields the resources of some kinds may carry."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.custom_fields import FieldDefinition, FieldType, Type
from handcart.domain.document import Draft, LocalizedString
from handcart.domain.errors import DuplicateField, InvalidField, RequiredField
from handcart.domain.products.building import Building, check_localized
from handcart.domain.resources.action import (
    ChangeKey,
    ChangeLocalizedName,
    ResourceAction,
    ResourceUpdate,
    SetLocalizedTextDescription,
    changed,
    check_name,
    without,
)
from handcart.domain.updates.attributes import check_key

KINDS_OF_FIELDS = tuple(
    "Boolean Date DateTime Enum LocalizedEnum LocalizedString Money Number Reference Set String Time".split()
)
INPUT_HINTS = ("SingleLine", "MultiLine")


class FieldTypeDraft(Draft):
    """The kind of a field's values as a client sends it."""

    name: str
    values: tuple[dict[str, Any], ...] | None = None
    element_type: "FieldTypeDraft | None" = None
    reference_type_id: str | None = None


class FieldDefinitionDraft(Draft):
    """A field as a client sends it."""

    type: FieldTypeDraft
    name: str
    label: LocalizedString
    required: bool = False
    input_hint: str | None = None


class TypeDraft(Draft):
    """A type as a client sends it."""

    key: str
    name: LocalizedString
    resource_type_ids: tuple[str, ...]
    description: LocalizedString | None = None
    field_definitions: tuple[FieldDefinitionDraft, ...] | None = None


def type_from(draft: TypeDraft, building: Building, *, resource_id: str) -> Type:
    """The type that a draft asks for. Raises InvalidField, RequiredField; DuplicateField for a field named twice."""
    check_key(check_name(draft.key, field="key"))
    check_localized(draft.name, field="name")
    if not draft.resource_type_ids:
        raise RequiredField(field="resourceTypeIds")
    found = Type(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        key=draft.key,
        name=draft.name,
        resource_type_ids=list(dict.fromkeys(draft.resource_type_ids)),
        field_definitions=[],
        description=without(draft.description),
    )
    for each in draft.field_definitions or ():
        found = AddFieldDefinition(field_definition=each).apply(found, building)
    return found


def _definition_from(draft: FieldDefinitionDraft) -> FieldDefinition:
    name = draft.name
    if not 2 <= len(name) <= 36 or not all(each.isascii() and (each.isalnum() or each in "_-") for each in name):
        raise InvalidField(field="fieldDefinition.name", invalid_value=name)
    return FieldDefinition(
        name=name,
        type=_field_type_from(draft.type, field="fieldDefinition.type"),
        label=draft.label,
        required=draft.required,
        input_hint=_hint(draft.input_hint),
    )


def _hint(hint: str | None) -> str:
    if hint not in (None, *INPUT_HINTS):
        raise InvalidField(field="inputHint", invalid_value=hint, allowed_values=list(INPUT_HINTS))
    return hint or "SingleLine"


def _field_type_from(draft: FieldTypeDraft, *, field: str) -> FieldType:
    if draft.name not in KINDS_OF_FIELDS:
        raise InvalidField(field=f"{field}.name", invalid_value=draft.name, allowed_values=list(KINDS_OF_FIELDS))
    if draft.name in ("Enum", "LocalizedEnum"):
        for each in draft.values or ():
            _check_enum_value(each, field=f"{field}.values")
        values = list(draft.values or ())
        keys = [each["key"] for each in values]
        for key in keys:
            if keys.count(key) > 1:
                raise DuplicateField(field=f"{field}.values.key", duplicate_value=key)
        return FieldType(name=draft.name, values=values)
    if draft.name == "Set":
        if draft.element_type is None:
            raise RequiredField(field=f"{field}.elementType")
        if draft.element_type.name == "Set":
            raise InvalidField(field=f"{field}.elementType.name", invalid_value="Set")
        return FieldType(name="Set", element_type=_field_type_from(draft.element_type, field=f"{field}.elementType"))
    if draft.name == "Reference":
        if draft.reference_type_id is None:
            raise RequiredField(field=f"{field}.referenceTypeId")
        return FieldType(name="Reference", reference_type_id=draft.reference_type_id)
    return FieldType(name=draft.name)


def _check_enum_value(value: dict[str, Any], *, field: str) -> None:
    if set(value) != {"key", "label"} or not isinstance(value["key"], str) or not value["key"]:
        raise InvalidField(field=field, invalid_value=value)


def _place_of(resource: Type, name: str) -> int:
    names = [each.name for each in resource.field_definitions]
    if name not in names:
        raise InvalidField(field="fieldName", invalid_value=name, allowed_values=names)
    return names.index(name)


def _with_definition(resource: Type, place: int, **fields: Any) -> Type:
    definitions = list(resource.field_definitions)
    definitions[place] = replace(definitions[place], **fields)
    return changed(resource, field_definitions=definitions)


class AddFieldDefinition(ResourceAction, tag="addFieldDefinition"):
    """One more field."""

    field_definition: FieldDefinitionDraft

    def apply(self, resource: Type, building: Building) -> Type:
        """Raises DuplicateField for a name that another field has."""
        definition = _definition_from(self.field_definition)
        if any(each.name == definition.name for each in resource.field_definitions):
            raise DuplicateField(field="fieldDefinition.name", duplicate_value=definition.name)
        return changed(resource, field_definitions=[*resource.field_definitions, definition])


class RemoveFieldDefinition(ResourceAction, tag="removeFieldDefinition"):
    """One field less; values that resources have in it stay there."""

    field_name: str

    def apply(self, resource: Type, building: Building) -> Type:
        """Raises InvalidField for a field that the type does not have."""
        place = _place_of(resource, self.field_name)
        kept = [each for number, each in enumerate(resource.field_definitions) if number != place]
        return changed(resource, field_definitions=kept)


class ChangeFieldDefinitionOrder(ResourceAction, tag="changeFieldDefinitionOrder"):
    """The same fields in another order."""

    field_names: tuple[str, ...]

    def apply(self, resource: Type, building: Building) -> Type:
        """Raises InvalidField where a field is missing, or is not one of the type's."""
        by_name = {each.name: each for each in resource.field_definitions}
        if sorted(self.field_names) != sorted(by_name):
            raise InvalidField(field="fieldNames", invalid_value=self.field_names, allowed_values=list(by_name))
        return changed(resource, field_definitions=[by_name[each] for each in self.field_names])


class ChangeLabel(ResourceAction, tag="changeLabel"):
    """Another label of a field."""

    field_name: str
    label: LocalizedString

    def apply(self, resource: Type, building: Building) -> Type:
        """Raises InvalidField for a field that the type does not have."""
        return _with_definition(resource, _place_of(resource, self.field_name), label=self.label)


class ChangeInputHint(ResourceAction, tag="changeInputHint"):
    """How a form shows a field."""

    field_name: str
    input_hint: str

    def apply(self, resource: Type, building: Building) -> Type:
        """Raises InvalidField for a field that the type does not have, or an unknown hint."""
        return _with_definition(resource, _place_of(resource, self.field_name), input_hint=_hint(self.input_hint))


def _with_enum_value(resource: Type, field_name: str, value: dict[str, Any], kind: str) -> Type:
    _check_enum_value(value, field="value")
    place = _place_of(resource, field_name)
    field_type = resource.field_definitions[place].type
    enum = field_type.element_type if field_type.name == "Set" and field_type.element_type else field_type
    if enum.name != kind:
        raise InvalidField(field="fieldName", invalid_value=field_name)
    values = enum.values or []
    if any(each["key"] == value["key"] for each in values):
        raise DuplicateField(field="value.key", duplicate_value=value["key"])
    enum = replace(enum, values=[*values, value])
    field_type = replace(field_type, element_type=enum) if field_type.name == "Set" else enum
    return _with_definition(resource, place, type=field_type)


class AddEnumValue(ResourceAction, tag="addEnumValue"):
    """One more value of an enum."""

    field_name: str
    value: dict[str, Any]

    def apply(self, resource: Type, building: Building) -> Type:
        """Raises InvalidField for a field that is no enum, DuplicateField for a key that is there."""
        return _with_enum_value(resource, self.field_name, self.value, "Enum")


class AddLocalizedEnumValue(ResourceAction, tag="addLocalizedEnumValue"):
    """One more value of an enum with labels in several languages."""

    field_name: str
    value: dict[str, Any]

    def apply(self, resource: Type, building: Building) -> Type:
        """Raises InvalidField for a field that is no such enum, DuplicateField for a key that is there."""
        return _with_enum_value(resource, self.field_name, self.value, "LocalizedEnum")


class TypeUpdate(ResourceUpdate):
    """A request to change a type."""

    UNBUILT_ACTIONS = frozenset(
        "changeEnumValueLabel changeEnumValueOrder changeLocalizedEnumValueLabel changeLocalizedEnumValueOrder".split()
    )

    actions: tuple[
        ChangeKey
        | ChangeLocalizedName
        | SetLocalizedTextDescription
        | AddFieldDefinition
        | RemoveFieldDefinition
        | ChangeFieldDefinitionOrder
        | ChangeLabel
        | ChangeInputHint
        | AddEnumValue
        | AddLocalizedEnumValue,
        ...,
    ]
