"""Two hands on one cart: an update decided on an older version is rebased, a true conflict names both values."""

from typing import Any

import pytest

from tests.builders import action, add, change_quantity, open_cart, remove, skus
from tests.client import Api, ok, refused
from tests.conftest import Project


@pytest.fixture
def shopper(project: Project) -> Api:
    return project.customer()


@pytest.fixture
def cart(shopper: Api) -> Any:
    return open_cart(shopper, "siteA", add("TEE", 2), add("MUG", 1))


def rebased(shopper: Api, cart: Any, *actions: Any, base: int | None = None):
    body = {"baseVersion": cart["version"] if base is None else base, "actions": list(actions)}
    return shopper.in_store("siteA").post(f"/me/carts/{cart['id']}", body)


def line_of(cart: Any, sku: str) -> Any:
    return next(each for each in cart["lineItems"] if each["variant"]["sku"] == sku)


def test_changes_of_different_lines_are_both_kept(shopper: Api, cart: Any):
    shopper.in_store("siteA").change_my_cart(cart, change_quantity(line_of(cart, "TEE"), 5))
    after = ok(rebased(shopper, cart, change_quantity(line_of(cart, "MUG"), 3)), 200)
    assert skus(after) == [("TEE", 5), ("MUG", 3)]
    assert after["version"] == cart["version"] + 2


def test_units_added_on_both_sides_add_up(shopper: Api, cart: Any):
    shopper.in_store("siteA").change_my_cart(cart, add("TEE", 1))
    assert skus(ok(rebased(shopper, cart, add("TEE", 4)), 200)) == [("TEE", 7), ("MUG", 1)]


def test_the_same_line_with_different_targets_is_a_conflict_that_names_both(project: Project, shopper: Api, cart: Any):
    tee = line_of(cart, "TEE")
    shopper.in_store("siteA").change_my_cart(cart, change_quantity(tee, 5))
    before = project.cart_row(cart["id"])
    error = refused(rebased(shopper, cart, change_quantity(tee, 3)), 409, "ConcurrentModification", "RebaseConflict")
    assert "currentVersion" not in error
    assert error["conflicts"] == [{"lineItemId": tee["id"], "field": "quantity", "base": 2, "theirs": 5, "yours": 3}]
    assert project.cart_row(cart["id"]) == before


def test_the_same_target_on_both_sides_is_no_conflict(shopper: Api, cart: Any):
    tee = line_of(cart, "TEE")
    now = shopper.in_store("siteA").change_my_cart(cart, change_quantity(tee, 5))
    after = ok(rebased(shopper, cart, change_quantity(tee, 5)), 200)
    assert (skus(after), after["version"]) == (skus(now), now["version"])


def test_a_line_that_another_hand_removed_is_a_conflict_to_change_and_none_to_remove(shopper: Api, cart: Any):
    tee = line_of(cart, "TEE")
    shopper.in_store("siteA").change_my_cart(cart, remove(tee))
    error = refused(rebased(shopper, cart, change_quantity(tee, 3)), 409, "ConcurrentModification")
    assert error["conflicts"] == [{"lineItemId": tee["id"], "field": "quantity", "base": 2, "theirs": 0, "yours": 3}]
    assert skus(ok(rebased(shopper, cart, remove(tee)), 200)) == [("MUG", 1)]


def test_units_that_another_hand_has_given_a_line_are_not_removed_unseen(project: Project, shopper: Api, cart: Any):
    tee = line_of(cart, "TEE")
    shopper.in_store("siteA").change_my_cart(cart, change_quantity(tee, 5))
    before = project.cart_row(cart["id"])
    error = refused(rebased(shopper, cart, remove(tee)), 409, "ConcurrentModification", "RebaseConflict")
    assert error["conflicts"] == [{"lineItemId": tee["id"], "field": "quantity", "base": 2, "theirs": 5, "yours": 0}]
    assert project.cart_row(cart["id"]) == before
    assert skus(ok(rebased(shopper, cart, remove(tee, quantity=1)), 200)) == [("TEE", 4), ("MUG", 1)]


def test_an_address_that_another_hand_set_is_not_overwritten_unseen(project: Project, shopper: Api, cart: Any):
    def to(city: str) -> Any:
        return action("setShippingAddress", address={"country": "US", "city": city})

    shopper.in_store("siteA").change_my_cart(cart, to("Albany"))
    before = project.cart_row(cart["id"])
    error = refused(rebased(shopper, cart, add("PEN"), to("Boston")), 409, "ConcurrentModification", "RebaseConflict")
    (conflict,) = error["conflicts"]
    assert conflict["field"] == "shippingAddress"
    assert "base" not in conflict or conflict["base"] is None
    assert (conflict["theirs"]["city"], conflict["yours"]["city"]) == ("Albany", "Boston")
    assert project.cart_row(cart["id"]) == before
    assert ok(rebased(shopper, cart, to("Albany")), 200)["shippingAddress"]["city"] == "Albany"
    alone = shopper.in_store("siteA").write(f"/me/carts/{cart['id']}", {"actions": [to("Boston")]})
    assert alone["shippingAddress"]["city"] == "Boston"


def test_a_value_of_the_cart_that_another_hand_set_is_a_conflict(shopper: Api, cart: Any):
    def kept_for(days: int) -> Any:
        return action("setDeleteDaysAfterLastModification", deleteDaysAfterLastModification=days)

    shopper.in_store("siteA").change_my_cart(cart, kept_for(10))
    assert ok(rebased(shopper, cart, kept_for(10), add("PEN")), 200)["deleteDaysAfterLastModification"] == 10
    error = refused(rebased(shopper, cart, kept_for(20)), 409, "ConcurrentModification")
    assert error["conflicts"] == [{"field": "deleteDaysAfterLastModification", "base": 90, "theirs": 10, "yours": 20}]


def test_a_version_that_the_cart_never_had_is_no_base(project: Project, shopper: Api, cart: Any):
    both = shopper.in_store("siteA").change_my_cart(cart, add("PEN"), add("SHIRT"))
    assert both["version"] == cart["version"] + 2
    before = project.cart_row(cart["id"])
    for never in (cart["version"] + 1, both["version"] + 1, 99_999, 0, -1, -(10**30)):
        refused(rebased(shopper, both, add("PEN"), base=never), 400, "InvalidField", field="baseVersion")
    body = {"version": both["version"], "baseVersion": cart["version"], "actions": []}
    refused(shopper.post(f"/me/carts/{cart['id']}", body), 400, "InvalidField", field="baseVersion")
    assert project.cart_row(cart["id"]) == before


def test_without_any_version_only_what_needs_no_base_is_done(project: Project, shopper: Api, cart: Any):
    there = shopper.in_store("siteA")
    path = f"/me/carts/{cart['id']}"
    tee = line_of(cart, "TEE")
    assert skus(there.write(path, {"actions": [add("PEN"), remove(tee)]})) == [("MUG", 1), ("PEN", 1)]
    before = project.cart_row(cart["id"])
    for needing in (change_quantity(tee, 3), remove(tee, quantity=1), action("setLocale", locale="en-US")):
        refused(there.post(path, {"actions": [needing]}), 400, "RequiredField", field="version")
    assert project.cart_row(cart["id"]) == before
