"""Taking a merge back gives both carts as they were, with what was done since; or it is refused."""

from typing import Any

import msgspec
import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handcart.domain.cart import Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.claim import Change, is_empty, plan_claim
from handcart.domain.document import Timestamp
from handcart.domain.errors import (
    CartFrozen,
    CartLocked,
    MergeMeanwhileOrdered,
    MergeNotLatest,
    Refusal,
    UndoWindowClosed,
)
from handcart.domain.price import price_cart
from handcart.domain.receipt import MergeReceipt
from handcart.domain.undo import Recorded, plan_undo
from handcart.domain.updates.apply import AnyCartAction, apply_actions
from tests.domain.test_history import but_for_stamps, drawn_actions, recorded
from tests.strategies import ALICE, NOW, OFF_OFFER, acting_on, carts, ids, rules, under

GUEST = CartOwner(anonymous_id="secret")
few = settings(max_examples=100, deadline=None)
OF_OWNER = ("customerId", "customerEmail", "customerGroup")


class Log:
    """Carts and their events, changed as the actions do it."""

    def __init__(self, *carts: Cart) -> None:
        self.of = {each.id: Recorded(each, []) for each in carts}
        self.new_id = ids()

    def keep(self, changes: Any) -> None:
        """Write planned changes."""
        for change in changes:
            self._keep(change.before, change.after.cart, kind=change.kind)

    def _keep(self, before: Cart, after: Cart, *actions: Any, kind: str) -> None:
        assert self.of[before.id].cart is before
        event = recorded(before, after, *actions, kind=kind)
        self.of[before.id] = Recorded(after, [event, *self.of[before.id].events])

    def change(self, cart_id: str, *actions: Any) -> None:
        """Apply update actions; what is refused changes nothing."""
        before = self.of[cart_id].cart
        for action in actions:
            said = msgspec.convert(action, AnyCartAction) if isinstance(action, dict) else action
            try:
                after = apply_actions(before, [said], acting_on("siteA", new_id=self.new_id)).cart
            except Refusal:
                continue
            if after is not before:
                self._keep(before, after, said, kind="CartChanged")
                before = after

    def claim(self, mine: str, *guests: str, **how: Any) -> MergeReceipt:
        """Sign in; answers the receipt."""
        plan = plan_claim([self.of[mine].cart], [self.of[each].cart for each in guests], rules(**how))
        self.keep(plan.changes)
        (receipt,) = plan.receipts
        return receipt

    def undo(self, receipt: MergeReceipt, now: Timestamp = NOW, *, is_locksmith: bool = True) -> list[Change]:
        """Take a merge back, and write it."""
        acting = replace(acting_on("siteA", new_id=self.new_id, now=now), is_locksmith=is_locksmith)
        sources = [self.of[each] for each in receipt.sources if each in self.of]
        changes = plan_undo(receipt, self.of[receipt.target], sources, acting)
        self.keep(changes)
        return changes

    def skus(self, cart_id: str) -> list[tuple[str | None, int]]:
        """What a cart holds."""
        return [(each.variant.sku, each.quantity) for each in self.of[cart_id].cart.line_items]


def but_for_owner(cart: Cart) -> Any:
    return {name: part for name, part in but_for_stamps(cart).items() if name not in OF_OWNER}


def merged_log(mine: Cart, *guests: Cart) -> tuple[Log, MergeReceipt]:
    log = Log(mine, *guests)
    plan = plan_claim([mine], list(guests), rules())
    (receipt,) = plan.receipts
    assert (receipt.target, len(receipt.sources)) == ("mine", len(guests))
    log.keep(plan.changes)
    return log, receipt


mine = carts("mine", ALICE).filter(lambda cart: not is_empty(cart))


@few
@given(mine, carts("one", GUEST), carts("two", GUEST, site="siteM"))
def test_an_undo_gives_every_cart_as_it_was(mine: Cart, one: Cart, two: Cart):
    log, receipt = merged_log(mine, one, two)
    log.undo(receipt)
    assert but_for_stamps(log.of["mine"].cart) == but_for_stamps(acted_upon(mine))
    for before in (one, two):
        back = log.of[before.id].cart
        assert (back.cart_state, back.customer_id, back.anonymous_id) == ("Active", "alice", None)
        assert but_for_owner(back) == but_for_owner(before)
        assert back.last_modified_at < log.of["mine"].cart.last_modified_at


def acted_upon(cart: Cart) -> Cart:
    """The cart as it is priced now, which an undo does too."""
    acting = acting_on("siteA")
    return price_cart(cart, catalogue=acting.catalogue, site=acting.site, now=NOW).cart


@few
@given(mine, carts("one", GUEST), st.data())
def test_an_undo_keeps_what_was_done_since_to_what_was_there_before(mine: Cart, one: Cart, data: Any):
    """The same changes to the cart, with the merge and its undo or without them, come to the same."""
    assume(all(each.product_id != OFF_OFFER for each in mine.line_items))  # the merge itself would take it out
    log, receipt = merged_log(mine, one)
    alone = Log(mine)
    own = {each.id for each in mine.line_items}
    for _ in range(data.draw(st.integers(0, 4))):
        action = data.draw(drawn_actions(alone.of["mine"].cart))
        is_add = type(action).__name__ in ("AddLineItem", "ChangeLineItemsOrder", "AddCustomLineItem")
        is_fee = "Custom" in type(action).__name__ and "LineItem" in type(action).__name__
        assume(not is_add and not is_fee and type(action).__name__ not in ("FreezeCart", "UnfreezeCart"))
        alone.change("mine", action)
        log.change("mine", action)
    quantities = {each.id: each.quantity for each in alone.of["mine"].cart.line_items}
    log.undo(receipt)
    assert {each.id: each.quantity for each in log.of["mine"].cart.line_items} == quantities
    assert set(quantities) <= own
    assert log.of["mine"].cart.shipping_address == alone.of["mine"].cart.shipping_address
    assert log.of["mine"].cart.custom == alone.of["mine"].cart.custom


