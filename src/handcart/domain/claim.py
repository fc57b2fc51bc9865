"""Claiming: a guest signs in or signs up, and all carts of the session become the customer's. One policy, one path.

Per scope and name, the guest's Active carts are merged into the customer's most recently modified one (or the newest
becomes the current one). A claim never fails a sign-in: a cart that cannot be merged is the customer's all the same,
and the receipt says why it was left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from handcart.domain.price import FAR_FUTURE, Priced, price_cart
from handcart.domain.receipt import MergedUnits, MergeReceipt, Reason, check_conserved, left_units
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
    """One cart before and after, and the kind of event that this is."""

    before: Cart
    after: Priced
    kind: str
    is_repriced: bool = False
    is_gone: bool = False
    """Nobody is to see the cart any more; it is kept for an undo."""


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
    for scope, name in dict.fromkeys((rules.scope_of(each), each.name) for each in living):
        sources = sorted(_of(living, scope, name, rules), key=recency)
        targets = sorted(_of([each for each in mine if is_mergeable(each)], scope, name, rules), key=recency)
        plan += _plan_scope(targets[-1] if targets else None, sources, rules)
    return plan


def _of(carts: Iterable[Cart], scope: str, name: str, rules: ClaimRules) -> list[Cart]:
    return [each for each in carts if rules.scope_of(each) == scope and each.name == name]


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
    left = [(each, reason) for each in sources if (reason := _obstacle(each, target, rules)) is not None]
    aside = _left(left, target, rules)
    free = [each for each in sources if all(each is not other for other, _ in left)]
    if not free:
        return aside
    try:
        return _plan_mergeable(target, free, rules) + aside
    except Refusal:
        # Whatever keeps these carts apart must not keep the customer out: each stays whole, under a name of its own.
        return _left([(each, "MergeNotPossible") for each in free], target, rules) + aside


def _obstacle(cart: Cart, target: Cart | None, rules: ClaimRules) -> Reason | None:
    """What keeps a cart out of a merge, if anything."""
    if cart.cart_state == "Frozen":
        return "CartFrozen"
    if not is_mergeable(cart):
        return "CartLocked"
    shipping = cart.shipping_info
    if target is None or shipping is None or shipping.shipping_method is None:
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
    if target is not None and target.item_added_at is None and is_empty(target) and filled:
        claim = _adopt(filled[-1], [each for each in sources if each is not filled[-1]], rules)
        return claim + Claim((_absorbed(target, into=filled[-1].id, rules=rules),))
    if target is None:
        newest = (filled or sources)[-1]
        return _adopt(newest, [each for each in sources if each is not newest], rules)
    is_in_checkout = any(each.checkout is not None for each in filled)
    if filled and (is_in_checkout or rules.mode == "UseAsNewActiveCustomerCart"):
        newest = filled[-1]
        others = tuple(_claimed(each, rules) for each in sources if each is not newest)
        aside = (_parked(target, rules),) if is_in_checkout and not is_empty(target) else ()
        return _adopt(newest, [], rules) + Claim(others + aside)
    return _merge(target, sources, rules, is_adopted=False)


def _claimed(cart: Cart, rules: ClaimRules) -> Change:
    return Change(cart, Priced(owned(cart, rules.customer), FAR_FUTURE, ()), "CartClaimed")


def _parked(cart: Cart, rules: ClaimRules) -> Change:
    """The customer's older cart, set aside under a name of its own while a guest's is in the middle of checkout."""
    acting = rules.acting_on(cart)
    aside = replace(
        cart,
        version=cart.version + 1,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
        name=f"Parked {acting.now} {cart.id}",
    )
    return Change(cart, Priced(aside, FAR_FUTURE, ()), "CartParked")


def _adopt(cart: Cart, others: list[Cart], rules: ClaimRules) -> Claim:
    """The guest's cart becomes the customer's current one, under its own id; the others are merged into it."""
    return _merge(cart, others, rules, is_adopted=True)


def _merge(target: Cart, sources: list[Cart], rules: ClaimRules, *, is_adopted: bool) -> Claim:
    acting = rules.acting_on(target)
    merging = Merging(rules.policy_on(target), acting, rules.stock)
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
        customer_id=rules.customer.customer_id or "",
        sources=tuple(each.id for each in sources),
        target=target.id,
        policy=rules.policy_on(target),
        units=tuple(units),
        undo_until=timestamp_of(instant_of(acting.now) + rules.undo_window),
    )
