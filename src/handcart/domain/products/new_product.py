"""Drafts into products: every value checked, every reference resolved, ids and time taken as arguments."""

from collections.abc import Iterable
from typing import Any

from handcart.domain.catalogue import Catalogue
from handcart.domain.errors import DuplicateField, InvalidField, NotImplementedYet
from handcart.domain.product import Attribute, Product, ProductFacts, ProductMaster, ProductType, ProductVariant
from handcart.domain.products.building import (
    Building,
    category_of,
    check_localized,
    check_slug,
    tax_category_of,
)
from handcart.domain.products.drafts import AttributeDraft, ImageDraft, ProductDraft, VariantDraft
from handcart.domain.products.prices import check_price_scopes, prices_from
from handcart.domain.products.types import DEFAULT_PRODUCT_TYPE_ID, check_attributes
from handcart.domain.references import Reference, resolve
from handcart.domain.updates.attributes import check_key

VARIANTS_MAX = 100


def attributes_from(drafts: Iterable[AttributeDraft] | None) -> tuple[Attribute, ...]:
    """Attributes in the order given; one without a value is not there. Raises DuplicateField."""
    found = tuple(Attribute(name=each.name, value=each.value) for each in drafts or () if each.value is not None)
    names = [each.name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise DuplicateField(field="attributes.name", duplicate_value=name)
    return found


def image_from(draft: ImageDraft) -> dict[str, Any]:
    """An image as it is stored."""
    image = {"url": draft.url, "dimensions": {"w": draft.dimensions.w, "h": draft.dimensions.h}}
    return image if draft.label is None else {**image, "label": draft.label}


def check_sku(sku: str | None) -> None:
    """Refuse an SKU that is empty or longer than 256 characters."""
    if sku is not None and not 1 <= len(sku) <= 256:
        raise InvalidField(field="sku", invalid_value=sku)


def variant_from(draft: VariantDraft, building: Building, *, variant_id: int) -> ProductVariant:
    """The variant that a draft asks for."""
    check_key(draft.key, field="variants.key")
    check_sku(draft.sku)
    return ProductVariant(
        id=variant_id,
        sku=draft.sku,
        key=draft.key,
        prices=prices_from(draft.prices, building),
        attributes=attributes_from(draft.attributes),
        images=tuple(image_from(each) for each in draft.images or ()),
        assets=(),
    )


def facts_from(draft: ProductDraft, building: Building) -> ProductFacts:
    """The face that a draft describes; the master variant has the id 1, the others follow."""
    check_localized(draft.name, field="name")
    check_slug(draft.slug)
    master = variant_from(draft.master_variant or VariantDraft(), building, variant_id=1)
    others = tuple(
        variant_from(each, building, variant_id=number) for number, each in enumerate(draft.variants or (), start=2)
    )
    return ProductFacts(
        name=draft.name,
        slug=draft.slug,
        categories=tuple(category_of(each) for each in draft.categories or ()),
        category_order_hints=draft.category_order_hints,
        master_variant=master,
        variants=others,
        search_keywords=draft.search_keywords or {},
        attributes=attributes_from(draft.attributes),
        description=draft.description,
        meta_title=draft.meta_title,
        meta_description=draft.meta_description,
        meta_keywords=draft.meta_keywords,
    )


def product_from(draft: ProductDraft, building: Building) -> Product:
    """The product that a draft asks for. Both faces are its own; ``publish`` says whether shoppers see it.

    Raises InvalidField, RequiredField, DuplicateField, DuplicatePriceScope, ReferencedResourceNotFound.
    """
    check_key(draft.key)
    if draft.price_mode not in (None, "Embedded"):
        raise NotImplementedYet(feature=f"The price mode {draft.price_mode}")
    facts = facts_from(draft, building)
    product = Product(
        id=building.new_id(),
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        key=draft.key,
        product_type=Reference(type_id="product-type", id=_product_type_of(draft, building.catalogue).id),
        tax_category=tax_category_of(draft.tax_category, building.catalogue),
        price_mode=draft.price_mode,
        master_data=ProductMaster(current=facts, staged=facts, published=bool(draft.publish), has_staged_changes=False),
        last_variant_id=1 + len(facts.variants),
    )
    check_product(product, building.catalogue)
    return product


def _product_type_of(draft: ProductDraft, catalogue: Catalogue) -> ProductType:
    known = catalogue.product_types
    if draft.product_type is None:
        return known[DEFAULT_PRODUCT_TYPE_ID]
    return resolve(draft.product_type, type_id="product-type", field="productType", by_id=known, by_key=known.by_key)


def check_product(product: Product, catalogue: Catalogue) -> None:
    """Refuse a product that contradicts itself: an SKU, a variant key or a price's circumstances there twice."""
    product_type = catalogue.product_types.get(product.product_type.id)
    master = product.master_data
    faces = [master.staged] if master.current is master.staged else [master.staged, master.current]
    for facts in faces:
        variants = facts.all_variants()
        if len(variants) > VARIANTS_MAX:
            raise InvalidField(field="variants", invalid_value=len(variants))
        _check_unique("sku", (each.sku for each in variants))
        _check_unique("key", (each.key for each in variants))
        for variant in variants:
            check_price_scopes(variant)
            if product_type is not None:
                check_attributes(variant.attributes, product_type)


def _check_unique(field: str, values: Iterable[str | None]) -> None:
    seen: set[str] = set()
    for value in values:
        if value is not None and value in seen:
            raise DuplicateField(field=field, duplicate_value=value)
        if value is not None:
            seen.add(value)
