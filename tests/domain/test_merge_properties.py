"""No merge loses a unit, whatever the carts, the policy and the circumstances."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handcart.domain.cart import Cart, CustomLineItem, LineItem
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import encode
from handcart.domain.merge import Merged, Merging, kept_units, merge_into
from handcart.domain.receipt import MergedUnits, UnitsLost, check_conserved
from handcart.domain.site import QuantityPolicy
from tests.strategies import ALICE, POLICIES, QUANTITY_MAX, STOCKED, acting_on, carts

GUEST = CartOwner(anonymous_id="secret")
mine = carts("mine", ALICE)
guests = carts("guest", GUEST)
policies = st.sampled_from(POLICIES)
stocks = st.sampled_from([{}, {(STOCKED, ""): 5}, {(STOCKED, ""): 0}])
few = settings(max_examples=100, deadline=None)


def merging(policy: QuantityPolicy, stock: dict[tuple[str, str], int] | None = None) -> Merging:
    return Merging(policy, acting_on("siteA"), stock or {})


def identity(line: LineItem | CustomLineItem) -> Any:
    if isinstance(line, CustomLineItem):
        return line.slug, line.money.cent_amount, encode(line.custom)
    own = line.id if line.price_mode != "Platform" else ""
    return line.product_id, line.site_id, encode(line.supply_channel), encode(line.custom), own


def units(cart: Cart) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for line in (*cart.line_items, *cart.custom_line_items):
        counted[identity(line)] += line.quantity
    return counted


def by_id(cart: Cart) -> dict[str, LineItem | CustomLineItem]:
    return {each.id: each for each in (*cart.line_items, *cart.custom_line_items)}


def check_accounted(sources: list[Cart], after: Cart, told: tuple[MergedUnits, ...]) -> None:
    """Every line of every source once in the receipt; what is not in the target has a reason; nothing else is there."""
    had = [(cart.id, line.id, line.quantity) for cart in sources for line in by_id(cart).values()]
    assert sorted(had) == sorted((each.source_cart_id, each.line_item_id, each.quantity) for each in told)
    reached = {each.target_line_item_id: each.quantity_after for each in told if each.target_line_item_id}
    assert reached == {each.id: each.quantity for each in by_id(after).values()}
    for each in told:
        is_behind = each.target_line_item_id is None
        assert is_behind == (each.outcome in ("refused", "left")) == (each.quantity_after == 0)
        lost_its_key = each.reason == "KeyCollision" and each.outcome in ("moved", "separate")
        assert (each.reason is not None) == (each.outcome in ("refused", "left", "capped") or lost_its_key)
    for lines in (after.line_items, after.custom_line_items):
        keys = [each.key for each in lines if each.key is not None]
        assert len(keys) == len(set(keys))


@few
@given(mine, guests, policies, stocks)
def test_every_unit_is_in_the_target_or_in_the_receipt(mine: Cart, guests: Cart, policy: Any, stock: Any):
    merged = merge_into(mine, guests, merging(policy, stock))
    told = (*kept_units(mine, merged.target), *merged.units)
    check_accounted([mine, guests], merged.target, told)
    check_conserved([mine, guests], merged.target, told)


@few
@given(mine, carts("one", GUEST), carts("two", GUEST, site="siteM"), policies)
def test_two_sources_in_one_target_are_both_accounted_for(mine: Cart, one: Cart, two: Cart, policy: Any):
    first = merge_into(mine, one, merging(policy))
    second = merge_into(first.target, two, merging(policy))
    told = (*kept_units(mine, second.target), *first.units, *second.units)
    check_accounted([mine, one, two], second.target, told)
    check_conserved([mine, one, two], second.target, told)


def behind(merged: Merged, source: Cart) -> Counter[Any]:
    """What of a source is said to have stayed behind, or to be above a limit."""
    lines = by_id(source)
    counted: Counter[Any] = Counter()
    for each in merged.units:
        if each.outcome in ("refused", "capped"):
            counted[identity(lines[each.line_item_id])] += each.quantity
    return counted


@few
@given(mine, guests, st.sampled_from(["max", "sum", "separate"]), stocks)
def test_s1_30_neither_side_has_fewer_units_than_before(mine: Cart, guests: Cart, policy: Any, stock: Any):
    merged = merge_into(mine, guests, merging(policy, stock))
    after, excused = units(merged.target), behind(merged, guests)
    assert all(after[key] >= quantity for key, quantity in units(mine).items())
    came = {identity(line): line for line in guests.line_items if line.price_mode != "Platform"}
    for key, quantity in units(guests).items():
        if key not in came:
            assert after[key] + excused[key] >= quantity


@few
@given(mine, guests)
def test_sums_add_up_to_the_unit(mine: Cart, guests: Cart):
    merged = merge_into(mine, guests, merging("sum"))
    total = sum(units(mine).values()) + sum(units(guests).values())
    for each in merged.units:
        if each.outcome == "refused":
            total -= each.quantity
    short = total - sum(units(merged.target).values())
    assert (short > 0) == any(each.outcome == "capped" for each in merged.units)
    assert all(each.quantity_after <= QUANTITY_MAX for each in merged.units if each.outcome in ("sum", "capped"))


def without_external(cart: Cart) -> Cart:
    return replace(cart, line_items=tuple(each for each in cart.line_items if each.price_mode == "Platform"))


@few
@given(mine, guests.map(without_external), st.sampled_from(["max", "guest", "customer"]), stocks)
def test_merging_the_same_again_changes_nothing(mine: Cart, guests: Cart, policy: Any, stock: Any):
    once = merge_into(mine, guests, merging(policy, stock)).target
    assert merge_into(once, guests, merging(policy, stock)).target is once


@few
@given(mine, guests, policies, stocks, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(mine: Cart, guests: Cart, policy: Any, stock: Any, chance: Any):
    def shuffled(cart: Cart) -> Cart:
        lines, customs = list(cart.line_items), list(cart.custom_line_items)
        chance.shuffle(lines)
        chance.shuffle(customs)
        return replace(cart, line_items=tuple(lines), custom_line_items=tuple(customs))

    def outcome(merged: Merged) -> Any:
        lines = [(identity(each), each.quantity) for each in by_id(merged.target).values()]
        told = [(each.line_item_id, each.reason) for each in merged.units if each.outcome == "refused"]
        return sorted(lines), sorted(told)

    straight = merge_into(mine, guests, merging(policy, stock))
    mixed = merge_into(shuffled(mine), shuffled(guests), merging(policy, stock))
    assert outcome(mixed) == outcome(straight)


@few
@given(mine, guests, policies)
def test_the_customers_lines_come_first_then_the_guests_in_their_order(mine: Cart, guests: Cart, policy: Any):
    merged = merge_into(mine, guests, merging(policy))
    ids = [each.id for each in merged.target.line_items]
    own = [each.id for each in mine.line_items]
    assert ids[: len(own)] == own
    came = [each.target_line_item_id for each in merged.units if each.target_line_item_id in ids[len(own) :]]
    assert came == ids[len(own) :]


@few
@given(mine, guests, policies)
def test_a_line_that_came_along_goes_where_it_went(mine: Cart, guests: Cart, policy: Any):
    """The addresses of a line's parts are those of the cart that it is in, and mean the same as before."""
    merged = merge_into(mine, guests, merging(policy))
    theirs = {each.key: each for each in guests.item_shipping_addresses}
    there = {each.key: each for each in merged.target.item_shipping_addresses}
    own = {each.id for each in mine.line_items}
    for line in merged.target.line_items:
        if line.shipping_details is not None and line.id not in own:
            for each in line.shipping_details.targets:
                assert there[each.address_key] == theirs[each.address_key]


