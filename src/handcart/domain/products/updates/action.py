"""What the update actions of products have in common: which face they change, and which variant or price of it.

``staged`` is true unless given: then shoppers see the change when the product is published next. With ``staged: false``
both faces change at once.
"""

from collections.abc import Callable

from msgspec.structs import replace

from handcart.domain.document import PartialDraft
from handcart.domain.errors import PriceNotFound, VariantNotFound
from handcart.domain.product import Price, Product, ProductFacts, ProductVariant
from handcart.domain.products.building import Building

FaceEdit = Callable[[ProductFacts], ProductFacts]
VariantEdit = Callable[[ProductVariant], ProductVariant]


class ProductAction(PartialDraft, tag_field="action"):
    """One change of a product, as the wire names it."""

    def apply(self, product: Product, building: Building) -> Product:
        """The product after this change; an equal one where it changes nothing."""
        raise NotImplementedError


class FaceAction(ProductAction, kw_only=True):
    """A change of one face or of both; what it brings in is made once, so that both have the same ids."""

    staged: bool | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """What is to be done to a face."""
        raise NotImplementedError

    def apply(self, product: Product, building: Building) -> Product:
        """The product with its staged face changed and, where asked for, its current one."""
        return with_faces(product, self.edit(product, building), is_staged=self.staged is not False)


class VariantAction(FaceAction, kw_only=True):
    """A change of one variant: the one with this SKU or this id, else the master variant."""

    variant_id: int | None = None
    sku: str | None = None

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """What is to be done to the variant."""
        raise NotImplementedError

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Raises VariantNotFound where the face has no such variant."""
        change = self.edit_variant(product, building)
        return lambda facts: with_variant(facts, change, variant_id=self.variant_id, sku=self.sku)


class PriceAction(FaceAction):
    """A change of the price with this id; it may take the price away."""

    price_id: str

    def edit_price(self, price: Price, building: Building) -> Price | None:
        """The price after the change; None takes it away."""
        raise NotImplementedError

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Raises PriceNotFound where the face has no such price."""

        def change(variant: ProductVariant) -> ProductVariant:
            prices = (self.edit_price(each, building) if each.id == self.price_id else each for each in variant.prices)
            return replace(variant, prices=tuple(each for each in prices if each is not None))

        return lambda facts: with_variant(facts, change, variant_id=owner_of_price(facts, self.price_id).id)


def with_faces(product: Product, edit: FaceEdit, *, is_staged: bool) -> Product:
    """The product with its staged face edited, and its current one too unless ``is_staged``."""
    master = product.master_data
    staged = edit(master.staged)
    current = master.current if is_staged else edit(master.current)
    changed = replace(master, staged=staged, current=current, has_staged_changes=staged != current)
    return replace(product, master_data=changed)


def variant_of(facts: ProductFacts, *, variant_id: int | None = None, sku: str | None = None) -> ProductVariant:
    """The variant with that SKU or that id; the master variant where neither is given. Raises VariantNotFound."""
    if variant_id is None and sku is None:
        return facts.master_variant
    for each in facts.all_variants():
        if (each.sku == sku) if sku is not None else (each.id == variant_id):
            return each
    raise VariantNotFound(variant=sku if sku is not None else variant_id or 0)


def with_variant(
    facts: ProductFacts, edit: VariantEdit, *, variant_id: int | None = None, sku: str | None = None
) -> ProductFacts:
    """The face with one variant edited. Raises VariantNotFound."""
    found = variant_of(facts, variant_id=variant_id, sku=sku)
    changed = edit(found)
    if found is facts.master_variant:
        return replace(facts, master_variant=changed)
    return replace(facts, variants=tuple(changed if each is found else each for each in facts.variants))


def owner_of_price(facts: ProductFacts, price_id: str) -> ProductVariant:
    """The variant that has the price. Raises PriceNotFound."""
    for variant in facts.all_variants():
        if any(each.id == price_id for each in variant.prices):
            return variant
    raise PriceNotFound(price_id=price_id)
