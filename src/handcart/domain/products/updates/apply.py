"""Applying update actions to a product: in order, all or nothing, checked as a whole at the end."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace

from handcart.domain.document import Draft
from handcart.domain.product import Product
from handcart.domain.products.building import Building
from handcart.domain.products.new_product import check_product
from handcart.domain.products.updates import facts, prices, states, variants
from handcart.domain.products.updates.action import ProductAction

AnyProductAction = (
    facts.ChangeName
    | facts.ChangeSlug
    | facts.SetDescription
    | facts.SetMetaTitle
    | facts.SetMetaDescription
    | facts.SetMetaKeywords
    | facts.SetSearchKeywords
    | facts.AddToCategory
    | facts.RemoveFromCategory
    | facts.SetCategoryOrderHint
    | facts.SetKey
    | facts.SetTaxCategory
    | variants.AddVariant
    | variants.RemoveVariant
    | variants.ChangeMasterVariant
    | variants.SetSku
    | variants.SetProductVariantKey
    | variants.SetAttribute
    | variants.SetAttributeInAllVariants
    | variants.AddExternalImage
    | variants.RemoveImage
    | variants.SetImageLabel
    | prices.AddPrice
    | prices.SetPrices
    | prices.ChangePrice
    | prices.RemovePrice
    | prices.SetDiscountedPrice
    | prices.SetPriceKey
    | prices.SetProductPriceCustomType
    | prices.SetProductPriceCustomField
    | states.Publish
    | states.Unpublish
    | states.RevertStagedChanges
)


class ProductUpdate(Draft):
    """A request to change a product, strictly against a version."""

    UNBUILT_ACTIONS: ClassVar[frozenset[str]] = frozenset(
        """addAsset changeAssetName changeAssetOrder legacySetSku moveImageToPosition removeAsset
        revertStagedVariantChanges setAssetCustomField setAssetCustomType setAssetDescription setAssetKey
        setAssetSources setAssetTags setProductAttribute setPriceMode transitionState""".split()
    )
    """What the published interface has besides: refused by name, never as unknown."""

    version: int
    actions: tuple[AnyProductAction, ...]


def changed_product(product: Product, actions: Sequence[ProductAction], building: Building) -> Product:
    """The product after all actions; its version rises by one for each that changed something.

    A request that changes nothing answers the very same product. Raises what the actions raise, DuplicateField and
    DuplicatePriceScope.
    """
    changed, version = product, product.version
    for action in actions:
        after = action.apply(changed, building)
        if after != changed:
            version += 1
            changed = after
    if changed is product:
        return product
    check_product(changed, building.catalogue)
    return replace(changed, version=version, last_modified_at=building.now)
