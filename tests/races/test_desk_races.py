"""An agent's hand against everything else that may happen to the same cart, in both orders, forced."""

from functools import partial

import pytest

from tests.api.desk import Desk
from tests.builders import add, change_quantity, open_cart, ship_to, skus, submit
from tests.client import in_parallel, ok, refused
from tests.conftest import Project
from tests.races.test_sign_in_races import at_cart, at_customer, in_turn


def at_desk(project: Project, desk_id: str, *requests):
    return in_turn(project, "desks", "id", desk_id, *requests)


def joined(desk: Desk) -> Desk:
    """The same desk from a second device."""
    other = Desk(desk.project, site=desk.site)
    ok(other.agent.post("/desk", {"deskId": desk.read()["id"]}), 200)
    other.active = desk.active
    return other


def switching(desk: Desk, customer: str):
    body = desk.body(desk.project.customer_id(customer))
    return partial(desk.there.post, "/desk/customer-cart", body)


@pytest.mark.parametrize("is_agent_first", [True, False])
def test_agent_and_shopper_on_one_line_lose_no_update(project: Project, is_agent_first: bool):
    desk, alice = Desk(project), project.customer("alice")
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 1))
    line = cart["lineItems"][0]
    fives = {"version": cart["version"], "actions": [change_quantity(line, 5)]}
    sevens = {"version": cart["version"], "actions": [change_quantity(line, 7)]}
    agents = partial(desk.there.post, f"/carts/{cart['id']}", fives)
    shoppers = partial(alice.in_store("siteA").post, f"/me/carts/{cart['id']}", sevens)
    requests = [agents, shoppers] if is_agent_first else [shoppers, agents]
    first, second = at_cart(project, cart, *requests)
    after = ok(first, 200)
    refused(second, 409, "ConcurrentModification", currentVersion=after["version"])
    assert skus(open_cart(alice)) == [("TEE", 5 if is_agent_first else 7)]
    assert project.broken_invariants() == []


def test_agent_and_shopper_with_a_base_are_told_both_values(project: Project):
    desk, alice = Desk(project), project.customer("alice")
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 1), add("MUG", 1))
    line, other = cart["lineItems"]
    base = cart["version"]
    shoppers = {"baseVersion": base, "actions": [change_quantity(line, 7)]}
    ok(alice.in_store("siteA").post(f"/me/carts/{cart['id']}", shoppers), 200)
    agents = {"baseVersion": base, "actions": [change_quantity(line, 5)]}
    error = refused(desk.there.post(f"/carts/{cart['id']}", agents), 409, "ConcurrentModification", "RebaseConflict")
    assert error["conflicts"] == [{"lineItemId": line["id"], "field": "quantity", "base": 1, "theirs": 7, "yours": 5}]
    assert "currentVersion" not in error
    elsewhere = {"baseVersion": base, "actions": [change_quantity(other, 3)]}
    assert skus(ok(desk.there.post(f"/carts/{cart['id']}", elsewhere), 200)) == [("TEE", 7), ("MUG", 3)]


def test_of_two_devices_switching_one_desk_at_once_one_is_told(project: Project):
    desk = Desk(project)
    desk.select("alice")
    other = joined(desk)
    first, second = at_desk(project, desk.read()["id"], switching(desk, "bob"), switching(other, "carol"))
    ok(first, 200)
    refused(second, 409, "ConcurrentModification", "ActiveCustomerMismatch")
    assert desk.read()["activeCustomerId"] == project.customer_id("bob")


@pytest.mark.parametrize("is_switch_first", [True, False])
def test_a_switch_takes_the_hand_off_a_cart_for_good(project: Project, is_switch_first: bool):
    desk = Desk(project)
    cart = desk.select("alice")["cart"]
    other = joined(desk)
    writing = partial(other.there.post, f"/carts/{cart['id']}", {"actions": [add("TEE")]})
    switch = switching(desk, "bob")
    requests = [switch, writing] if is_switch_first else [writing, switch]
    answers = at_desk(project, desk.read()["id"], *requests)
    switched, written = answers if is_switch_first else answers[::-1]
    ok(switched, 200)
    if is_switch_first:
        refused(written, 404, "ResourceNotFound")
        assert skus(open_cart(project.customer("alice"))) == []
    else:
        ok(written, 200)
        assert skus(open_cart(project.customer("alice"))) == [("TEE", 1)]
    assert skus(open_cart(project.customer("bob"))) == []


