"""A guest signs in while other hands are on the carts: what was acknowledged is there, and nothing is there twice."""

from functools import partial
from typing import Any

import pytest

from tests.builders import add, amount, open_cart, ship_to, skus, submit
from tests.client import Api, in_parallel, ok, refused
from tests.conftest import Project

ADDS = 12


def sign_in(guest: Api, who: str = "alice", **draft: Any):
    body = {"email": f"{who}@example.com", "password": "pw", **draft}
    return guest.in_store("siteA").post("/me/login", body)


def lines_of(project: Project, cart_id: str) -> list[int]:
    cart = project.admin.read(f"/carts/{cart_id}")
    return sorted(line["price"]["value"]["centAmount"] for line in cart["lineItems"])


@pytest.mark.parametrize("turn", range(3))
def test_lines_that_are_added_during_a_sign_in_are_in_the_customers_cart_or_refused(project: Project, turn: int):
    guest, alice = project.guest(), project.customer()
    of_alice = open_cart(alice, "siteA", add("MUG"))
    of_guest = open_cart(guest, "siteA", add("PEN"))
    adds = [{"actions": [add("TEE", externalPrice=amount(number))]} for number in range(1, ADDS + 1)]
    calls = [partial(project.admin.post, f"/carts/{of_guest['id']}", each) for each in adds[: ADDS // 2]]
    calls += [partial(project.admin.post, f"/carts/{of_alice['id']}", each) for each in adds[ADDS // 2 :]]
    calls.insert(turn * 3, partial(sign_in, guest))
    responses = in_parallel(calls)
    signed_in = ok(responses.pop(turn * 3), 200)
    assert signed_in["cart"]["id"] == of_alice["id"]
    done = [number for number, response in enumerate(responses, start=1) if response.status_code == 200]
    for response in responses:
        if response.status_code != 200:
            refused(response, 400, "InvalidOperation", "CartMerged")
    assert lines_of(project, of_alice["id"]) == sorted([200, 800, *done])
    assert project.admin.read(f"/carts/{of_guest['id']}")["cartState"] == "Merged"
    assert project.broken_invariants() == []


@pytest.mark.parametrize("turn", range(4))
def test_a_cart_is_ordered_or_merged_and_never_both(project: Project, turn: int):
    guest, alice = project.guest(), project.customer()
    of_alice = open_cart(alice, "siteA", add("MUG"))
    of_guest = open_cart(guest, "siteA", add("TEE", 2), ship_to())
    calls = [partial(submit, guest, of_guest), partial(sign_in, guest)]
    placed, signed_in = in_parallel(calls if turn % 2 else calls[::-1])[:: 1 if turn % 2 else -1]
    cart = ok(signed_in, 200)["cart"]
    assert cart["id"] == of_alice["id"]
    if placed.status_code == 201:
        made = alice.read(f"/me/orders/{placed.json()['id']}")
        assert made["customerId"] == project.customer_id("alice")
        assert skus(cart) == [("MUG", 1)]
        assert project.stock("TEE", "stockA") == 98
    else:
        assert placed.status_code in (400, 404, 409), placed.text
        assert skus(cart) == [("MUG", 1), ("TEE", 2)]
        assert project.counts()["orders"] == 0
    assert project.broken_invariants() == []


def test_many_devices_that_sign_in_at_once_end_in_one_cart(project: Project):
    guests = [project.guest() for _ in range(6)]
    for number, guest in enumerate(guests, start=1):
        open_cart(guest, "siteA", add("TEE", number))
    for response in in_parallel([partial(sign_in, guest) for guest in guests]):
        ok(response, 200)
    alice = project.customer()
    page = alice.read("/me/carts", params={"where": 'cartState = "Active"'})
    assert [skus(cart) for cart in page["results"]] == [[("TEE", 6)]]
    assert project.broken_invariants() == []


def test_a_first_access_and_a_sign_in_at_once_leave_one_current_cart(project: Project):
    for who in ("alice", "bob", "wade"):
        guest, customer = project.guest(), project.customer(who)
        open_cart(guest, "siteA", add("TEE"))
        calls = [partial(customer.in_store("siteA").post, "/me/current-cart")] * 4
        responses = in_parallel([*calls, partial(sign_in, guest, who)])
        assert [response.status_code for response in responses if not response.is_success] == []
        current = customer.in_store("siteA").write("/me/current-cart")
        assert skus(current) == [("TEE", 1)]
    assert project.broken_invariants() == []
