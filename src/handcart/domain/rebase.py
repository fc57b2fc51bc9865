"""Rebasing: an update that was decided on an older version is applied to the present one, where nobody else has meant
something different for the same thing.

Adding and taking units away commute with whatever another hand did. What says what a value becomes conflicts if that
value is no longer what it was: then both values are named, and nothing is overwritten. A line that is removed becomes
none, so that units which another hand has given it are named before they go.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.event import touched_parts
from handcart.domain.history import CartParts, RecordedEvent, before_of
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.lines import LineAction, RemoveLineItem

_FOLLOWS = frozenset({"lastModifiedAt", "state", "totalPrice", "taxedPrice", "taxRate", "shippingDetails"})
"""What follows from a change and is nobody's intention."""


def parts_then(cart: Cart, since: Iterable[RecordedEvent]) -> CartParts:
    """The cart's parts at the base version; ``since`` are the events after it, the newest first."""
    parts = CartParts(cart)
    for event in since:
        for path, was in before_of(event).items():
            parts.step_back(path, was)
    return parts


class Rebased:
    """The actions that still have something to do, and the conflicts: what about (``lineItemId``, ``field``), and the
    values ``base``, ``theirs``, ``yours``. ``positions`` says for each conflict which of the actions it is of.
    """

    def __init__(self) -> None:
        self.actions: list[CartAction] = []
        self.conflicts: list[dict[str, Any]] = []
        self.positions: list[int] = []

    def add_conflicts(self, position: int, conflicts: Iterable[dict[str, Any]]) -> None:
        """Note what keeps an action from being applied."""
        for each in conflicts:
            self.conflicts.append(each)
            self.positions.append(position)


def rebase(cart: Cart, base: CartParts, actions: Sequence[CartAction], acting: Acting) -> Rebased:
    """The update as it applies to the present cart. Raises what the actions raise on their own account."""
    rebased = Rebased()
    theirs = CartParts(cart)
    current = cart
    for position, action in enumerate(actions):
        if isinstance(action, LineAction) and _is_gone(action, current, base):
            if not isinstance(action, RemoveLineItem) and getattr(action, "quantity", None) != 0:
                rebased.add_conflicts(position, [_gone(action, base)])
            continue
        after = action.apply(current, acting)
        takes_units = isinstance(action, RemoveLineItem) and action.quantity is not None
        if not action.commutes and not takes_units:
            rebased.add_conflicts(position, _conflicts(current, after, base=base, theirs=theirs))
        rebased.actions.append(action)
        current = after
    return rebased


def _is_gone(action: LineAction, cart: Cart, base: CartParts) -> bool:
    """Whether the action's line was there at the base and is no more."""
    line_id = action.line_item_id
    return line_id is not None and cart.line(line_id) is None and base.value(f"lineItems/{line_id}") is not None


def _gone(action: LineAction, base: CartParts) -> dict[str, Any]:
    line_id = action.line_item_id
    return {
        "lineItemId": line_id,
        "field": "quantity",
        "base": base.value(f"lineItems/{line_id}/quantity"),
        "theirs": 0,
        "yours": getattr(action, "quantity", None),
    }


def _conflicts(before: Cart, after: Cart, *, base: CartParts, theirs: CartParts) -> list[dict[str, Any]]:
    """What an action means to change that is no longer what it was at the base."""
    yours = CartParts(after)
    found: list[dict[str, Any]] = []
    is_shorter = len(after.line_items) < len(before.line_items)
    for touched in touched_parts(before, after):
        if touched == "lineItemOrder" and is_shorter:
            # A line that goes leaves its place, and means nothing for the places of the others.
            continue
        head, *steps = touched.split("/")
        is_removal = len(steps) == 1
        path = f"{touched}/quantity" if is_removal else touched
        if path.rpartition("/")[2] in _FOLLOWS:
            continue
        was, now = base.value(path), theirs.value(path)
        if was == now:
            continue
        named = {"lineItemId": steps[0], "field": path.rpartition("/")[2]} if steps else {"field": head}
        found.append({**named, "base": was, "theirs": now, "yours": 0 if is_removal else yours.value(path)})
    return found
