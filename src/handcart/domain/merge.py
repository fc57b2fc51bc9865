"""Merging: what becomes of a guest's carts when a customer claims them. A plan, made purely; applied elsewhere.

No unit is lost: every line of every source is named in the receipt with its outcome, and what could not be merged
says why. No cart is destroyed: a source ends as ``Merged`` and points at its successor.
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, CustomLineItem, LineItem
from handcart.domain.document import Document, Timestamp
from handcart.domain.line import is_same_line, with_quantity
from handcart.domain.updates.custom_lines import is_same_custom_line

QuantityPolicy = Literal["max", "sum", "guest", "customer", "separate"]
Outcome = Literal["kept", "moved", "max", "sum", "guest", "customer", "capped", "separate", "refused"]
RefusalReason = Literal["ProductNotAvailable", "KeyCollision", "SlugCollision", "OtherCurrency"]


class MergedUnits(Document):
    """What became of one line of one source. ``quantity`` is what the line had, ``quantityAfter`` what the line that
    it went to has; with the outcome these account for every unit.
    """

    source_cart_id: str
    line_item_id: str
    quantity: int
    quantity_after: int
    outcome: Outcome
    sku: str | None = None
    site_id: str | None = None
    reason: RefusalReason | Literal["QuantityLimit"] | None = None


class MergeReceipt(Document):
    """The stored account of one merge."""

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


def merge_into(target: Cart, source: Cart, *, policy: QuantityPolicy, acting: Acting) -> Merged:
    """The target with the source's lines: the customer's first, then the guest's in their order.

    Merging the result with the same source again changes nothing, except under ``sum`` and ``separate``.
    """
    units: list[MergedUnits] = []
    lines = list(target.line_items)
    for line in source.line_items:
        units.append(_merge_line(lines, line, source.id, policy=policy, acting=acting))
    customs = list(target.custom_line_items)
    for custom in source.custom_line_items:
        units.append(_merge_custom_line(customs, custom, source.id, policy=policy, target=target))
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


def _merge_line(
    lines: list[LineItem], line: LineItem, source_id: str, *, policy: QuantityPolicy, acting: Acting
) -> MergedUnits:
    def outcome(
        name: Outcome, after: int, reason: RefusalReason | Literal["QuantityLimit"] | None = None
    ) -> MergedUnits:
        return MergedUnits(
            source_cart_id=source_id,
            line_item_id=line.id,
            sku=line.variant.sku,
            site_id=line.site_id,
            quantity=line.quantity,
            quantity_after=after,
            outcome=name,
            reason=reason,
        )

    if (line.product_id, line.variant.id) not in acting.catalogue.offers_by_variant:
        return outcome("refused", 0, "ProductNotAvailable")
    if policy != "separate":
        for index, mine in enumerate(lines):
            if is_same_line(mine, line):
                wanted = merged_quantity(policy, mine=mine.quantity, guests=line.quantity)
                allowed = wanted if wanted <= mine.quantity else max(min(wanted, acting.quantity_max), mine.quantity)
                lines[index] = with_quantity(mine, allowed, acting.now)
                if allowed < wanted:
                    return outcome("capped", allowed, "QuantityLimit")
                return outcome(policy, allowed)
    if line.key is not None and any(each.key == line.key for each in lines):
        return outcome("refused", 0, "KeyCollision")
    is_taken = any(each.id == line.id for each in lines)
    is_beside = policy == "separate" and any(is_same_line(each, line) for each in lines)
    is_other = any(each.product_id == line.product_id and each.variant.id == line.variant.id for each in lines)
    lines.append(replace(line, id=acting.new_id()) if is_taken else line)
    return outcome("separate" if is_beside or is_other else "moved", line.quantity)


def _merge_custom_line(
    lines: list[CustomLineItem], line: CustomLineItem, source_id: str, *, policy: QuantityPolicy, target: Cart
) -> MergedUnits:
    def outcome(name: Outcome, after: int, reason: RefusalReason | None = None) -> MergedUnits:
        return MergedUnits(
            source_cart_id=source_id,
            line_item_id=line.id,
            quantity=line.quantity,
            quantity_after=after,
            outcome=name,
            reason=reason,
        )

    if line.money.currency_code != target.currency:
        return outcome("refused", 0, "OtherCurrency")
    for index, mine in enumerate(lines):
        if is_same_custom_line(mine, line):
            kept = policy if policy != "separate" else "max"
            quantity = merged_quantity(kept, mine=mine.quantity, guests=line.quantity)
            if quantity != mine.quantity:
                state = (replace(mine.state[0], quantity=quantity),)
                lines[index] = replace(mine, quantity=quantity, state=state)
            return outcome(kept, quantity)
    if any(each.slug == line.slug for each in lines):
        return outcome("refused", 0, "SlugCollision")
    lines.append(line)
    return outcome("moved", line.quantity)


def kept_units(target: Cart, merged: Cart) -> tuple[MergedUnits, ...]:
    """What became of the target's own lines: kept, with the quantity that they have now."""
    after = {each.id: each.quantity for each in merged.line_items}
    return tuple(
        MergedUnits(
            source_cart_id=target.id,
            line_item_id=line.id,
            sku=line.variant.sku,
            site_id=line.site_id,
            quantity=line.quantity,
            quantity_after=after.get(line.id, 0),
            outcome="kept" if line.id in after else "refused",
            reason=None if line.id in after else "ProductNotAvailable",
        )
        for line in target.line_items
    )


def without_unavailable(cart: Cart, acting: Acting) -> Cart:
    """The cart without the lines whose product is no longer on offer (S1-34)."""
    offers = acting.catalogue.offers_by_variant
    lines = tuple(each for each in cart.line_items if (each.product_id, each.variant.id) in offers)
    return cart if len(lines) == len(cart.line_items) else replace(cart, line_items=lines)
