"""What shoppers see of a product: publishing what is staged, hiding it, and dropping what is staged."""

from typing import Literal

from msgspec.structs import replace

from handcart.domain.product import Product, ProductFacts, ProductVariant
from handcart.domain.products.building import Building
from handcart.domain.products.updates.action import ProductAction


class Publish(ProductAction, tag="publish"):
    """Show the product; ``All`` that is staged becomes current, or only the ``Prices`` of current variants."""

    scope: Literal["All", "Prices"] | None = None

    def apply(self, product: Product, building: Building) -> Product:
        """A published product without staged changes stays as it is."""
        master = product.master_data
        current = _with_prices_of(master.staged, master.current) if self.scope == "Prices" else master.staged
        changed = replace(master, current=current, published=True, has_staged_changes=current != master.staged)
        return replace(product, master_data=changed)


def _with_prices_of(staged: ProductFacts, current: ProductFacts) -> ProductFacts:
    prices = {each.id: each.prices for each in staged.all_variants()}

    def priced(variant: ProductVariant) -> ProductVariant:
        return replace(variant, prices=prices.get(variant.id, variant.prices))

    return replace(
        current,
        master_variant=priced(current.master_variant),
        variants=tuple(priced(each) for each in current.variants),
    )


class Unpublish(ProductAction, tag="unpublish"):
    """Hide the product from shoppers; lines of it in carts lose their price."""

    def apply(self, product: Product, building: Building) -> Product:
        """Both faces stay as they are."""
        return replace(product, master_data=replace(product.master_data, published=False))


class RevertStagedChanges(ProductAction, tag="revertStagedChanges"):
    """Make the staged face what the current one is."""

    def apply(self, product: Product, building: Building) -> Product:
        """Nothing that shoppers see changes."""
        master = product.master_data
        return replace(product, master_data=replace(master, staged=master.current, has_staged_changes=False))
