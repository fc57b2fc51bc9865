"""What may come back at whose word, and what is said of a part that does not."""

from typing import Literal

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.document import Document

LeftReason = Literal[
    "ProductNotAvailable",
    "MatchingPriceNotFound",
    "OtherCurrency",
    "QuantityLimit",
    "ChannelNotAvailable",
    "CustomFieldsNotValid",
    "CountryNotConfigured",
    "ShippingMethodNotAvailable",
    "DiscountCodeNotFound",
    "NotAllowed",
]
"""Why something did not come back. ``NotAllowed``: the caller may not bring it about in any other way either."""


class Leave(msgspec.Struct, frozen=True):
    """What the caller may do about prices: take off so much of a price (percent), and, at 100, name any at all."""

    off_price_percent_max: int
    is_backend: bool = False

    @property
    def any_price(self) -> bool:
        """Whether prices of one's own and custom lines are the caller's to set."""
        return self.off_price_percent_max == 100


def leave_of(caller: Caller) -> Leave:
    """A backend may do anything, staff what its roles allow, a shopper nothing about prices."""
    if caller.owner is not None:
        return Leave(0)
    if caller.staff_id is not None:
        return Leave(caller.allowance.price_adjustment_percent_max)
    return Leave(100, is_backend=True)


class LeftOut(Document):
    """A part that did not come back, or (``QuantityLimit``) not whole: ``quantityAfter`` is what there is of it now."""

    path: str
    reason: LeftReason
    line_item_id: str | None = None
    sku: str | None = None
    quantity: int | None = None
    quantity_after: int | None = None
