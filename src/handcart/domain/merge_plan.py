"""A merge as it would be, shown before anything is written, with a hash by which it can be asked for."""

from hashlib import sha256
from typing import Literal

import msgspec
from msgspec.structs import replace

from handcart.domain.cart import Cart
from handcart.domain.claim import Claim
from handcart.domain.document import Document, encode
from handcart.domain.money import Money, money_of
from handcart.domain.receipt import MergedUnits, MergeReceipt, Outcome, Reason


class PlannedLine(Document):
    """What would become of one line. ``quantityBefore`` is the customer's (0 where the line is only the guest's)."""

    quantity_before: int
    quantity_after: int
    outcome: Outcome
    came_from: Literal["customer", "guest", "both"] = msgspec.field(name="from")
    sku: str | None = None
    site_id: str | None = None
    reason: Reason | None = None
    total_price_before: Money | None = None
    total_price_after: Money | None = None


class MergePlan(Document):
    """The answer to ``merge-plan``. Totals, and what promotions take off, are of the cart that would be current
    afterwards."""

    plan_hash: str
    lines: tuple[PlannedLine, ...]
    discount_after: Money | None = None
    discount_before: Money | None = None
    total_after: Money | None = None
    total_before: Money | None = None
    target_cart_id: str | None = None


def plan_shown(claim: Claim, *, customer_id: str, target_id: str | None) -> MergePlan:
    """The plan as it is shown; ``target_id`` is the cart that would be current."""
    before = {each.before.id: each.before for each in claim.changes}
    after = {each.before.id: each.after.cart for each in claim.changes}
    lines = tuple(line for account in claim.accounts for line in _lines_of(account, before, after))
    target = target_id if target_id is not None else (claim.accounts[-1].target if claim.accounts else None)
    shown = MergePlan(
        plan_hash="",
        lines=lines,
        target_cart_id=target,
        discount_before=_discount_of(before[target]) if target in before else None,
        discount_after=_discount_of(after[target]) if target in after else None,
        total_before=before[target].total_price if target in before else None,
        total_after=after[target].total_price if target in after else None,
    )
    told = [customer_id, [(each.before.id, each.before.version, each.kind) for each in claim.changes], shown]
    return replace(shown, plan_hash=sha256(encode(told)).hexdigest())


def _discount_of(cart: Cart) -> Money | None:
    """What promotions take off lines, the order and shipping; None where they take nothing."""
    discounted = [each.discounted_price_per_quantity for each in cart.line_items if each.pricing_error is None]
    discounted += [each.discounted_price_per_quantity for each in cart.custom_line_items]
    parts = [(each.quantity, each.discounted_price.included_discounts) for line in discounted for each in line]
    if cart.discount_on_total_price is not None:
        parts.append((1, cart.discount_on_total_price.included_discounts))
    if cart.shipping_info is not None and cart.shipping_info.discounted_price is not None:
        parts.append((1, cart.shipping_info.discounted_price.included_discounts))
    off = sum(quantity * each.discounted_amount.cent_amount for quantity, included in parts for each in included)
    return money_of(off, cart.total_price.currency_code) if off else None


def _lines_of(account: MergeReceipt, before: dict[str, Cart], after: dict[str, Cart]) -> list[PlannedLine]:
    """One line for each line of the target, in its order; then what does not come along."""
    into: dict[str | None, list[MergedUnits]] = {}
    for units in account.units:
        into.setdefault(units.target_line_item_id, []).append(units)
    behind = into.pop(None, [])
    joined = [_line_of(account, line_id or "", units, before, after) for line_id, units in into.items()]
    return joined + [_line_behind(units, before) for units in behind]


def _line_of(
    account: MergeReceipt, line_id: str, units: list[MergedUnits], before: dict[str, Cart], after: dict[str, Cart]
) -> PlannedLine:
    is_mine = before[account.target].customer_id is not None
    own = next((each for each in units if is_mine and each.source_cart_id == account.target), None)
    guests = [each for each in units if each is not own]
    last = units[-1]
    line_after = after[account.target].line(line_id)
    line_before = _line_in(before, units[0])
    return PlannedLine(
        sku=last.sku,
        site_id=last.site_id,
        came_from="customer" if not guests else ("both" if own is not None else "guest"),
        quantity_before=own.quantity if own is not None else 0,
        quantity_after=last.quantity_after,
        outcome=last.outcome,
        reason=last.reason,
        total_price_before=line_before,
        total_price_after=line_after.total_price if line_after is not None else None,
    )


def _line_behind(units: MergedUnits, before: dict[str, Cart]) -> PlannedLine:
    cart = before.get(units.source_cart_id)
    is_own = cart is not None and cart.customer_id is not None
    return PlannedLine(
        sku=units.sku,
        site_id=units.site_id,
        came_from="customer" if is_own else "guest",
        quantity_before=units.quantity if is_own else 0,
        quantity_after=0,
        outcome=units.outcome,
        reason=units.reason,
        total_price_before=_line_in(before, units),
    )


def _line_in(carts: dict[str, Cart], units: MergedUnits) -> Money | None:
    cart = carts.get(units.source_cart_id)
    line = cart.line(units.line_item_id) if cart is not None else None
    return line.total_price if line is not None else None