@given(mine, guests, policies, st.data())
@few
def test_what_loses_or_invents_a_unit_is_refused_by_the_check(mine: Cart, guests: Cart, policy: Any, data: Any):
    merged = merge_into(mine, guests, merging(policy))
    told = [*kept_units(mine, merged.target), *merged.units]
    lines = merged.target.line_items
    if not lines:
        return
    lost = data.draw(st.sampled_from(lines))
    ruined = {
        "a line is missing": replace(merged.target, line_items=tuple(each for each in lines if each is not lost)),
        "a unit more": replace(
            merged.target,
            line_items=tuple(replace(each, quantity=each.quantity + 1) if each is lost else each for each in lines),
        ),
    }
    for target in ruined.values():
        with pytest.raises(UnitsLost):
            check_conserved([mine, guests], target, told)
    with pytest.raises(UnitsLost):
        check_conserved([mine, guests], merged.target, told[1:])
    with pytest.raises(UnitsLost):
        check_conserved([mine, guests], merged.target, [*told, told[0]])


@given(mine, guests, st.data())
@few
def test_a_strategy_that_says_it_moved_fewer_units_than_there_were_is_refused(mine: Cart, guests: Cart, data: Any):
    merged = merge_into(mine, guests, merging("max"))
    told = [*kept_units(mine, merged.target), *merged.units]
    grown = [at for at, each in enumerate(told) if each.quantity_after > 1]
    if not grown:
        return
    at = data.draw(st.sampled_from(grown))
    line_id = told[at].target_line_item_id
    short = [
        replace(each, quantity_after=told[at].quantity_after - 1) if each.target_line_item_id == line_id else each
        for each in told
    ]
    quantity = told[at].quantity_after - 1
    target = merged.target
    target = replace(
        target,
        line_items=tuple(replace(e, quantity=quantity) if e.id == line_id else e for e in target.line_items),
        custom_line_items=tuple(
            replace(each, quantity=quantity) if each.id == line_id else each for each in target.custom_line_items
        ),
    )
    with pytest.raises(UnitsLost):
        check_conserved([mine, guests], target, short)
