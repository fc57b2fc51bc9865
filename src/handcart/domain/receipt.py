"""Receipts: the account of a merge, in which every unit of every source is found again."""

from collections.abc import Iterable
from typing import Literal

from handcart.domain.caller import owner_of
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
    "OtherCartInCheckout",
    "MergeNotPossible",
    "NotChosen",
]
"""Why a line was refused, capped, left where it was, or (``KeyCollision``) came along without its key."""


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
    sources: tuple[str, ...]
    target: str
    policy: QuantityPolicy
    units: tuple[MergedUnits, ...]
    undo_until: Timestamp
    customer_id: str | None = None
    """Absent where the carts are a guest's."""

    @property
    def owner(self) -> str | None:
        """The owner key of the carts, as far as it may be told."""
        return owner_of(customer_id=self.customer_id, anonymous_id=None)


class UnitsLost(Exception):
    """A merge would lose units: a bug in a strategy, found before anything is written."""


def check_conserved(sources: Iterable[Cart], target: Cart, units: Iterable[MergedUnits]) -> None:
    """Prove that target plus receipt account for every unit of the sources (the target as it was among them).

    Every line of every source is in the receipt once, with its quantity; what each outcome says follows from the
    quantities before it; every line of the target is explained by the receipt, and has the quantity that the receipt
    says last. Raises UnitsLost.
    """
    wanted = {(cart.id, line_id): quantity for cart in sources for line_id, quantity in _quantities(cart).items()}
    told: dict[tuple[str, str], int] = {}
    reached: dict[str, int] = {}
    for each in units:
        if (each.source_cart_id, each.line_item_id) in told:
            raise UnitsLost(f"the receipt tells twice of {each}")
        told[each.source_cart_id, each.line_item_id] = each.quantity
        if not _follows(each, reached.get(each.target_line_item_id or "")):
            raise UnitsLost(f"the receipt says {each}, before that the line had {reached}")
        if each.target_line_item_id is not None:
            reached[each.target_line_item_id] = each.quantity_after
    if told != wanted:
        raise UnitsLost(f"the receipt tells of {told}, the sources had {wanted}")
    has = _quantities(target)
    if reached != has:
        raise UnitsLost(f"the receipt ends with {reached}, the target has {has}")


def _follows(units: MergedUnits, before: int | None) -> bool:
    """Whether the quantity after is what the outcome makes of the line's and, if it was there, the target's."""
    after, quantity, outcome = units.quantity_after, units.quantity, units.outcome
    if outcome in ("refused", "left"):
        return units.target_line_item_id is None and after == 0 and units.reason is not None
    if outcome in ("kept", "moved", "separate"):
        return before is None and after == quantity
    if before is None:
        return False
    if outcome == "capped":
        return units.reason is not None and before <= after < before + quantity
    return after == {
        "max": max(before, quantity),
        "sum": before + quantity,
        "guest": quantity,
        "customer": before,
    }.get(outcome)


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
