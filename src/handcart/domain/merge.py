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
from handcart.domain.updates.discount_codes import CODES_MAX


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
    """The circumstances of a merge. ``stock`` is what is available, by SKU and channel id, where it limits a line.

    ``keeps_unpriced``: lines come along that have no price here. A sign-in refuses them; but no line leaves an owner's
    carts because sites join (S4-66).
    """

    policy: QuantityPolicy
    acting: Acting
    stock: Mapping[tuple[str, str], int]
    keeps_unpriced: bool = False

    def limits_of(self, line: LineItem) -> tuple[tuple[int, Reason], ...]:
        """What a line's quantity may not grow beyond, and why; its own quantity always stands (S3-1, T-37)."""
        limit: tuple[tuple[int, Reason], ...] = ((self.acting.quantity_max, "QuantityLimit"),)
        place = stock_place(line, self.acting.catalogue)
        available = self.stock.get(place) if place is not None else None
        return limit if available is None else (*limit, (available, "Stock"))


def merge_into(target: Cart, source: Cart, merging: Merging) -> Merged:
    """The target with the source's lines: the customer's first, then the guest's in their order; so its codes.

    Merging the result with the same source again changes nothing, except under ``sum`` and ``separate``, and except for
    lines with an external price, which are never another.
    """
    acting = merging.acting
    step = _Step(target, source, merging)
    units = [*map(step.line, source.line_items), *map(step.custom_line, source.custom_line_items)]
    lines, customs = tuple(step.lines), tuple(step.customs)
    target = _with_codes(target, source)
    if lines == target.line_items and customs == target.custom_line_items:
        return Merged(target, tuple(units))
    added_at = max(target.item_added_at or "", source.item_added_at or "")
    merged = replace(
        target,
        line_items=lines,
        custom_line_items=customs,
        # Lines that come along count as added where this happens.
        create_site_id=target.create_site_id or source.create_site_id or acting.site_key,
        site_id=acting.site_key or target.site_id,
        item_added_at=Timestamp(added_at) if added_at else None,
    )
    return Merged(merged, tuple(units))


def _with_codes(target: Cart, source: Cart) -> Cart:
    """The target with the codes that were entered for the source, as many as a cart may have, after its own."""
    known = {each.discount_code for each in target.discount_codes}
    entered = tuple(each for each in source.discount_codes if each.discount_code not in known)
    codes = (*target.discount_codes, *entered)[: max(CODES_MAX, len(target.discount_codes))]
    return replace(target, discount_codes=codes) if len(codes) > len(known) else target


def _partners(target: Cart, source: Cart) -> dict[str, str]:
    """Which line of the source is which of the target's, by their ids.

    Each goes into one of its own, so that two lines of one cart never become one of fewer units. Of several that are
    the same, equal quantities find each other, then the larger the larger: the order of lines does not matter.
    """
    free = sorted(target.line_items, key=_quantity_of, reverse=True)
    found: dict[str, str] = {}
    for is_equal_only in (True, False):
        for line in sorted(source.line_items, key=_quantity_of, reverse=True):
            if line.id in found:
                continue
            for mine in free:
                if is_same_line(mine, line) and (not is_equal_only or mine.quantity == line.quantity):
                    found[line.id] = mine.id
                    free.remove(mine)
                    break
    return found


def _quantity_of(line: LineItem) -> int:
    return line.quantity


