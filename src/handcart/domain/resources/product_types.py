"""Product types: which attributes the variants of products of a type may have."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.document import Draft, LocalizedString
from handcart.domain.errors import DuplicateField, InvalidField
from handcart.domain.product import AttributeDefinition, ProductType
from handcart.domain.products.building import Building
from handcart.domain.products.types import DEFAULT_PRODUCT_TYPE_KEY
from handcart.domain.resources.action import ChangeName, ResourceAction, ResourceUpdate, changed, check_name
from handcart.domain.updates.attributes import check_key

ATTRIBUTE_KINDS = frozenset(
    "boolean text ltext enum lenum number money date time datetime reference set nested".split(),
)


class AttributeDefinitionDraft(Draft):
    """An attribute of a type as a client sends it; ``type`` is such as ``{"name": "text"}``."""

    type: dict[str, Any]
    name: str
    label: LocalizedString
    is_required: bool = False
    attribute_constraint: str | None = None
    input_tip: LocalizedString | None = None
    input_hint: str | None = None
    is_searchable: bool | None = None


class ProductTypeDraft(Draft):
    """A product type as a client sends it."""

    name: str
    description: str
    key: str | None = None
    attributes: tuple[AttributeDefinitionDraft, ...] | None = None


def product_type_from(draft: ProductTypeDraft, building: Building, *, resource_id: str) -> ProductType:
    """The type that a draft asks for. Raises InvalidField, and DuplicateField for two attributes of one name."""
    _check_type_key(draft.key)
    return ProductType(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        key=draft.key,
        name=check_name(draft.name),
        description=draft.description,
        attributes=_distinct(tuple(_definition_from(each) for each in draft.attributes or ())),
    )


def _check_type_key(key: str | None) -> None:
    check_key(key)
    if key == DEFAULT_PRODUCT_TYPE_KEY:
        raise DuplicateField(field="key", duplicate_value=key)


def _distinct(definitions: tuple[AttributeDefinition, ...]) -> tuple[AttributeDefinition, ...]:
    names = [each.name for each in definitions]
    for name in names:
        if names.count(name) > 1:
            raise DuplicateField(field="attributes.name", duplicate_value=name)
    return definitions


def _definition_from(draft: AttributeDefinitionDraft) -> AttributeDefinition:
    if draft.type.get("name") not in ATTRIBUTE_KINDS:
        raise InvalidField(
            field="attributes.type.name", invalid_value=draft.type.get("name"), allowed_values=sorted(ATTRIBUTE_KINDS)
        )
    return AttributeDefinition(
        type=draft.type,
        name=draft.name,
        label=draft.label,
        is_required=draft.is_required,
        attribute_constraint=draft.attribute_constraint or "None",
        input_tip=draft.input_tip,
        input_hint=draft.input_hint or "SingleLine",
        is_searchable=True if draft.is_searchable is None else draft.is_searchable,
    )


class SetTypeKey(ResourceAction, tag="setKey"):
    """Name the type by another key, or by none."""

    key: str | None = None

    def apply(self, resource: ProductType, building: Building) -> ProductType:
        """Raises InvalidField; DuplicateField for the key of the built-in type."""
        _check_type_key(self.key)
        return changed(resource, key=self.key)


class ChangeDescription(ResourceAction, tag="changeDescription"):
    """Another description."""

    description: str

    def apply(self, resource: ProductType, building: Building) -> ProductType:
        """Never refused."""
        return changed(resource, description=self.description)


class AddAttributeDefinition(ResourceAction, tag="addAttributeDefinition"):
    """One more attribute. Products that lack it although it is required are asked for it when they change."""

    attribute: AttributeDefinitionDraft

    def apply(self, resource: ProductType, building: Building) -> ProductType:
        """Raises DuplicateField for a name that is there."""
        return replace(resource, attributes=_distinct((*resource.attributes, _definition_from(self.attribute))))


class ProductTypeUpdate(ResourceUpdate):
    """A request to change a product type."""

    actions: tuple[SetTypeKey | ChangeName | ChangeDescription | AddAttributeDefinition, ...]
