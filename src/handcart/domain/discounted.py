"""What discounts left on a cart: which took off how much, of a unit, of the total, of shipping; and codes' states."""

from typing import Literal

from handcart.domain.document import Document
from handcart.domain.money import Money
from handcart.domain.references import Reference

CodeState = Literal["NotActive", "NotValid", "DoesNotMatchCart", "MatchesCart"]


class IncludedDiscount(Document):
    """What one cart discount took off."""

    discount: Reference
    discounted_amount: Money


class DiscountedPrice(Document):
    """A price after discounts, and what each took off."""

    value: Money
    included_discounts: tuple[IncludedDiscount, ...]


class DiscountedPriceForQuantity(Document):
    """The discounted unit price of so many units of a line."""

    quantity: int
    discounted_price: DiscountedPrice


class DiscountOnTotalPrice(Document):
    """What cart discounts took off what lines and custom lines come to."""

    discounted_amount: Money
    included_discounts: tuple[IncludedDiscount, ...]


class DiscountCodeInfo(Document):
    """A code that was entered, and whether it does anything on this cart."""

    discount_code: Reference
    state: CodeState
