"""Merging: what becomes of a guest's carts when a customer claims them. A plan, made purely; applied elsewhere.

No unit is lost: every line of every source is named in the receipt with its outcome, and what could not be merged
says why. No cart is destroyed: a source ends as ``Merged`` and points at its successor.
"""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, CustomLineItem, LineItem
from handcart.domain.document import Timestamp
from handcart.domain.line import is_same_line, stock_place, with_quantity
from handcart.domain.receipt import MergedUnits, Outcome, Reason
from handcart.domain.site import QuantityPolicy
from handcart.domain.updates.custom_lines import is_same_custom_line


class Merged(msgspec.Struct, frozen=True):
    """A target with a source's lines in it, unpriced, and what became of each of them."""

    target: Cart
    units: tuple[MergedUnits, ...]


def merged_quantity(policy: QuantityPolicy, *, mine: int, guests: int) -> int:
    """The quantity of a line that is in both carts: the larger one unless the policy says otherwise (S1-30)."""
    if policy == "sum":
        return mine + guests
    if policy == "guest":
        return guests
    return mine if policy == "customer" else max(mine, guests)


_POLICY_OUTCOMES: dict[QuantityPolicy, Outcome] = {
    "max": "max",
    "sum": "sum",
    "guest": "guest",
    "customer": "customer",
    "separate": "separate",
}


class Merging(msgspec.Struct, frozen=True):
    """The circumstances of a merge. ``stock`` is what is available, by SKU and channel id, where it limits a line."""

    policy: QuantityPolicy
    acting: Acting
    stock: Mapping[tuple[str, str], int]

    def limits_of(self, line: LineItem) -> tuple[tuple[int, Reason], ...]:
        """What a line's quantity may not grow beyond, and why; its own quantity always stands (S3-1, T-37)."""
        limit: tuple[tuple[int, Reason], ...] = ((self.acting.quantity_max, "QuantityLimit"),)
        place = stock_place(line, self.acting.catalogue)
        available = self.stock.get(place) if place is not None else None
        return limit if available is None else (*limit, (available, "Stock"))


def merge_into(target: Cart, source: Cart, merging: Merging) -> Merged:
    """The target with the source's lines: the customer's first, then the guest's in their order.

    Merging the result with the same source again changes nothing, except under ``sum`` and ``separate``.
    """
    units: list[MergedUnits] = []
    lines = list(target.line_items)
    for line in source.line_items:
        units.append(_merge_line(lines, line, source.id, merging))
    customs = list(target.custom_line_items)
    for custom in source.custom_line_items:
        units.append(_merge_custom_line(customs, custom, source.id, merging, target.currency))
    changed = tuple(lines) != target.line_items or tuple(customs) != target.custom_line_items
    if not changed:
        return Merged(target, tuple(units))
    added_at = max(target.item_added_at or "", source.item_added_at or "")
    return Merged(
        replace(
            target,
            line_items=tuple(lines),
            custom_line_items=tuple(customs),
            create_site_id=target.create_site_id or source.create_site_id,
            site_id=source.site_id or target.site_id,
            item_added_at=Timestamp(added_at) if added_at else None,
        ),
        tuple(units),
    )


def _merge_line(lines: list[LineItem], line: LineItem, source_id: str, merging: Merging) -> MergedUnits:
    """Put one of the source's lines among the target's, and say what became of it."""
    said = _units_of_line(line, source_id)
    if (line.product_id, line.variant.id) not in merging.acting.catalogue.offers_by_variant:
        return replace(said, outcome="refused", reason="ProductNotAvailable")
    index = next((at for at, mine in enumerate(lines) if is_same_line(mine, line)), None)
    if index is not None and merging.policy != "separate":
        return _merge_same(lines, index, line, said, merging)
    if line.key is not None and any(each.key == line.key for each in lines):
        return replace(said, outcome="refused", reason="KeyCollision")
    is_taken = any(each.id == line.id for each in lines)
    is_beside = any(each.product_id == line.product_id and each.variant.id == line.variant.id for each in lines)
    came = replace(line, id=merging.acting.new_id()) if is_taken else line
    lines.append(came)
    outcome: Outcome = "separate" if is_beside else "moved"
    return replace(said, outcome=outcome, quantity_after=line.quantity, target_line_item_id=came.id)


