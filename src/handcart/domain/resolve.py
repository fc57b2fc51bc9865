"""Resolving two carts of one customer as the customer chose: named strategies, each a pure function from carts to plan.

Whatever a strategy does, its receipt accounts for every unit, by the same check as at sign-in: what is not kept is said
to be left, and can be brought back within the undo window.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.claim import Change, Claim, is_empty, recency
from handcart.domain.document import Draft, instant_of, timestamp_of
from handcart.domain.errors import InvalidField, QuantityLimitExceeded, RequiredField
from handcart.domain.merge import Merging, kept_units, merge_into
from handcart.domain.price import Priced, price_cart
from handcart.domain.price_selection import FAR_FUTURE
from handcart.domain.receipt import MergedUnits, MergeReceipt, check_conserved, left_units
from handcart.domain.site import QuantityPolicy

Strategy = Literal["MergeLineItems", "KeepMostRecent", "Prompt", "Keep"]


class ResolveDraft(Draft):
    """Two carts and what to do about them; ``keep`` names the one that stays (or is merged into)."""

    strategy: Strategy
    cart_ids: tuple[str, ...]
    keep: str | None = None


class Resolving(msgspec.Struct, frozen=True):
    """The two carts and the circumstances. ``guests_cart`` is the one that was a guest's, if exactly one was;
    ``acting_on`` says where the cart that stays is priced.
    """

    carts: tuple[Cart, Cart]
    keep: str | None
    guests_cart: str | None
    undo_window: timedelta
    acting_on: Callable[[Cart], Acting]


def plan_resolution(strategy: Strategy, resolving: Resolving) -> Claim:
    """The plan of a strategy; Prompt changes nothing. Raises InvalidField, RequiredField, QuantityLimitExceeded."""
    if strategy == "Prompt":
        return Claim()
    if strategy == "MergeLineItems":
        return _merge_line_items(*_source_and_target(resolving), resolving)
    kept = most_recently_filled(*resolving.carts) if strategy == "KeepMostRecent" else _chosen(resolving)
    other = next(each for each in resolving.carts if each is not kept)
    return _keep(kept, other, resolving)


def most_recently_filled(one: Cart, other: Cart) -> Cart:
    """The cart with the most recently *added* item, whatever else was changed since (S1-10)."""
    return max(one, other, key=lambda cart: (cart.item_added_at or "", not is_empty(cart), recency(cart)))


def _chosen(resolving: Resolving) -> Cart:
    if resolving.keep is None:
        raise RequiredField(field="keep")
    return _named(resolving, resolving.keep)


def _named(resolving: Resolving, cart_id: str) -> Cart:
    found = next((each for each in resolving.carts if each.id == cart_id), None)
    if found is None:
        ids = [each.id for each in resolving.carts]
        raise InvalidField(field="keep", invalid_value=cart_id, allowed_values=ids)
    return found


def _source_and_target(resolving: Resolving) -> tuple[Cart, Cart]:
    """Which cart goes into which: the guest's into the other, else the younger into the older; ``keep`` overrules."""
    one, other = sorted(resolving.carts, key=lambda cart: (cart.created_at, cart.id))
    if resolving.keep is not None:
        target = _named(resolving, resolving.keep)
    else:
        target = other if resolving.guests_cart == one.id else one
    return (other if target is one else one), target


def _merge_line_items(source: Cart, target: Cart, resolving: Resolving) -> Claim:
    """Every line moves; the same line has the sum of both quantities. Over the limit it is refused whole (T-37).

    The emptied cart is gone; one with a line that could not move can still be looked at.
    """
    acting = resolving.acting_on(target)
    step = merge_into(target, source, Merging("sum", acting, {}))
    for each in step.units:
        if each.outcome == "capped":
            raise QuantityLimitExceeded(
                quantity=each.quantity + each.quantity_after, quantity_max=acting.quantity_max, sku=each.sku
            )
    units = [*kept_units(target, step.target), *step.units]
    check_conserved([target, source], step.target, units)
    receipt = _receipt(target, source, units, policy="sum", acting=acting, window=resolving.undo_window)
    is_emptied = all(each.outcome != "refused" for each in step.units)
    return _written(step.target, target, source, receipt, acting, is_gone=is_emptied)


def _keep(kept: Cart, other: Cart, resolving: Resolving) -> Claim:
    acting = resolving.acting_on(kept)
    units = [*kept_units(kept, kept), *left_units(other, "NotChosen")]
    check_conserved([kept, other], kept, units)
    receipt = _receipt(kept, other, units, policy="customer", acting=acting, window=resolving.undo_window)
    return _written(kept, kept, other, receipt, acting, is_gone=True)


def _written(
    merged: Cart, target: Cart, source: Cart, receipt: MergeReceipt, acting: Acting, *, is_gone: bool
) -> Claim:
    priced = price_cart(merged, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    stamps = {"last_modified_at": acting.now, "last_modified_by": acting.actor, "merge_receipt": receipt.id}
    after = replace(priced.cart, version=target.version + 1, **stamps)
    gone = replace(
        source,
        version=source.version + 1,
        cart_state="Merged",
        status="Merged",
        merged_into=target.id,
        **stamps,
    )
    changes = (
        Change(source, Priced(gone, FAR_FUTURE, ()), "CartMerged", is_gone=is_gone),
        Change(target, replace(priced, cart=after), "CartMerged", is_repriced=True),
    )
    return Claim(changes, (receipt,))


def _receipt(
    target: Cart,
    source: Cart,
    units: list[MergedUnits],
    *,
    policy: QuantityPolicy,
    acting: Acting,
    window: timedelta,
) -> MergeReceipt:
    return MergeReceipt(
        id=acting.new_id(),
        version=1,
        state="Applied",
        at=acting.now,
        customer_id=target.customer_id,
        sources=(source.id,),
        target=target.id,
        policy=policy,
        units=tuple(units),
        undo_until=timestamp_of(instant_of(acting.now) + window),
    )
