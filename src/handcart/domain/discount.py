"""Cart discounts and discount codes, as the merchant set them up: what they take off, from what, and when."""

from typing import Literal

from handcart.domain.document import Document, LocalizedString, Timestamp
from handcart.domain.money import Money
from handcart.domain.references import KeyReference, Reference


class RelativeValue(Document, tag_field="type", tag="relative"):
    """A share off: ``permyriad`` is in hundredths of a percent, 1,000 for 10 %."""

    permyriad: int


class AbsoluteValue(Document, tag_field="type", tag="absolute"):
    """An amount off, in each currency that it is given for: per unit of a line, or off the whole total or shipping."""

    money: tuple[Money, ...]


class FixedValue(Document, tag_field="type", tag="fixed"):
    """A price to pay instead, in each currency that it is given for."""

    money: tuple[Money, ...]


DiscountValue = RelativeValue | AbsoluteValue | FixedValue


class LineItemsTarget(Document, tag_field="type", tag="lineItems"):
    """Takes off the lines that match the predicate."""

    predicate: str


class CustomLineItemsTarget(Document, tag_field="type", tag="customLineItems"):
    """Takes off the custom lines that match the predicate."""

    predicate: str


class ShippingTarget(Document, tag_field="type", tag="shipping"):
    """Takes off the shipping price."""


class TotalPriceTarget(Document, tag_field="type", tag="totalPrice"):
    """Takes off what lines and custom lines come to."""


DiscountTarget = LineItemsTarget | CustomLineItemsTarget | ShippingTarget | TotalPriceTarget


class CartDiscount(Document):
    """A promotion. Among those for the same kind of target the highest ``sortOrder`` goes first; ``stores`` limits an
    item promotion to lines added on these sites, any other to carts priced for them (S4-34 … S4-36).
    """

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    name: LocalizedString
    value: DiscountValue
    cart_predicate: str
    target: DiscountTarget
    sort_order: str
    stores: tuple[KeyReference, ...]
    is_active: bool
    requires_discount_code: bool
    stacking_mode: Literal["Stacking", "StopAfterThisDiscount"]
    references: tuple[Reference, ...]
    key: str | None = None
    description: LocalizedString | None = None
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None


class DiscountCode(Document):
    """A code that a shopper types in, and the cart discounts that it opens."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    code: str
    cart_discounts: tuple[Reference, ...]
    is_active: bool
    references: tuple[Reference, ...]
    groups: tuple[str, ...]
    key: str | None = None
    name: LocalizedString | None = None
    description: LocalizedString | None = None
    cart_predicate: str | None = None
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None