def _merge_same(lines: list[LineItem], index: int, line: LineItem, said: MergedUnits, merging: Merging) -> MergedUnits:
    """A line that is in both carts: one line, with the quantity that the policy says, as far as it is allowed."""
    mine = lines[index]
    wanted = merged_quantity(merging.policy, mine=mine.quantity, guests=line.quantity)
    said = replace(said, outcome=_POLICY_OUTCOMES[merging.policy], target_line_item_id=mine.id)
    allowed = wanted
    for limit, reason in merging.limits_of(mine):
        if allowed > max(limit, mine.quantity):
            allowed = max(limit, mine.quantity)
            said = replace(said, outcome="capped", reason=reason)
    lines[index] = with_quantity(mine, allowed, merging.acting.now)
    return replace(said, quantity_after=allowed)


def _merge_custom_line(
    lines: list[CustomLineItem], line: CustomLineItem, source_id: str, merging: Merging, currency: str
) -> MergedUnits:
    said = MergedUnits(
        source_cart_id=source_id,
        line_item_id=line.id,
        quantity=line.quantity,
        quantity_after=0,
        outcome="refused",
    )
    if line.money.currency_code != currency:
        return replace(said, reason="OtherCurrency")
    policy: QuantityPolicy = "max" if merging.policy == "separate" else merging.policy
    for index, mine in enumerate(lines):
        if is_same_custom_line(mine, line):
            quantity = merged_quantity(policy, mine=mine.quantity, guests=line.quantity)
            lines[index] = replace(mine, quantity=quantity, state=(replace(mine.state[0], quantity=quantity),))
            outcome = _POLICY_OUTCOMES[policy]
            return replace(said, outcome=outcome, quantity_after=quantity, target_line_item_id=mine.id)
    if any(each.slug == line.slug for each in lines):
        return replace(said, reason="SlugCollision")
    lines.append(line)
    return replace(said, outcome="moved", quantity_after=line.quantity, target_line_item_id=line.id)


def _units_of_line(line: LineItem, cart_id: str) -> MergedUnits:
    return MergedUnits(
        source_cart_id=cart_id,
        line_item_id=line.id,
        sku=line.variant.sku,
        site_id=line.site_id,
        quantity=line.quantity,
        quantity_after=0,
        outcome="refused",
    )


def kept_units(target: Cart, merged: Cart) -> tuple[MergedUnits, ...]:
    """What became of the target's own lines: kept, with the quantity that they had before the merge."""
    there = {each.id for each in merged.line_items}
    lines = tuple(
        replace(each, outcome="kept", quantity_after=each.quantity, target_line_item_id=each.line_item_id)
        if each.line_item_id in there
        else replace(each, reason="ProductNotAvailable")
        for each in (_units_of_line(line, target.id) for line in target.line_items)
    )
    customs = tuple(
        MergedUnits(
            source_cart_id=target.id,
            line_item_id=each.id,
            quantity=each.quantity,
            quantity_after=each.quantity,
            outcome="kept",
            target_line_item_id=each.id,
        )
        for each in target.custom_line_items
    )
    return lines + customs


def without_unavailable(cart: Cart, acting: Acting) -> Cart:
    """The cart without the lines whose product is no longer on offer (S1-34)."""
    offers = acting.catalogue.offers_by_variant
    lines = tuple(each for each in cart.line_items if (each.product_id, each.variant.id) in offers)
    return cart if len(lines) == len(cart.line_items) else replace(cart, line_items=lines)