class _Step:
    """One source on its way into a target: the lines as they become, one call for each line of the source."""

    def __init__(self, target: Cart, source: Cart, merging: Merging) -> None:
        self.source = source
        self.merging = merging
        self.lines = list(target.line_items)
        self.customs = list(target.custom_line_items)
        self._partners = {} if merging.policy == "separate" else _partners(target, source)
        self._addresses = {each.key: each for each in target.item_shipping_addresses}
        site = merging.acting.site
        self._currency = site.currency if site is not None and site.currency else target.currency

    def line(self, line: LineItem) -> MergedUnits:
        """Put one of the source's lines among the target's, and say what became of it."""
        said, keeps_unpriced = _units_of_line(line, self.source.id), self.merging.keeps_unpriced
        offers = self.merging.acting.catalogue.offers_by_variant
        if not keeps_unpriced and (line.product_id, line.variant.id) not in offers:
            return replace(said, outcome="refused", reason="ProductNotAvailable")
        partner = self._partners.get(line.id)
        if partner is not None:
            return self._join(next(at for at, each in enumerate(self.lines) if each.id == partner), line, said)
        is_foreign = line.price_mode != "Platform" and line.price.value.currency_code != self._currency
        if is_foreign and not keeps_unpriced:
            return replace(said, outcome="refused", reason="OtherCurrency")
        is_taken = any(each.id == line.id for each in self.lines)
        is_beside = any(
            each.product_id == line.product_id and each.variant.id == line.variant.id for each in self.lines
        )
        came = replace(line, id=self.merging.acting.new_id()) if is_taken else line
        if line.key is not None and any(each.key == line.key for each in self.lines):
            # Two lines cannot have one key; a unit is worth more than a key.
            came, said = replace(came, key=None), replace(said, reason="KeyCollision")
        self.lines.append(self._at_known_addresses(came))
        outcome: Outcome = "separate" if is_beside else "moved"
        return replace(said, outcome=outcome, quantity_after=line.quantity, target_line_item_id=came.id)

    def _join(self, index: int, line: LineItem, said: MergedUnits) -> MergedUnits:
        """A line that is in both carts: one line, with the quantity that the policy says, as far as it is allowed."""
        mine = self.lines[index]
        allowed = merged_quantity(self.merging.policy, mine=mine.quantity, guests=line.quantity)
        said = replace(said, outcome=_POLICY_OUTCOMES[self.merging.policy], target_line_item_id=mine.id)
        for limit, reason in self.merging.limits_of(mine):
            if allowed > max(limit, mine.quantity):
                allowed = max(limit, mine.quantity)
                said = replace(said, outcome="capped", reason=reason)
        self.lines[index] = with_quantity(mine, allowed, self.merging.acting.now)
        return replace(said, quantity_after=allowed)

    def _at_known_addresses(self, line: LineItem) -> LineItem:
        """The line without its shipping details where the target does not have the very addresses they name."""
        details = line.shipping_details
        if details is None:
            return line
        theirs = {each.key: each for each in self.source.item_shipping_addresses}
        named = [each.address_key for each in details.targets]
        is_known = all(key in theirs and self._addresses.get(key) == theirs[key] for key in named)
        return line if is_known else replace(line, shipping_details=None)

    def custom_line(self, line: CustomLineItem) -> MergedUnits:
        """The same for a custom line; ``separate`` joins these too, since a slug is there once."""
        said = MergedUnits(
            source_cart_id=self.source.id,
            line_item_id=line.id,
            quantity=line.quantity,
            quantity_after=0,
            outcome="refused",
        )
        if line.money.currency_code != self._currency and not self.merging.keeps_unpriced:
            return replace(said, reason="OtherCurrency")
        for index, mine in enumerate(self.customs):
            if is_same_custom_line(mine, line):
                return self._join_custom(index, line, said)
        if any(each.slug == line.slug for each in self.customs):
            return replace(said, reason="SlugCollision")
        came = replace(line, shipping_details=None) if line.shipping_details is not None else line
        if line.key is not None and any(each.key == line.key for each in self.customs):
            came, said = replace(came, key=None), replace(said, reason="KeyCollision")
        self.customs.append(came)
        return replace(said, outcome="moved", quantity_after=line.quantity, target_line_item_id=line.id)

    def _join_custom(self, index: int, line: CustomLineItem, said: MergedUnits) -> MergedUnits:
        mine = self.customs[index]
        policy: QuantityPolicy = "max" if self.merging.policy == "separate" else self.merging.policy
        wanted = merged_quantity(policy, mine=mine.quantity, guests=line.quantity)
        allowed = min(wanted, max(self.merging.acting.quantity_max, mine.quantity))
        if allowed != mine.quantity:
            self.customs[index] = replace(mine, quantity=allowed, state=(replace(mine.state[0], quantity=allowed),))
        said = replace(said, outcome=_POLICY_OUTCOMES[policy], quantity_after=allowed, target_line_item_id=mine.id)
        return said if allowed == wanted else replace(said, outcome="capped", reason="QuantityLimit")


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
