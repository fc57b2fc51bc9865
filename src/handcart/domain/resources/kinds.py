"""The table of resources that are created, changed and deleted alike: what differs between them, a row each."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.catalogue import Catalogue
from handcart.domain.custom_fields import Type
from handcart.domain.discount import CartDiscount, DiscountCode
from handcart.domain.document import Draft
from handcart.domain.errors import InvalidField
from handcart.domain.product import ProductType
from handcart.domain.products.building import Building
from handcart.domain.references import KeyReference
from handcart.domain.resources import (
    cart_discounts,
    channels,
    customer_groups,
    discount_codes,
    product_types,
    shipping_methods,
    sites,
    stores,
    tax_categories,
    types,
    zones,
)
from handcart.domain.resources.action import ResourceAction, ResourceUpdate
from handcart.domain.shipping import Channel, CustomerGroup, ShippingMethod, TaxCategory, Zone
from handcart.domain.site import Site


class ResourceKind(msgspec.Struct, frozen=True, kw_only=True):
    """How one kind is made: its drafts, its update actions, and what else changes when one of them does."""

    type_id: str
    document: type[msgspec.Struct]
    draft: type[Draft]
    update: type[ResourceUpdate]
    create: Callable[..., Any]
    """Draft and building into a document: ``create(draft, building, resource_id=…)``."""
    displaced: Callable[[Any, Catalogue], tuple[Any, ...]] | None = None
    """The other resources of the kind that have to change along, already changed; None where there are none ever."""


CHANNEL = ResourceKind(
    type_id="channel",
    document=Channel,
    draft=channels.ChannelDraft,
    update=channels.ChannelUpdate,
    create=channels.channel_from,
)
TYPE = ResourceKind(
    type_id="type",
    document=Type,
    draft=types.TypeDraft,
    update=types.TypeUpdate,
    create=types.type_from,
)
TAX_CATEGORY = ResourceKind(
    type_id="tax-category",
    document=TaxCategory,
    draft=tax_categories.TaxCategoryDraft,
    update=tax_categories.TaxCategoryUpdate,
    create=tax_categories.tax_category_from,
)
ZONE = ResourceKind(
    type_id="zone",
    document=Zone,
    draft=zones.ZoneDraft,
    update=zones.ZoneUpdate,
    create=zones.zone_from,
)
SHIPPING_METHOD = ResourceKind(
    type_id="shipping-method",
    document=ShippingMethod,
    draft=shipping_methods.ShippingMethodDraft,
    update=shipping_methods.ShippingMethodUpdate,
    create=shipping_methods.shipping_method_from,
    displaced=shipping_methods.displaced_defaults,
)
CUSTOMER_GROUP = ResourceKind(
    type_id="customer-group",
    document=CustomerGroup,
    draft=customer_groups.CustomerGroupDraft,
    update=customer_groups.CustomerGroupUpdate,
    create=customer_groups.customer_group_from,
)
PRODUCT_TYPE = ResourceKind(
    type_id="product-type",
    document=ProductType,
    draft=product_types.ProductTypeDraft,
    update=product_types.ProductTypeUpdate,
    create=product_types.product_type_from,
)
STORE = ResourceKind(
    type_id="store",
    document=Site,
    draft=stores.StoreDraft,
    update=stores.StoreUpdate,
    create=stores.store_from,
    displaced=sites.displaced_default_site,
)
CART_DISCOUNT = ResourceKind(
    type_id="cart-discount",
    document=CartDiscount,
    draft=cart_discounts.CartDiscountDraft,
    update=cart_discounts.CartDiscountUpdate,
    create=cart_discounts.cart_discount_from,
)
DISCOUNT_CODE = ResourceKind(
    type_id="discount-code",
    document=DiscountCode,
    draft=discount_codes.DiscountCodeDraft,
    update=discount_codes.DiscountCodeUpdate,
    create=discount_codes.discount_code_from,
)


def created(kind: ResourceKind, draft: Draft, building: Building) -> Any:
    """The new resource that a draft asks for, under a new id. Raises what the kind's builder raises."""
    resource = kind.create(draft, building, resource_id=building.new_id())
    check_texts(msgspec.to_builtins(resource), "")
    return resource


def updated(resource: Any, actions: tuple[ResourceAction, ...], building: Building) -> Any:
    """The resource after all actions in order, or the same object where none of them changed anything.

    The version rises by one for each that did.
    """
    version, after = resource.version, resource
    for each in actions:
        before, after = after, each.apply(after, building)
        version += after is not before
    if version == resource.version:
        return resource
    check_texts(msgspec.to_builtins(after), "")
    return replace(after, version=version, last_modified_at=building.now)


def check_texts(node: Any, path: str) -> None:
    """Refuse a NUL in any text, which the database can keep in a document but cannot compare."""
    if isinstance(node, dict):
        for name, each in node.items():
            check_texts(name, path)
            check_texts(each, f"{path}.{name}" if path else name)
    elif isinstance(node, list | tuple):
        for each in node:
            check_texts(each, path)
    elif isinstance(node, str) and "\0" in node:
        raise InvalidField(field=path, invalid_value=node)


def displaced_by(kind: ResourceKind, resource: Any, building: Building) -> tuple[Any, ...]:
    """The other resources that have to change along, each one version further."""
    if kind.displaced is None:
        return ()
    return tuple(
        replace(each, version=each.version + 1, last_modified_at=building.now)
        for each in kind.displaced(resource, building.catalogue)
    )


def referrer_of(catalogue: Catalogue, *, type_id: str, resource_id: str, key: str | None) -> str | None:
    """The kind of a resource of the catalogue that refers to this one, or None. Carts and products are not searched."""
    if type_id == "store" and any(key in each.sites for each in catalogue.groups):
        return "site-group"
    if type_id == "store" and key is not None:
        limit = KeyReference(type_id="store", key=key)
        if any(limit in each.stores for each in catalogue.cart_discounts.values()):
            return "cart-discount"
    held: dict[str, Any] = {
        "channel": catalogue.channels,
        "customer-group": catalogue.customer_groups,
        "shipping-method": catalogue.shipping_methods,
        "store": catalogue.sites_by_id,
        "business-unit": catalogue.business_units,
        "discount-code": catalogue.discount_codes,
    }
    for kind, resources in held.items():
        for each in resources.values():
            if (type_id, resource_id) in _references_in(msgspec.to_builtins(each)):
                return kind
    return None


def _references_in(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("typeId"), str) and isinstance(node.get("id"), str):
            yield node["typeId"], node["id"]
        for each in node.values():
            yield from _references_in(each)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _references_in(each)
