"""Claiming: a guest signs in or signs up, and all carts of the session become the customer's. One policy, one path.

Per scope and name, the guest's Active carts are merged into the customer's most recently modified one (or the newest
becomes the current one). A claim never fails a sign-in: a cart that cannot be merged is the customer's all the same,
and the receipt says why it was left.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import instant_of, timestamp_of
from handcart.domain.errors import Refusal
from handcart.domain.merge import Merging, kept_units, merge_into, without_unavailable
from handcart.domain.price import Priced, price_cart
from handcart.domain.price_selection import FAR_FUTURE
from handcart.domain.receipt import MergedUnits, MergeReceipt, Reason, UnitsLost, check_conserved, left_units
from handcart.domain.site import QuantityPolicy
from handcart.domain.updates.states import Recalculate

SignInMode = Literal["MergeWithExistingCustomerCart", "UseAsNewActiveCustomerCart"]


class ClaimRules(msgspec.Struct, frozen=True):
    """How carts are claimed. ``scope_of`` names what a customer's carts are merged within, ``acting_on`` the
    circumstances of one cart: the named site where the cart is current there, else the cart's own.
    """

    customer: CartOwner
    mode: SignInMode
    policy_on: Callable[[Cart], QuantityPolicy]
    update_product_data: bool
    undo_window: timedelta
    stock: Mapping[tuple[str, str], int]
    scope_of: Callable[[Cart], str]
    acting_on: Callable[[Cart], Acting]


class Change(msgspec.Struct, frozen=True):
    """One cart before and after, and the kind of event that this is. ``is_gone``: nobody is to see it any more, and it
    is kept for an undo. ``beside`` is the cart in the new owner's scope that this one comes to, if there is any.
    """

    before: Cart
    after: Priced
    kind: str
    is_repriced: bool = False
    is_gone: bool = False
    beside: str | None = None


class Claim(msgspec.Struct, frozen=True):
    """The plan of a claim."""

    changes: tuple[Change, ...] = ()
    accounts: tuple[MergeReceipt, ...] = ()
    """What became of every unit, one account for each cart that others went into or that stays as it is."""

    def __add__(self, other: "Claim") -> "Claim":
        return Claim(self.changes + other.changes, self.accounts + other.accounts)

    @property
    def receipts(self) -> tuple[MergeReceipt, ...]:
        """The accounts worth keeping: something was merged, refused or left."""
        return tuple(each for each in self.accounts if is_receipt_due(each))


def is_receipt_due(account: MergeReceipt) -> bool:
    """Whether an account says more than that a cart found a new owner."""
    return bool(account.sources) or any(each.outcome in ("refused", "left") for each in account.units)


def plan_claim(mine: Sequence[Cart], guests: Sequence[Cart], rules: ClaimRules) -> Claim:
    """What becomes of the guest's carts, and of the customer's that they are merged into."""
    plan = Claim(tuple(_claimed(each, rules) for each in guests if each.cart_state in ("Merged", "Ordered")))
    living = [each for each in guests if each.cart_state not in ("Merged", "Ordered")]
    for key in dict.fromkeys(_key_of(each, rules) for each in living):
        sources = sorted((each for each in living if _key_of(each, rules) == key), key=recency)
        targets = sorted((each for each in mine if is_mergeable(each) and _key_of(each, rules) == key), key=recency)
        target = targets[-1] if targets else None
        found = _plan_scope(target, sources, rules)
        beside = target.id if target is not None else None
        plan += replace(found, changes=tuple(replace(each, beside=beside) for each in found.changes))
    return plan


def _key_of(cart: Cart, rules: ClaimRules) -> tuple[str, ...]:
    """What carts have in common that may become one: scope, name, and for whom they are (a guest's is for nobody)."""
    unit = cart.business_unit.key if cart.business_unit is not None else ""
    return rules.scope_of(cart), cart.name, unit, cart.ship_to or ""


def is_mergeable(cart: Cart) -> bool:
    """Whether a cart takes part in merging: Active, a customer's kind of cart, and not locked."""
    return cart.cart_state == "Active" and cart.origin == "Customer" and cart.lock is None


def recency(cart: Cart) -> tuple[str, str]:
    """Orders carts by when they were last modified, then by id: the last one is the current one."""
    return cart.last_modified_at, cart.id


def is_empty(cart: Cart) -> bool:
    """Whether there is nothing in the cart."""
    return not cart.line_items and not cart.custom_line_items


def owned(cart: Cart, customer: CartOwner) -> Cart:
    """The cart as the customer's; it is not thereby newer than it was."""
    return replace(
        cart,
        version=cart.version + 1,
        customer_id=customer.customer_id,
        customer_email=cart.customer_email or customer.email,
        customer_group=customer.customer_group,
        anonymous_id=None,
    )


def _plan_scope(target: Cart | None, sources: list[Cart], rules: ClaimRules) -> Claim:
    """The plan for one scope and name: ``sources`` are the guest's carts, the oldest modification first."""
    is_joining = target is not None and not _was_never_filled(target) and rules.mode == "MergeWithExistingCustomerCart"
    left = [(each, reason) for each in sources if (reason := _obstacle(each, rules, is_joining=is_joining)) is not None]
    free = [each for each in sources if all(each is not other for other, _ in left)]
    plan = Claim()
    if free:
        try:
            plan = _plan_mergeable(target, free, rules)
        except (Refusal, UnitsLost):
            # Whatever keeps these carts apart must not keep the customer out: each stays whole, under its own name.
            left += [(each, "MergeNotPossible") for each in free]
    reached = plan.accounts[0].target if plan.accounts else None
    current = next((each for each in free if each.id == reached), target)
    return _left(left, current, rules) + plan


def _was_never_filled(cart: Cart) -> bool:
    """Whether a cart was made by a visit and nothing was ever put into it: it does not count as one that was there."""
    return cart.item_added_at is None and is_empty(cart)


def _obstacle(cart: Cart, rules: ClaimRules, *, is_joining: bool) -> Reason | None:
    """What keeps a cart out of a claim, if anything; an inactive shipping method only keeps it out of another cart."""
    if cart.cart_state == "Frozen":
        return "CartFrozen"
    if not is_mergeable(cart):
        return "CartLocked"
    shipping = cart.shipping_info
    if not is_joining or shipping is None or shipping.shipping_method is None:
        return None
    method = rules.acting_on(cart).catalogue.shipping_methods.get(shipping.shipping_method.id)
    return None if method is not None and method.active else "ShippingMethodInactive"


def _left(left: list[tuple[Cart, Reason]], target: Cart | None, rules: ClaimRules) -> Claim:
    """Carts that stay as they are, the customer's from now on; where they would be current, they are set aside."""
    plan = Claim()
    for cart, reason in left:
        acting = rules.acting_on(cart)
        kept = owned(cart, rules.customer)
        if cart.cart_state == "Active":
            kept = replace(kept, name=f"Parked {acting.now} {cart.id}")
        receipt = _receipt(target or cart, [], list(left_units(cart, reason)), rules, acting)
        kept = replace(kept, merge_receipt=receipt.id)
        plan += Claim((Change(cart, Priced(kept, FAR_FUTURE, ()), "CartClaimed"),), (receipt,))
    return plan


def _plan_mergeable(target: Cart | None, sources: list[Cart], rules: ClaimRules) -> Claim:
    filled = [each for each in sources if not is_empty(each)]
    in_checkout = [each for each in filled if each.checkout is not None]
    if in_checkout and rules.mode == "MergeWithExistingCustomerCart":
        return _keep_checkout(target, in_checkout[-1], sources, rules)
    if target is not None and _was_never_filled(target) and filled:
        absorbed = Claim((_absorbed(target, into=filled[-1].id, rules=rules),))
        if rules.mode == "UseAsNewActiveCustomerCart":
            return _use_as_new(filled[-1], sources, rules) + absorbed
        return _adopt(filled[-1], [each for each in sources if each is not filled[-1]], rules) + absorbed
    if filled and rules.mode == "UseAsNewActiveCustomerCart":
        return _use_as_new(filled[-1], sources, rules)
    if target is None:
        newest = (filled or sources)[-1]
        return _adopt(newest, [each for each in sources if each is not newest], rules)
    return _merge(target, sources, rules, is_adopted=False)


def _use_as_new(newest: Cart, sources: list[Cart], rules: ClaimRules) -> Claim:
    """The guest's newest cart becomes the current one; the others stay Active beside it (S1-21, T-08)."""
    others = tuple(_claimed(each, rules) for each in sources if each is not newest)
    return _adopt(newest, [], rules) + Claim(others)


def _keep_checkout(target: Cart | None, current: Cart, sources: list[Cart], rules: ClaimRules) -> Claim:
    """A cart in the middle of checkout is not merged: it goes on as it is, and what else there was is set aside."""
    others = [each for each in sources if each is not current]
    plan = _adopt(current, [each for each in others if is_empty(each)], rules)
    if target is not None and _was_never_filled(target):
        plan += Claim((_absorbed(target, into=current.id, rules=rules),))
    elif target is not None:
        plan += _parked(target, current, rules)
    return plan + _left([(each, "OtherCartInCheckout") for each in others if not is_empty(each)], current, rules)


def _claimed(cart: Cart, rules: ClaimRules) -> Change:
    return Change(cart, Priced(owned(cart, rules.customer), FAR_FUTURE, ()), "CartClaimed")


def _parked(cart: Cart, current: Cart, rules: ClaimRules) -> Claim:
    """The customer's older cart, set aside under a name of its own while a guest's is in the middle of checkout."""
    acting = rules.acting_on(cart)
    receipt = _receipt(current, [], list(left_units(cart, "OtherCartInCheckout")), rules, acting)
    aside = replace(
        cart,
        version=cart.version + 1,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
        name=f"Parked {acting.now} {cart.id}",
        merge_receipt=receipt.id,
    )
    return Claim((Change(cart, Priced(aside, FAR_FUTURE, ()), "CartParked"),), (receipt,))


def _adopt(cart: Cart, others: list[Cart], rules: ClaimRules) -> Claim:
    """The guest's cart becomes the customer's current one, under its own id; the others are merged into it."""
    return _merge(cart, others, rules, is_adopted=True)


def _merge(target: Cart, sources: list[Cart], rules: ClaimRules, *, is_adopted: bool) -> Claim:
    acting = rules.acting_on(target)
    stock = rules.stock if target.inventory_mode == "ReserveOnOrder" else {}
    merging = Merging(rules.policy_on(target), acting, stock)
    merged = without_unavailable(target, acting)
    units = list(kept_units(target, merged))
    for source in sources:
        step = merge_into(merged, source, merging)
        merged = step.target
        units += step.units
    check_conserved([target, *sources], merged, units)
    if rules.update_product_data:
        merged = Recalculate(update_product_data=True).apply(merged, acting)
    if is_adopted:
        merged = replace(owned(merged, rules.customer), version=target.version)
    receipt = _receipt(target, sources, units, rules, acting)
    priced = price_cart(merged, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    after = replace(
        priced.cart,
        version=target.version + 1,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
        merge_receipt=receipt.id if is_receipt_due(receipt) else target.merge_receipt,
    )
    kind = "CartClaimed" if is_adopted else "CartMerged"
    closed = [
        Change(each, Priced(closed_into(each, target.id, receipt.id, rules, acting), FAR_FUTURE, ()), "CartMerged")
        for each in sources
    ]
    changes = (*closed, Change(target, replace(priced, cart=after), kind, is_repriced=True))
    return Claim(changes, (receipt,))


def closed_into(source: Cart, target_id: str, receipt_id: str | None, rules: ClaimRules, acting: Acting) -> Cart:
    """A source after the merge: kept, immutable, pointing at its successor."""
    return replace(
        owned(source, rules.customer),
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
        cart_state="Merged",
        status="Merged",
        merged_into=target_id,
        merge_receipt=receipt_id,
    )


def _absorbed(empty: Cart, *, into: str, rules: ClaimRules) -> Change:
    """A cart that never had an item does not count as one that was there before: it ends at the adopted cart."""
    closed = closed_into(empty, into, None, rules, rules.acting_on(empty))
    return Change(empty, Priced(closed, FAR_FUTURE, ()), "CartMerged")


def _receipt(
    target: Cart, sources: list[Cart], units: list[MergedUnits], rules: ClaimRules, acting: Acting
) -> MergeReceipt:
    return MergeReceipt(
        id=acting.new_id(),
        version=1,
        state="Applied",
        at=acting.now,
        customer_id=rules.customer.customer_id,
        sources=tuple(each.id for each in sources),
        target=target.id,
        policy=rules.policy_on(target),
        units=tuple(units),
        undo_until=timestamp_of(instant_of(acting.now) + rules.undo_window),
    )
