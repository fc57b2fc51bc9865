"""Receipts: the account of a merge, in which every unit of every source is found again."""

from collections.abc import Iterable
from typing import Literal

from handcart.domain.cart import Cart
from handcart.domain.document import Document, Timestamp
from handcart.domain.site import QuantityPolicy

Outcome = Literal["kept", "moved", "max", "sum", "guest", "customer", "capped", "separate", "refused", "left"]
Reason = Literal[
    "ProductNotAvailable",
    "KeyCollision",
    "SlugCollision",
    "OtherCurrency",
    "QuantityLimit",
    "Stock",
    "CartFrozen",
    "CartLocked",
    "ShippingMethodInactive",
    "MergeNotPossible",
    "NotChosen",
]
"""Why a line was refused, capped, or left where it was."""


class MergedUnits(Document):
    """What became of one line of one source. ``quantity`` is what the line had; ``quantityAfter`` is what the line
    ``targetLineItemId`` then had, or 0 where the line did not come along (``refused``, ``left``).
    """

    source_cart_id: str
    line_item_id: str
    quantity: int
    quantity_after: int
    outcome: Outcome
    target_line_item_id: str | None = None
    sku: str | None = None
    site_id: str | None = None
    reason: Reason | None = None


class MergeReceipt(Document):
    """The stored account of one merge. ``sources`` ended in ``target``; what was left behind is in its own cart."""

    id: str
    version: int
    state: Literal["Applied", "Undone"]
    at: Timestamp
    customer_id: str
    sources: tuple[str, ...]
    target: str
    policy: QuantityPolicy
    units: tuple[MergedUnits, ...]
    undo_until: Timestamp


class UnitsLost(Exception):
    """A merge would lose units: a bug in a strategy, found before anything is written."""


def check_conserved(sources: Iterable[Cart], target: Cart, units: Iterable[MergedUnits]) -> None:
    """Prove that target plus receipt account for every unit of the sources (the target as it was among them).

    Every line of every source is in the receipt once, with its quantity; every line of the target is explained by the
    receipt, and has the quantity that the receipt says last. Raises UnitsLost.
    """
    wanted = {(cart.id, line_id): quantity for cart in sources for line_id, quantity in _quantities(cart).items()}
    told: dict[tuple[str, str], int] = {}
    quantity_after: dict[str, int] = {}
    for each in units:
        told[each.source_cart_id, each.line_item_id] = each.quantity
        if each.target_line_item_id is not None:
            quantity_after[each.target_line_item_id] = each.quantity_after
    if told != wanted:
        raise UnitsLost(f"the receipt tells of {told}, the sources had {wanted}")
    has = _quantities(target)
    if quantity_after != has:
        raise UnitsLost(f"the receipt ends with {quantity_after}, the target has {has}")


def _quantities(cart: Cart) -> dict[str, int]:
    lines = {each.id: each.quantity for each in cart.line_items}
    return lines | {each.id: each.quantity for each in cart.custom_line_items}


def left_units(cart: Cart, reason: Reason) -> tuple[MergedUnits, ...]:
    """The units of a cart that stays as it is: every line is left where it was."""
    lines = [(each.id, each.quantity, each.variant.sku, each.site_id) for each in cart.line_items]
    lines += [(each.id, each.quantity, None, None) for each in cart.custom_line_items]
    return tuple(
        MergedUnits(
            source_cart_id=cart.id,
            line_item_id=line_id,
            sku=sku,
            site_id=site_id,
            quantity=quantity,
            quantity_after=0,
            outcome="left",
            reason=reason,
        )
        for line_id, quantity, sku, site_id in lines
    )
