"""What changes a variant's prices."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.product import Price, Product, ProductVariant
from handcart.domain.products.building import Building
from handcart.domain.products.drafts import DiscountedPriceDraft, PriceDraft
from handcart.domain.products.prices import discounted_from, price_from, prices_from
from handcart.domain.products.updates.action import PriceAction, VariantAction, VariantEdit
from handcart.domain.references import ResourceIdentifier
from handcart.domain.updates.attributes import check_key


class AddPrice(VariantAction, tag="addPrice"):
    """Add a price to a variant."""

    price: PriceDraft

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """The new price comes last."""
        price = price_from(self.price, building, field="price")
        return lambda variant: replace(variant, prices=(*variant.prices, price))


class SetPrices(VariantAction, tag="setPrices"):
    """Replace all prices of a variant; none of the former ids stays."""

    prices: tuple[PriceDraft, ...]

    def edit_variant(self, product: Product, building: Building) -> VariantEdit:
        """An empty list leaves the variant without a price."""
        prices = prices_from(self.prices, building)

        def change(variant: ProductVariant) -> ProductVariant:
            return replace(variant, prices=prices)

        return change


class ChangePrice(PriceAction, tag="changePrice"):
    """Replace a price, all but its id."""

    price: PriceDraft

    def edit_price(self, price: Price, building: Building) -> Price:
        """What the draft leaves out, the price no longer has."""
        return replace(price_from(self.price, building, field="price"), id=price.id)


class RemovePrice(PriceAction, tag="removePrice"):
    """Take a price away."""

    def edit_price(self, price: Price, building: Building) -> None:
        """Nothing is left of it."""


class SetDiscountedPrice(PriceAction, tag="setDiscountedPrice"):
    """Set the sale price, or end the sale (S4-23)."""

    discounted: DiscountedPriceDraft | None = None

    def edit_price(self, price: Price, building: Building) -> Price:
        """Raises InvalidField for another currency than the price's."""
        discounted = discounted_from(self.discounted, price.value.currency_code, field="discounted")
        return replace(price, discounted=discounted)


class SetPriceKey(PriceAction, tag="setPriceKey"):
    """Set or remove the key of a price."""

    key: str | None = None

    def edit_price(self, price: Price, building: Building) -> Price:
        """Raises InvalidField for what is no key."""
        check_key(self.key)
        return replace(price, key=self.key)


class SetProductPriceCustomType(PriceAction, tag="setProductPriceCustomType"):
    """Give a price custom fields of a type, or take them away."""

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def edit_price(self, price: Price, building: Building) -> Price:
        """Raises InvalidField for a field that the type does not have."""
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        return replace(price, custom=building.catalogue.types.custom_of(draft, kind="product-price"))


class SetProductPriceCustomField(PriceAction, tag="setProductPriceCustomField"):
    """Set or remove one custom field of a price."""

    name: str
    value: Any = None

    def edit_price(self, price: Price, building: Building) -> Price:
        """Raises InvalidField where the price has no custom fields."""
        custom = building.catalogue.types.custom_with(price.custom, name=self.name, value=self.value)
        return replace(price, custom=custom)
