"""What changes the variants of a product: which there are, their SKUs, attributes and images."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.errors import InvalidField, MasterVariantNeeded, RequiredField
from handcart.domain.product import Attribute, Product, ProductFacts, ProductVariant
from handcart.domain.products.building import Building
from handcart.domain.products.drafts import AttributeDraft, ImageDraft, PriceDraft, VariantDraft
from handcart.domain.products.new_product import check_sku, image_from, variant_from
from handcart.domain.products.updates.action import (
    FaceAction,
    FaceEdit,
    VariantAction,
    VariantEdit,
    variant_of,
    with_faces,
)
from handcart.domain.updates.attributes import check_key


class AddVariant(FaceAction, tag="addVariant"):
    """Add a variant."""

    NOT_YET = ("assets",)

    sku: str | None = None
    key: str | None = None
    prices: tuple[PriceDraft, ...] | None = None
    attributes: tuple[AttributeDraft, ...] | None = None
    images: tuple[ImageDraft, ...] | None = None
    assets: Any = None

    def apply(self, product: Product, building: Building) -> Product:
        """Its id is one that no variant of the product ever had."""
        draft = VariantDraft(
            sku=self.sku, key=self.key, prices=self.prices, attributes=self.attributes, images=self.images
        )
        variant = variant_from(draft, building, variant_id=product.last_variant_id + 1)
        changed = with_faces(
            product,
            lambda facts: replace(facts, variants=(*facts.variants, variant)),
            is_staged=self.staged is not False,
        )
        return replace(changed, last_variant_id=variant.id)


class RemoveVariant(FaceAction, tag="removeVariant"):
    """Remove a variant, by id or SKU."""

    id: int | None = None
    sku: str | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Raises MasterVariantNeeded, VariantNotFound, RequiredField."""
        if self.id is None and self.sku is None:
            raise RequiredField(field="id")

        def change(facts: ProductFacts) -> ProductFacts:
            found = variant_of(facts, variant_id=self.id, sku=self.sku)
            if found is facts.master_variant:
                raise MasterVariantNeeded()
            return replace(facts, variants=tuple(each for each in facts.variants if each is not found))

        return change


class ChangeMasterVariant(FaceAction, tag="changeMasterVariant"):
    """Make another variant the master; the former master comes first among the others."""

    variant_id: int | None = None
    sku: str | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Raises VariantNotFound, RequiredField."""
        if self.variant_id is None and self.sku is None:
            raise RequiredField(field="variantId")

        def change(facts: ProductFacts) -> ProductFacts:
            found = variant_of(facts, variant_id=self.variant_id, sku=self.sku)
            if found is facts.master_variant:
                return facts
            others = tuple(each for each in facts.variants if each is not found)
            return replace(facts, master_variant=found, variants=(facts.master_variant, *others))

        return change


class SetSku(FaceAction, tag="setSku"):
    """Set or remove a variant's SKU."""

    variant_id: int
    sku: str | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Raises VariantNotFound; whether the SKU is another product's, the database knows."""
        check_sku(self.sku)

        def change(facts: ProductFacts) -> ProductFacts:
            found = variant_of(facts, variant_id=self.variant_id)
            changed = replace(found, sku=self.sku)
            if found is facts.master_variant:
                return replace(facts, master_variant=changed)
            return replace(facts, variants=tuple(changed if each is found else each for each in facts.variants))

        return change


class SetProductVariantKey(VariantAction, tag="setProductVariantKey"):
    """Set or remove a variant's key."""

    key: str | None = None

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """Raises InvalidField for what is no key."""
        check_key(self.key)
        return lambda variant: replace(variant, key=self.key)


class SetAttribute(VariantAction, tag="setAttribute"):
    """Set or remove an attribute of one variant."""

    name: str
    value: Any = None

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """A new attribute comes last."""
        return lambda variant: with_attribute(variant, self.name, self.value)


class SetAttributeInAllVariants(FaceAction, tag="setAttributeInAllVariants"):
    """Set or remove an attribute of every variant."""

    name: str
    value: Any = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """The master variant included."""
        return lambda facts: replace(
            facts,
            master_variant=with_attribute(facts.master_variant, self.name, self.value),
            variants=tuple(with_attribute(each, self.name, self.value) for each in facts.variants),
        )


def with_attribute(variant: ProductVariant, name: str, value: object) -> ProductVariant:
    """The variant with an attribute set in its place or, where it is new, at the end; None removes it."""
    if value is None:
        return replace(variant, attributes=tuple(each for each in variant.attributes if each.name != name))
    attribute = Attribute(name=name, value=value)
    if any(each.name == name for each in variant.attributes):
        return replace(
            variant, attributes=tuple(attribute if each.name == name else each for each in variant.attributes)
        )
    return replace(variant, attributes=(*variant.attributes, attribute))


class AddExternalImage(VariantAction, tag="addExternalImage"):
    """Add a picture that lies elsewhere."""

    image: ImageDraft

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """The new image comes last."""
        image = image_from(self.image)
        return lambda variant: replace(variant, images=(*variant.images, image))


class RemoveImage(VariantAction, tag="removeImage"):
    """Remove the pictures with a certain address."""

    image_url: str

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """Raises InvalidField where there is none."""

        def change(variant: ProductVariant) -> ProductVariant:
            kept = tuple(each for each in variant.images if each["url"] != self.image_url)
            if len(kept) == len(variant.images):
                raise InvalidField(field="imageUrl", invalid_value=self.image_url)
            return replace(variant, images=kept)

        return change


class SetImageLabel(VariantAction, tag="setImageLabel"):
    """Set or remove the label of a picture."""

    image_url: str
    label: str | None = None

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """Raises InvalidField where there is no such picture."""

        def change(variant: ProductVariant) -> ProductVariant:
            if all(each["url"] != self.image_url for each in variant.images):
                raise InvalidField(field="imageUrl", invalid_value=self.image_url)
            return replace(
                variant,
                images=tuple(
                    _labelled(each, self.label) if each["url"] == self.image_url else each for each in variant.images
                ),
            )

        return change


def _labelled(image: dict[str, Any], label: str | None) -> dict[str, Any]:
    without = {key: value for key, value in image.items() if key != "label"}
    return without if label is None else {**without, "label": label}
