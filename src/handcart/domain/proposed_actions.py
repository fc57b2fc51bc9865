"""What an agent can propose: update actions of a cart that stand by themselves, one a line, each with a note."""

from typing import Any

import msgspec

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.errors import InvalidField, InvalidInput, RequiredField
from handcart.domain.line import check_names_no_price
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.adjustments import AdjustLineItemPrice
from handcart.domain.updates.discount_codes import AddDiscountCode, RemoveDiscountCode
from handcart.domain.updates.lines import (
    AddLineItem,
    ChangeLineItemQuantity,
    LineAction,
    RemoveLineItem,
    SetLineItemCustomField,
    SetLineItemCustomType,
    SetLineItemSupplyChannel,
    with_line,
)

NOTE_LENGTH_MAX = 1_000


class SwapLineItem(LineAction, tag="swapLineItem"):
    """Another variant in place of a line: of as many units as the line has, unless told."""

    sku: str | None = None
    product_id: str | None = None
    variant_id: int | None = None
    quantity: int | None = None
    custom: CustomFieldsDraft | None = None


class LeaveLine(LineAction, tag="removeLineItem"):
    """The half of a swap that takes the line away: unlike removing, it conflicts where the line is gone already."""

    touches_frozen = True

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The cart without the line."""
        return with_line(cart, self.find(cart), None)


PlainAction = (
    AddLineItem
    | ChangeLineItemQuantity
    | RemoveLineItem
    | SetLineItemCustomType
    | SetLineItemCustomField
    | SetLineItemSupplyChannel
    | AddDiscountCode
    | RemoveDiscountCode
    | AdjustLineItemPrice
    | SwapLineItem
)
"""What a line of a proposal says."""


# As an agent sends them: each with what the agent says to the shopper beside it.


class _AddLineItem(AddLineItem, kw_only=True, tag="addLineItem"):
    note: str | None = None


class _ChangeLineItemQuantity(ChangeLineItemQuantity, kw_only=True, tag="changeLineItemQuantity"):
    note: str | None = None


class _RemoveLineItem(RemoveLineItem, kw_only=True, tag="removeLineItem"):
    note: str | None = None


class _SetLineItemCustomType(SetLineItemCustomType, kw_only=True, tag="setLineItemCustomType"):
    note: str | None = None


class _SetLineItemCustomField(SetLineItemCustomField, kw_only=True, tag="setLineItemCustomField"):
    note: str | None = None


class _SetLineItemSupplyChannel(SetLineItemSupplyChannel, kw_only=True, tag="setLineItemSupplyChannel"):
    note: str | None = None


class _AddDiscountCode(AddDiscountCode, kw_only=True, tag="addDiscountCode"):
    note: str | None = None


class _RemoveDiscountCode(RemoveDiscountCode, kw_only=True, tag="removeDiscountCode"):
    note: str | None = None


class _AdjustLineItemPrice(AdjustLineItemPrice, kw_only=True, tag="adjustLineItemPrice"):
    note: str | None = None


class _SwapLineItem(SwapLineItem, kw_only=True, tag="swapLineItem"):
    note: str | None = None


ProposedAction = (
    _AddLineItem
    | _ChangeLineItemQuantity
    | _RemoveLineItem
    | _SetLineItemCustomType
    | _SetLineItemCustomField
    | _SetLineItemSupplyChannel
    | _AddDiscountCode
    | _RemoveDiscountCode
    | _AdjustLineItemPrice
    | _SwapLineItem
)
"""A line of a proposal as an agent sends it."""


def said_by(action: ProposedAction, *, index: int) -> tuple[dict[str, Any], str | None]:
    """The action as it is kept, and its note. Raises InvalidField for a price that is named, and for a long note."""
    field = f"actions[{index}]"
    check_names_no_price(action, field=field)
    check_note(action.note, field=f"{field}.note")
    if isinstance(action, SwapLineItem) and action.sku is None and action.product_id is None:
        raise RequiredField(field=f"{field}.sku")
    said: dict[str, Any] = msgspec.to_builtins(action)
    return said, said.pop("note", None)


def check_note(note: str | None, *, field: str) -> None:
    """Refuse a note that nobody would read. Raises InvalidField."""
    if note is not None and len(note) > NOTE_LENGTH_MAX:
        raise InvalidField(field=field, invalid_value=note)


def action_from(said: dict[str, Any]) -> CartAction:
    """The action that was kept."""
    action: CartAction = msgspec.convert(said, PlainAction)
    return action


def steps_of(action: CartAction, cart: Cart) -> tuple[CartAction, ...]:
    """The cart's own update actions that a line of a proposal comes to."""
    if not isinstance(action, SwapLineItem):
        return (action,)
    quantity = action.quantity
    if quantity is None:
        try:
            quantity = action.find(cart).quantity
        except InvalidInput:
            quantity = 1
    leaving = LeaveLine(line_item_id=action.line_item_id, line_item_key=action.line_item_key)
    coming = AddLineItem(
        sku=action.sku,
        product_id=action.product_id,
        variant_id=action.variant_id,
        quantity=quantity,
        custom=action.custom,
    )
    return leaving, coming