@pytest.mark.parametrize("is_switch_first", [True, False])
def test_a_switch_against_the_agents_own_submission(project: Project, is_switch_first: bool):
    desk = Desk(project)
    cart = desk.add(desk.select("alice")["cart"], add("TEE"), ship_to())
    other = joined(desk)
    draft = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]}
    submitting, switch = partial(other.there.post, "/orders", draft), switching(desk, "bob")
    requests = [switch, submitting] if is_switch_first else [submitting, switch]
    answers = at_desk(project, desk.read()["id"], *requests)
    switched, submitted = answers if is_switch_first else answers[::-1]
    ok(switched, 200)
    if is_switch_first:
        refused(submitted, 404, "ResourceNotFound")
        assert open_cart(project.customer("alice"))["id"] == cart["id"]
    else:
        assert ok(submitted, 201)["customerId"] == project.customer_id("alice")
    assert project.counts()["orders"] == (0 if is_switch_first else 1)
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_agent_first", [True, False])
def test_s0_42_the_agents_change_against_the_shoppers_submission(project: Project, is_agent_first: bool):
    desk, alice = Desk(project), project.customer("alice")
    cart = desk.add(desk.select("alice")["cart"], add("TEE"), ship_to())
    changing = partial(desk.there.post, f"/carts/{cart['id']}", {"actions": [add("PEN")]})
    submitting = partial(submit, alice, cart)
    requests = [changing, submitting] if is_agent_first else [submitting, changing]
    answers = at_cart(project, cart, *requests)
    changed, submitted = answers if is_agent_first else answers[::-1]
    if is_agent_first:
        ok(changed, 200)
        refused(submitted, 409, "ConcurrentModification")
        assert skus(open_cart(alice)) == [("TEE", 1), ("PEN", 1)]
    else:
        order = ok(submitted, 201)
        refused(changed, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=order["id"])
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_switch_first", [True, False])
def test_a_switch_against_the_customers_own_sign_in(project: Project, is_switch_first: bool):
    desk, guest = Desk(project), project.guest()
    open_cart(guest, "siteA", add("MUG", 2))
    signing_in = partial(guest.in_store("siteA").post, "/me/login", {"email": "alice@example.com", "password": "pw"})
    switch = switching(desk, "alice")
    requests = [switch, signing_in] if is_switch_first else [signing_in, switch]
    answers = at_customer(project, *requests)
    switched, signed_in = answers if is_switch_first else answers[::-1]
    envelope, result = ok(switched, 200), ok(signed_in, 200)
    assert skus(result["cart"]) == [("MUG", 2)]
    if not is_switch_first:
        assert envelope["cart"]["id"] == result["cart"]["id"]
    desk.active = envelope["cartCustomerId"]
    assert desk.select("alice")["cart"]["id"] == open_cart(project.customer("alice"))["id"]
    assert skus(desk.read()["cart"]) == [("MUG", 2)]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_switch_first", [True, False])
def test_a_switch_and_the_customers_first_request_make_one_cart(project: Project, is_switch_first: bool):
    desk, alice = Desk(project), project.customer("alice")
    opening = partial(alice.in_store("siteA").post, "/me/current-cart", {})
    switch = switching(desk, "alice")
    requests = [switch, opening] if is_switch_first else [opening, switch]
    answers = at_customer(project, *requests)
    switched, opened = answers if is_switch_first else answers[::-1]
    assert ok(switched, 200)["cart"]["id"] == ok(opened)["id"]
    owner = f"customer:{project.customer_id('alice')}"
    count = project.sql.value("SELECT count(*) FROM carts WHERE project = $1 AND owner = $2", project.key, owner)
    assert count == 1


def test_many_first_requests_of_one_sign_in_open_one_desk(project: Project):
    desk = Desk(project)
    answers = in_parallel([partial(desk.there.get, "/desk")] * 12)
    assert len({ok(each, 200)["id"] for each in answers}) == 1
    assert len({each.json()["cart"]["id"] for each in answers}) == 1
    assert project.sql.value("SELECT count(*) FROM desks WHERE project = $1", project.key) == 1


def test_a_role_taken_away_holds_on_the_next_request(project: Project):
    desk = Desk(project)
    cart = desk.select("alice")["cart"]
    project.sql.execute("UPDATE staff SET roles = '{}' WHERE project = $1 AND username = 'agent7'", project.key)
    refused(desk.there.post(f"/carts/{cart['id']}", {"actions": [add("TEE")]}), 403, "insufficient_scope")
    refused(desk.there.get("/desk"), 403, "insufficient_scope")


def test_a_pairing_ends_with_the_behaviour_that_allowed_it(project: Project):
    bob, agent = project.customer("bob"), project.staff("agent7")
    cart = open_cart(bob, "siteA", add("TEE"))
    code = bob.create("/me/pairing-codes", {"cartId": cart["id"]})["code"]
    pairing = agent.create("/desk/pairings", {"code": code})["pairing"]
    ok(bob.post(f"/me/pairings/{pairing['id']}/confirm", {"version": pairing["version"]}), 200)
    ok(agent.get(f"/carts/{cart['id']}"), 200)
    project.sql.execute(
        "UPDATE roles SET behaviours = array_remove(behaviours, 'pairing') WHERE project = $1", project.key
    )
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