def cart_of(cart_id: str, owner: CartOwner, sku: str = "P1") -> Cart:
    """A cart with one line."""

    def has_one(cart: Cart) -> bool:
        return [line.product_id for line in cart.line_items] == ["P1"] and not cart.custom_line_items

    cart = find(carts(cart_id, owner), has_one)
    log = Log(cart)
    if sku != "P1":
        log.change(
            cart_id, {"action": "addLineItem", "sku": sku}, {"action": "removeLineItem", "lineItemId": f"{cart_id}-0"}
        )
    return log.of[cart_id].cart


def add(sku: str, **fields: Any) -> dict[str, Any]:
    return {"action": "addLineItem", "sku": sku, **fields}


def test_lines_added_since_stay_and_keep_their_ids():
    log, receipt = merged_log(cart_of("mine", ALICE), cart_of("one", GUEST, "P2"))
    external = {"externalPrice": {"currencyCode": "USD", "centAmount": 7}}
    log.change("mine", add("P3", quantity=2), add("P1", **external), add("P2", quantity=4))
    before = log.of["mine"].cart
    log.undo(receipt)
    assert log.skus("mine") == [("P1", 1), ("P3", 2), ("P1", 1), ("P2", 4)]
    ids_now = [each.id for each in log.of["mine"].cart.line_items]
    assert ids_now[:3] == [each.id for each in before.line_items if each.product_id != "P2"]
    assert log.skus("one") == [("P2", 1)]


def test_lines_removed_and_reordered_since_are_not_brought_back():
    log, receipt = merged_log(cart_of("mine", ALICE), cart_of("one", GUEST, "P2"))
    log.change("mine", add("P3"))
    order = [each.id for each in reversed(log.of["mine"].cart.line_items)]
    log.change("mine", {"action": "changeLineItemsOrder", "lineItemOrder": order})
    log.change("mine", {"action": "removeLineItem", "lineItemId": "mine-0"})
    log.undo(receipt)
    assert log.skus("mine") == [("P3", 1)]
    assert log.skus("one") == [("P2", 1)]


def test_two_merges_are_taken_back_one_after_the_other_the_later_first():
    log, first = merged_log(cart_of("mine", ALICE), cart_of("one", GUEST, "P2"))
    log.of["two"] = Recorded(cart_of("two", GUEST, "P3"), [])
    log.change("mine", add("P1"))
    second = log.claim("mine", "two")
    log.change("mine", add("P1"))
    with pytest.raises(MergeNotLatest):
        log.undo(first)
    log.undo(second)
    assert log.skus("mine") == [("P1", 3), ("P2", 1)]
    log.change("mine", add("P1"))
    log.undo(first)
    assert log.skus("mine") == [("P1", 4)]
    assert (log.skus("one"), log.skus("two")) == ([("P2", 1)], [("P3", 1)])
    assert log.of["mine"].cart.merge_receipt is None


def test_a_merge_done_again_after_its_undo_can_be_taken_back_again():
    log, first = merged_log(cart_of("mine", ALICE), cart_of("one", GUEST, "P2"))
    log.undo(first)
    again = plan_claim([log.of["mine"].cart], [log.of["one"].cart], rules())
    log.keep(again.changes)
    assert log.skus("mine") == [("P1", 1), ("P2", 1)]
    log.undo(again.receipts[0])
    assert (log.skus("mine"), log.skus("one")) == ([("P1", 1)], [("P2", 1)])


def test_a_cart_that_was_only_set_aside_is_current_again_after_an_undo():
    guest = under(cart_of("one", GUEST), "locked")
    log = Log(guest)
    plan = plan_claim([], [guest], rules())
    log.keep(plan.changes)
    assert log.of["one"].cart.name.startswith("Parked ")
    with pytest.raises(CartLocked):
        log.undo(plan.receipts[0], is_locksmith=False)
    log.undo(plan.receipts[0])
    assert (log.of["one"].cart.name, log.of["one"].cart.customer_id) == ("Default", "alice")


def test_what_can_no_longer_be_taken_back_is_refused():
    log, receipt = merged_log(cart_of("mine", ALICE), cart_of("one", GUEST, "P2"))
    target, source = log.of["mine"], log.of["one"]

    def tried(target: Recorded, *sources: Recorded, now: Timestamp = NOW) -> None:
        plan_undo(receipt, target, sources, acting_on("siteA", now=now))

    with pytest.raises(UndoWindowClosed):
        tried(target, source, now=Timestamp("2026-06-02T12:00:00.001Z"))
    with pytest.raises(UndoWindowClosed):
        tried(target)
    with pytest.raises(UndoWindowClosed):
        tried(Recorded(target.cart, []), source)
    with pytest.raises(MergeMeanwhileOrdered):
        tried(Recorded(replace(target.cart, cart_state="Ordered"), target.events), source)
    with pytest.raises(CartFrozen):
        tried(Recorded(replace(target.cart, cart_state="Frozen"), target.events), source)
    tried(target, source, now=Timestamp("2026-06-02T12:00:00.000Z"))
