"""What a member of staff may do to a shopper's cart, action by action, within the limits of its roles."""

from collections.abc import Sequence

from handcart.domain.errors import ActionNotAllowed, PriceAdjustmentBeyondLimit
from handcart.domain.limits import Allowance
from handcart.domain.line import LineFields
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.adjustments import AdjustLineItemPrice
from handcart.domain.updates.custom_lines import AddCustomLineItem, CustomLineAction
from handcart.domain.updates.lines import (
    ChangeLineItemQuantity,
    RemoveLineItem,
    SetLineItemPrice,
    SetLineItemTotalPrice,
)

_NAMES_A_PRICE = (SetLineItemPrice, SetLineItemTotalPrice, AddCustomLineItem, CustomLineAction)
"""Actions that can come to any price at all, so that only somebody without a limit may take them."""


def check_allowance(actions: Sequence[CartAction], allowance: Allowance) -> None:
    """Refuse what the roles do not allow: another verb, or more off a price than the limit (percent).

    Beyond a shopper's own actions staff has those on prices; owners, keys and states of carts are not staff's to set.
    Raises ActionNotAllowed, PriceAdjustmentBeyondLimit.
    """
    for action in actions:
        name = str(action.__struct_config__.tag)
        if not allowance.allows(name):
            raise ActionNotAllowed(action=name)
        off = _percent_off(action)
        if off is None and not action.is_mine:
            raise ActionNotAllowed(action=name)
        if off is not None and off > 100 * allowance.price_adjustment_percent_max:
            raise PriceAdjustmentBeyondLimit(action=name, percent_max=allowance.price_adjustment_percent_max)


def _percent_off(action: CartAction) -> int | None:
    """How much an action may take off a price, in hundredths of a percent; None for one that is not about prices."""
    if isinstance(action, AdjustLineItemPrice):
        return action.permyriad or 0
    if isinstance(action, _NAMES_A_PRICE):
        return 10_000
    if isinstance(action, LineFields | ChangeLineItemQuantity | RemoveLineItem):
        names = action.external_price is not None or action.external_total_price is not None
        return 10_000 if names else None
    return None
