"""Custom fields: a merchant's own typed values on carts, lines, addresses, customers; checked against their type."""

from collections.abc import Mapping
from typing import Any

from handcart.domain.document import Document, Draft, LocalizedString, Timestamp
from handcart.domain.errors import InvalidField, ReferencedResourceNotFound, RequiredField
from handcart.domain.references import Reference, ResourceIdentifier, resolve

FieldContainer = dict[str, Any]


class FieldType(Document):
    """The kind of value: ``String``, ``Boolean``, ``Number``, ``Money``, ``Enum``, ``Set`` of one of these …"""

    name: str
    values: list[dict[str, Any]] | None = None
    element_type: "FieldType | None" = None
    reference_type_id: str | None = None


class FieldDefinition(Document):
    """One field of a type."""

    name: str
    type: FieldType
    label: LocalizedString
    required: bool
    input_hint: str | None = None


class Type(Document):
    """A merchant's type: which fields the resources of some kinds may carry."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    key: str
    name: LocalizedString
    resource_type_ids: list[str]
    field_definitions: list[FieldDefinition]
    description: LocalizedString | None = None


class CustomFields(Document):
    """The custom fields of a stored resource."""

    type: Reference
    fields: FieldContainer


class CustomFieldsDraft(Draft):
    """Custom fields as a client sends them."""

    type: ResourceIdentifier
    fields: FieldContainer | None = None


class TypeIndex:
    """The project's types, by id and by key."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self.by_id = types
        self.by_key = {each.key: each for each in types.values()}

    def custom_of(self, draft: CustomFieldsDraft | None, *, kind: str, field: str = "custom") -> CustomFields | None:
        """The checked custom fields for a resource of a kind such as ``line-item``; None stays None."""
        if draft is None:
            return None
        found = resolve(draft.type, type_id="type", field=f"{field}.type", by_id=self.by_id, by_key=self.by_key)
        if kind not in found.resource_type_ids:
            raise InvalidField(field=f"{field}.type", invalid_value=found.key, allowed_values=found.resource_type_ids)
        values = {name: value for name, value in (draft.fields or {}).items() if value is not None}
        definitions = {each.name: each for each in found.field_definitions}
        for name, value in values.items():
            check_value(definitions.get(name), name, value, field)
        for each in found.field_definitions:
            if each.required and each.name not in values:
                raise RequiredField(field=f"{field}.fields.{each.name}")
        return CustomFields(type=Reference(type_id="type", id=found.id), fields=dict(sorted(values.items())))

    def custom_with(self, custom: CustomFields | None, *, name: str, value: object) -> CustomFields:
        """The custom fields with one of them set, or removed where the value is None."""
        if custom is None:
            raise InvalidField(field="name", invalid_value=name)
        found = self.by_id.get(custom.type.id)
        if found is None:
            raise ReferencedResourceNotFound(type_id="type", id=custom.type.id)
        definition = next((each for each in found.field_definitions if each.name == name), None)
        if value is None:
            if definition is not None and definition.required:
                raise RequiredField(field=name)
            remaining = {key: kept for key, kept in custom.fields.items() if key != name}
            return CustomFields(type=custom.type, fields=remaining)
        check_value(definition, name, value, "custom")
        return CustomFields(type=custom.type, fields=dict(sorted({**custom.fields, name: value}.items())))


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "Boolean": (bool,),
    "String": (str,),
    "Number": (int, float),
    "Date": (str,),
    "Time": (str,),
    "DateTime": (str,),
    "LocalizedString": (dict,),
    "LocalizedEnum": (str,),
    "Enum": (str,),
    "Money": (dict,),
    "Reference": (dict,),
    "Set": (list,),
}


def check_value(definition: FieldDefinition | None, name: str, value: object, field: str) -> None:
    """Refuse a field that the type does not have, and a value that is not of the field's kind."""
    where = f"{field}.fields.{name}"
    if definition is None:
        raise InvalidField(field=where, invalid_value=value)
    _check_kind(definition.type, value, where)


def _check_kind(kind: FieldType, value: object, where: str) -> None:
    expected = _PYTHON_TYPES.get(kind.name, (object,))
    if not isinstance(value, expected) or (isinstance(value, bool) and kind.name == "Number"):
        raise InvalidField(field=where, invalid_value=value)
    if kind.name in ("Enum", "LocalizedEnum"):
        allowed = [each["key"] for each in kind.values or []]
        if value not in allowed:
            raise InvalidField(field=where, invalid_value=value, allowed_values=allowed)
    if isinstance(value, list) and kind.element_type is not None:
        for each in value:
            _check_kind(kind.element_type, each, where)
