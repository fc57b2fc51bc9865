"""What every decision about a product is given, and checks that several of them share."""

from collections.abc import Callable

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import LocalizedString, Timestamp
from handcart.domain.errors import InvalidField, ReferencedResourceNotFound
from handcart.domain.references import Reference, ResourceIdentifier, check_identifier, resolve
from handcart.domain.updates.attributes import KEY_ALPHABET


class Building(msgspec.Struct, frozen=True, kw_only=True):
    """What every decision about a product needs besides it."""

    catalogue: Catalogue
    now: Timestamp
    new_id: Callable[[], str]


def check_localized(text: LocalizedString, *, field: str) -> None:
    """Refuse a text in no language at all."""
    if not text:
        raise InvalidField(field=field, invalid_value=text)


def check_slug(slug: LocalizedString) -> None:
    """Refuse a slug that is not 2 to 256 of ``A-Za-z0-9_-`` in every language."""
    check_localized(slug, field="slug")
    for language, text in slug.items():
        if not 2 <= len(text) <= 256 or not KEY_ALPHABET.issuperset(text):
            raise InvalidField(field=f"slug.{language}", invalid_value=text)


def tax_category_of(identifier: ResourceIdentifier | None, catalogue: Catalogue) -> Reference | None:
    """The tax category that the identifier names; None stays None."""
    if identifier is None:
        return None
    known = catalogue.tax_categories
    found = resolve(identifier, type_id="tax-category", field="taxCategory", by_id=known, by_key=known.by_key)
    return Reference(type_id="tax-category", id=found.id)


def category_of(identifier: ResourceIdentifier) -> Reference:
    """The category with that id. Handcart has no categories of its own, so it keeps the id and knows no keys."""
    check_identifier(identifier, type_id="category", field="categories")
    if identifier.id is None:
        raise ReferencedResourceNotFound(type_id="category", key=identifier.key)
    return Reference(type_id="category", id=identifier.id)
