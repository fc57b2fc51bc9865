"""Product types as clients send them, and what becomes of them."""

from typing import Any

from handcart.domain.document import Draft, LocalizedString, Timestamp
from handcart.domain.errors import DuplicateField, InvalidField
from handcart.domain.product import AttributeDefinition, ProductType
from handcart.domain.products.types import DEFAULT_PRODUCT_TYPE_KEY
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


def product_type_from(draft: ProductTypeDraft, *, type_id: str, now: Timestamp) -> ProductType:
    """The type that a draft asks for. Raises InvalidField, and DuplicateField for two attributes of one name."""
    check_key(draft.key)
    if draft.key == DEFAULT_PRODUCT_TYPE_KEY:
        raise DuplicateField(field="key", duplicate_value=draft.key)
    definitions = tuple(_definition_from(each) for each in draft.attributes or ())
    names = [each.name for each in definitions]
    for name in names:
        if names.count(name) > 1:
            raise DuplicateField(field="attributes.name", duplicate_value=name)
    return ProductType(
        id=type_id,
        version=1,
        created_at=now,
        last_modified_at=now,
        key=draft.key,
        name=draft.name,
        description=draft.description,
        attributes=definitions,
    )


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
