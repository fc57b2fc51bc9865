"""Which attributes the variants of a product may have, and the type of products that name none."""

from collections.abc import Iterable

from handcart.domain.document import Timestamp
from handcart.domain.errors import InvalidField, RequiredField
from handcart.domain.product import Attribute, ProductType

DEFAULT_PRODUCT_TYPE_ID = "00000000-0000-4000-8000-000000000002"
DEFAULT_PRODUCT_TYPE_KEY = "default"


def default_product_type(created_at: Timestamp) -> ProductType:
    """The type of products that name none. It is built in, always there, and lets attributes have any name."""
    return ProductType(
        id=DEFAULT_PRODUCT_TYPE_ID,
        version=1,
        created_at=created_at,
        last_modified_at=created_at,
        key=DEFAULT_PRODUCT_TYPE_KEY,
        name="Default",
        description="Products without a type of their own",
        attributes=(),
    )


def check_attributes(attributes: Iterable[Attribute], product_type: ProductType) -> None:
    """Refuse an attribute that the type does not have, and a variant without one that it requires.

    The built-in type has no opinion. Values are the merchant's and are not looked into.
    """
    if product_type.id == DEFAULT_PRODUCT_TYPE_ID:
        return
    names = {each.name for each in attributes}
    known = {each.name for each in product_type.attributes}
    for name in sorted(names - known):
        raise InvalidField(field="attributes.name", invalid_value=name, allowed_values=sorted(known))
    for each in product_type.attributes:
        if each.is_required and each.name not in names:
            raise RequiredField(field=f"attributes.{each.name}")
