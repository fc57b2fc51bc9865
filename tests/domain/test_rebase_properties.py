"""Rebasing never overwrites what another hand has meant, and never loses what this one adds."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from handcart.domain.cart import Cart
from handcart.domain.errors import Refusal
from handcart.domain.history import CartParts
from handcart.domain.rebase import parts_then, rebase
from handcart.domain.updates.apply import AnyCartAction, apply_actions
from tests.domain.test_history import but_for_stamps, drawn_actions, recorded, stories
from tests.strategies import ALICE, acting_on, carts, ids

few = settings(max_examples=100, deadline=None)


@few
@given(stories())
def test_the_base_is_the_cart_as_it_was_then(story: Any):
    states, events = story
    base = parts_then(states[-1], reversed(events))
    assert but_for_stamps(base.cart()) == but_for_stamps(states[0])


@few
@given(carts("cart", ALICE), st.data())
def test_where_nobody_else_did_anything_a_rebase_is_the_update(cart: Cart, data: Any):
    action = data.draw(drawn_actions(cart))
    try:
        plainly = apply_actions(cart, [action], acting_on("siteA")).cart
    except Refusal:
        return
    rebased = rebase(cart, CartParts(cart), [action], acting_on("siteA"))
    assert (rebased.conflicts, rebased.actions) == ([], [action])
    again = apply_actions(cart, rebased.actions, acting_on("siteA")).cart
    assert [(e.product_id, e.quantity) for e in again.line_items] == [
        (e.product_id, e.quantity) for e in plainly.line_items
    ]


@few
@given(carts("cart", ALICE), st.integers(1, 4), st.integers(1, 4))
def test_adding_commutes_with_whatever_another_hand_did(cart: Cart, theirs: int, yours: int):
    acting = acting_on("siteA", new_id=ids())

    def adding(quantity: int) -> Any:
        return msgspec.convert({"action": "addLineItem", "sku": "P2", "quantity": quantity}, AnyCartAction)

    def units(cart: Cart) -> int:
        return sum(each.quantity for each in cart.line_items)

    try:
        now = apply_actions(cart, [adding(theirs)], acting).cart
        base = parts_then(now, [recorded(cart, now, adding(theirs))])
        rebased = rebase(now, base, [adding(yours)], acting)
        after = apply_actions(now, rebased.actions, acting).cart
    except Refusal:
        return
    assert rebased.conflicts == []
    assert units(after) == units(cart) + theirs + yours


@few
@given(carts("cart", ALICE).filter(lambda cart: cart.line_items), st.integers(0, 5), st.integers(0, 5), st.data())
def test_two_targets_for_one_line_are_a_conflict_unless_they_are_the_same(
    cart: Cart, theirs: int, yours: int, data: Any
):
    line = data.draw(st.sampled_from([each for each in cart.line_items if each.price_mode == "Platform"] or [None]))
    if line is None:
        return
    acting = acting_on("siteA", new_id=ids())

    def setting(quantity: int) -> Any:
        said = {"action": "changeLineItemQuantity", "lineItemId": line.id, "quantity": quantity}
        return msgspec.convert(said, AnyCartAction)

    now = apply_actions(cart, [setting(theirs)], acting).cart
    events = [recorded(cart, now, setting(theirs))] if now is not cart else []
    rebased = rebase(now, parts_then(now, events), [setting(yours)], acting)
    is_conflict = theirs not in (yours, line.quantity)
    told = [(each["lineItemId"], each["base"], each["theirs"], each["yours"]) for each in rebased.conflicts]
    assert told == ([(line.id, line.quantity, theirs, yours)] if is_conflict else [])
