"""Laying a draft over a product that is there already: loading the same file twice changes nothing."""

from collections.abc import Iterable

from msgspec.structs import replace

from handcart.domain.product import Price, Product, ProductFacts, ProductVariant
from handcart.domain.products.building import Building
from handcart.domain.products.drafts import ProductDraft
from handcart.domain.products.new_product import check_product, product_from
from handcart.domain.products.prices import price_scope


def reloaded_product(product: Product, draft: ProductDraft, building: Building) -> Product:
    """The product as the draft wants it; the very same one where it is that already.

    The draft becomes the staged face, and with ``publish`` the current one too; without, what shoppers see stays. A
    variant keeps its id by its SKU or key, the master variant always does; a price keeps its id by its circumstances.
    Raises what making a new product raises.
    """
    wanted = product_from(draft, building)
    staged, last_variant_id = _with_known_ids(wanted.master_data.staged, product)
    master = product.master_data
    current = staged if draft.publish else master.current
    changed = replace(
        product,
        key=wanted.key or product.key,
        product_type=wanted.product_type,
        tax_category=wanted.tax_category,
        price_mode=wanted.price_mode,
        master_data=replace(
            master,
            staged=staged,
            current=current,
            published=master.published or bool(draft.publish),
            has_staged_changes=staged != current,
        ),
        last_variant_id=last_variant_id,
    )
    if changed == product:
        return product
    check_product(changed, building.catalogue)
    return replace(changed, version=product.version + 1, last_modified_at=building.now)


def _with_known_ids(facts: ProductFacts, product: Product) -> tuple[ProductFacts, int]:
    """The face with the ids that the product's staged face has for the same things, and the highest variant id."""
    known = product.master_data.staged
    last = product.last_variant_id
    variants: list[ProductVariant] = []
    for variant in facts.variants:
        former = _same_variant(variant, known.variants)
        if former is None:
            last += 1
        variants.append(_with_price_ids(variant, former, variant_id=former.id if former is not None else last))
    master = _with_price_ids(facts.master_variant, known.master_variant, variant_id=known.master_variant.id)
    return replace(facts, master_variant=master, variants=tuple(variants)), last


def _same_variant(wanted: ProductVariant, known: Iterable[ProductVariant]) -> ProductVariant | None:
    for each in known:
        if (wanted.sku is not None and each.sku == wanted.sku) or (wanted.key is not None and each.key == wanted.key):
            return each
    return None


def _with_price_ids(variant: ProductVariant, former: ProductVariant | None, *, variant_id: int) -> ProductVariant:
    ids = {price_scope(each): each.id for each in former.prices} if former is not None else {}

    def known(price: Price) -> Price:
        return replace(price, id=ids.get(price_scope(price), price.id))

    return replace(variant, id=variant_id, prices=tuple(known(each) for each in variant.prices))
