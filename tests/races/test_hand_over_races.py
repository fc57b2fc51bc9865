"""A cart that moves to another domain against everything else that may happen to it, in both orders, forced."""

from functools import partial

import pytest

from tests.api.test_hand_over import accept, token_from
from tests.builders import add, lines_on, open_cart, ship_to, skus, submit
from tests.client import ok, refused
from tests.conftest import Project
from tests.races.test_sign_in_races import Request, at_cart, in_turn

INVALID = (400, "InvalidOperation", "HandOverInvalid")


def in_order(is_first: bool, accepting: Request, other: Request) -> list[Request]:
    return [accepting, other] if is_first else [other, accepting]


def test_of_two_who_follow_one_link_the_first_has_the_cart(project: Project):
    here, one, two = project.guest(), project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    first, second = at_cart(project, cart, partial(accept, one, token), partial(accept, two, token))
    assert ok(first, 200)["cart"]["id"] == cart["id"]
    refused(second, 400, "InvalidOperation", "HandOverUsed")
    refused(two.in_store("siteC").get("/me/current-cart"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_guest_adds_where_the_cart_was(project: Project, is_first: bool):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    accepting = partial(accept, there, token_from(here))
    adding = partial(here.in_store("siteA").post, f"/me/carts/{cart['id']}", {"actions": [add("PEN")]})
    answers = at_cart(project, cart, *in_order(is_first, accepting, adding))
    accepted, added = answers if is_first else answers[::-1]
    moved = ok(accepted, 200)["cart"]
    if is_first:
        refused(added, 404, "ResourceNotFound")
        assert lines_on(moved) == [("TEE", "siteA", 1)]
    else:
        ok(added, 200)
        assert lines_on(moved) == [("TEE", "siteA", 1), ("PEN", "siteA", 1)]
    assert there.in_store("siteC").read("/me/current-cart") == moved
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_guest_signs_in_where_the_cart_was(project: Project, is_first: bool):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    login = {"email": "alice@example.com", "password": "pw"}
    signing_in = partial(here.in_store("siteA").post, "/me/login", login)
    answers = at_cart(project, cart, *in_order(is_first, partial(accept, there, token_from(here)), signing_in))
    accepted, signed_in = answers if is_first else answers[::-1]
    if is_first:
        assert ok(accepted, 200)["cart"]["id"] == cart["id"]
        assert "cart" not in ok(signed_in, 200)
        assert skus(there.in_store("siteC").read("/me/current-cart")) == [("TEE", 1)]
    else:
        assert ok(signed_in, 200)["cart"]["id"] == cart["id"]
        refused(accepted, *INVALID)
        assert skus(project.customer().in_store("siteC").read("/me/current-cart")) == [("TEE", 1)]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_who_follows_the_link_signs_in_there_and_has_the_cart_either_way(project: Project, is_first: bool):
    anonymous_id = f"there-{project.key}"
    here, there = project.guest(), project.guest(anonymous_id)
    open_cart(here, "siteA", add("TEE"))
    open_cart(there, "siteC", add("MUG"))
    login = {"email": "bob@example.com", "password": "pw"}
    signing_in = partial(there.in_store("siteC").post, "/me/login", login)
    accepting = partial(accept, there, token_from(here))
    answers = in_turn(project, "anonymous_sessions", "id", anonymous_id, *in_order(is_first, accepting, signing_in))
    accepted, signed_in = answers if is_first else answers[::-1]
    ok(accepted, 200)
    bob = skus(ok(signed_in, 200)["cart"])
    if is_first:
        assert bob == [("MUG", 1), ("TEE", 1)]
    else:
        assert bob == [("MUG", 1)]
        assert skus(there.in_store("siteC").read("/me/current-cart")) == [("TEE", 1)]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_guest_orders_where_the_cart_was(project: Project, is_first: bool):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"), ship_to())
    accepting = partial(accept, there, token_from(here))
    answers = at_cart(project, cart, *in_order(is_first, accepting, partial(submit, here, cart)))
    accepted, placed = answers if is_first else answers[::-1]
    if is_first:
        assert placed.status_code in (404, 409), placed.text
        ok(accepted, 200)
        assert project.counts()["orders"] == 0
        assert project.stock("TEE", "stockA") == 100
    else:
        made = ok(placed, 201)
        refused(accepted, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=made["id"])
        assert project.stock("TEE", "stockA") == 99
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_two_guests_who_send_each_other_their_carts_lose_no_line(project: Project, is_first: bool):
    here, there = project.guest(), project.guest()
    on_a, on_c = open_cart(here, "siteA", add("TEE")), open_cart(there, "siteC", add("MUG"))
    going = partial(accept, there, token_from(here))
    coming = partial(accept, here, token_from(there, "siteA", site="siteC"), "siteA")
    answers = at_cart(project, on_a, *in_order(is_first, going, coming))
    first, last = (ok(each, 200)["cart"] for each in answers)
    assert sorted(skus(last)) == [("MUG", 1), ("TEE", 1)]
    assert first["id"] == last["id"] == (on_c if is_first else on_a)["id"]
    active = [
        each for guest in (here, there) for each in guest.read("/me/carts")["results"] if each["cartState"] == "Active"
    ]
    assert [each["id"] for each in active] == [last["id"]]
    assert project.broken_invariants() == []
