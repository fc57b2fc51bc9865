"""Every strategy accounts for every unit; what it does not keep can be brought back."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handcart.domain.cart import Cart
from handcart.domain.claim import Claim
from handcart.domain.document import Timestamp
from handcart.domain.errors import InvalidField, QuantityLimitExceeded, RequiredField
from handcart.domain.resolve import Resolving, most_recently_filled, plan_resolution
from tests.domain.test_merge_properties import check_accounted, units
from tests.domain.test_undo import Log, but_for_stamps
from tests.strategies import ALICE, OFF_OFFER, QUANTITY_MAX, acting_on, carts, ids, sharing_or_own

few = settings(max_examples=100, deadline=None)
one_of_alices = carts("one", ALICE)
other_of_alices = carts("other", ALICE, site="siteD")


def resolving(one: Cart, other: Cart, keep: str | None = None, guests_cart: str | None = None) -> Resolving:
    new_id = ids()
    return Resolving(
        carts=(one, other),
        keep=keep,
        guests_cart=guests_cart,
        undo_window=timedelta(hours=24),
        acting_on=lambda cart: acting_on(sharing_or_own("siteA", cart.home_site), new_id=new_id),
    )


def ends(plan: Claim) -> tuple[Cart, Cart]:
    """What stays, and what went into it."""
    source, target = plan.changes
    return target.after.cart, source.after.cart


@few
@given(one_of_alices, other_of_alices, st.sampled_from(["MergeLineItems", "KeepMostRecent", "Keep"]), st.booleans())
def test_every_unit_is_in_the_cart_that_stays_or_in_the_receipt(one: Cart, other: Cart, strategy: Any, is_first: bool):
    keep = (one if is_first else other).id
    try:
        plan = plan_resolution(strategy, resolving(one, other, keep))
    except QuantityLimitExceeded:
        assert any(
            (units(one) & units(other))[key] and (units(one) + units(other))[key] > QUANTITY_MAX for key in units(one)
        )
        return
    stays, went = ends(plan)
    (receipt,) = plan.receipts
    check_accounted([one, other], stays, receipt.units)
    assert (went.cart_state, went.merged_into, went.line_items) == (
        "Merged",
        stays.id,
        (one if went.id == one.id else other).line_items,
    )
    assert stays.home_site in ("siteA", "siteD", "")
    assert stays.home_site == (one if stays.id == one.id else other).home_site or went.line_items
    refused = [each for each in receipt.units if each.outcome == "refused"]
    assert plan.changes[0].is_gone == (refused == [])


@few
@given(one_of_alices, other_of_alices, st.sampled_from(["MergeLineItems", "KeepMostRecent", "Keep"]))
def test_whatever_was_chosen_can_be_taken_back(one: Cart, other: Cart, strategy: Any):
    try:
        plan = plan_resolution(strategy, resolving(one, other, "one"))
    except QuantityLimitExceeded:
        return
    log = Log(one, other)
    log.keep(plan.changes)
    log.undo(plan.receipts[0])
    went = one if plan.changes[0].before is one else other
    assert but_for_stamps(log.of[went.id].cart) == but_for_stamps(went)
    stays = other if went is one else one
    assert [(each.id, each.quantity) for each in log.of[stays.id].cart.line_items] == [
        (each.id, each.quantity) for each in stays.line_items
    ]


@few
@given(one_of_alices, other_of_alices)
def test_s1_11_prompt_changes_nothing(one: Cart, other: Cart):
    assert plan_resolution("Prompt", resolving(one, other)) == Claim()


@few
@given(one_of_alices, other_of_alices)
def test_the_order_in_which_the_carts_are_named_does_not_matter(one: Cart, other: Cart):
    def chosen(strategy: Any, *carts: Cart) -> Any:
        try:
            return [each.before.id for each in plan_resolution(strategy, resolving(*carts)).changes]
        except QuantityLimitExceeded:
            return "limit"

    for strategy in ("MergeLineItems", "KeepMostRecent"):
        assert chosen(strategy, one, other) == chosen(strategy, other, one)


def cart(cart_id: str, site: str = "siteA", **fields: Any) -> Cart:
    """A cart with one line of one unit."""

    def has_one(cart: Cart) -> bool:
        return [line.product_id for line in cart.line_items] == ["P1"] and not cart.custom_line_items

    return replace(find(carts(cart_id, ALICE, site=site), has_one), **fields)


def test_s1_10_the_most_recent_is_the_one_that_an_item_was_added_to_last():
    touched = cart("touched", item_added_at=Timestamp("2026-01-01T10:00:00.000Z"))
    touched = replace(touched, last_modified_at=Timestamp("2026-01-01T12:00:00.000Z"))
    filled = cart("filled", item_added_at=Timestamp("2026-01-01T11:00:00.000Z"))
    filled = replace(filled, last_modified_at=Timestamp("2026-01-01T11:00:00.000Z"))
    assert most_recently_filled(touched, filled) is filled
    assert ends(plan_resolution("KeepMostRecent", resolving(touched, filled)))[0].id == "filled"


def test_s1_9_the_guests_cart_goes_into_the_other_and_the_younger_into_the_older_unless_one_is_named():
    old, young = cart("old"), cart("young", created_at=Timestamp("2026-02-01T00:00:00.000Z"))
    assert ends(plan_resolution("MergeLineItems", resolving(old, young)))[0].id == "old"
    assert ends(plan_resolution("MergeLineItems", resolving(old, young, guests_cart="old")))[0].id == "young"
    assert ends(plan_resolution("MergeLineItems", resolving(old, young, "young")))[0].id == "young"
    with pytest.raises(InvalidField):
        plan_resolution("MergeLineItems", resolving(old, young, "another"))
    with pytest.raises(RequiredField):
        plan_resolution("Keep", resolving(old, young))


def test_carts_of_two_scopes_end_in_the_scope_and_currency_of_the_one_that_stays():
    here, there = cart("here", "siteM"), cart("there", "siteD")
    for keep, site, currency in (("here", "siteA", "USD"), ("there", "siteD", "USD")):
        stays, _ = ends(plan_resolution("MergeLineItems", resolving(here, there, keep)))
        assert (stays.home_site, stays.currency, stays.priced_for.site_id) == (site, currency, site)


def test_a_line_that_cannot_move_leaves_its_cart_to_be_looked_at():
    off_offer = cart("source")
    off_offer = replace(off_offer, line_items=(replace(off_offer.line_items[0], product_id=OFF_OFFER),))
    plan = plan_resolution("MergeLineItems", resolving(cart("target"), off_offer, "target"))
    assert not plan.changes[0].is_gone
    assert [each.reason for each in plan.receipts[0].units if each.outcome == "refused"] == ["ProductNotAvailable"]
