"""How one resource names another: by id in documents, by id or key in drafts, by key for stores."""

from collections.abc import Mapping
from typing import TypeVar

from handcart.domain.document import Document, Draft
from handcart.domain.errors import InvalidField, ReferencedResourceNotFound, RequiredField

Found = TypeVar("Found")


class Reference(Document):
    """Names a resource by its id."""

    type_id: str
    id: str


class KeyReference(Document):
    """Names a store or a business unit by its key."""

    type_id: str
    key: str


class ResourceIdentifier(Draft):
    """A client's name for a resource: its id, or else its key. ``typeId`` may be left out where only one fits."""

    type_id: str | None = None
    id: str | None = None
    key: str | None = None
    obj: object = None


def check_identifier(identifier: ResourceIdentifier, *, type_id: str, field: str) -> None:
    """Refuse an identifier of another type, or one that names nothing."""
    if identifier.type_id not in (None, type_id):
        raise InvalidField(field=f"{field}.typeId", invalid_value=identifier.type_id, allowed_values=[type_id])
    if identifier.id is None and identifier.key is None:
        raise RequiredField(field=f"{field}.id")


def resolve(
    identifier: ResourceIdentifier, *, type_id: str, field: str, by_id: Mapping[str, Found], by_key: Mapping[str, Found]
) -> Found:
    """The resource that the identifier names, or ReferencedResourceNotFound."""
    check_identifier(identifier, type_id=type_id, field=field)
    found = by_id.get(identifier.id) if identifier.id is not None else by_key.get(identifier.key or "")
    if found is None:
        raise ReferencedResourceNotFound(type_id=type_id, id=identifier.id, key=identifier.key)
    return found
