"""Takeovers and offline orders against everything else that may happen to the same cart, in both orders, forced."""

from functools import partial
from typing import Any

import pytest

from tests.api.assisted import Agent, run_out, shopper_with
from tests.builders import add, open_cart, ship_to, skus, submit
from tests.client import ok, refused
from tests.conftest import Project
from tests.races.test_sign_in_races import Request, at_cart, at_customer, in_turn

BOTH_ORDERS = pytest.mark.parametrize("is_first", [True, False])


def in_order(answer: Any, is_first: bool, one: Request, other: Request) -> Any:
    """What one and the other are answered, sent in this order."""
    answers = answer(*([one, other] if is_first else [other, one]))
    return answers if is_first else answers[::-1]


def at_takeover(project: Project, agent: Agent) -> Any:
    return partial(in_turn, project, "takeovers", "id", agent.takeover["id"])


def taking(agent: Agent) -> Request:
    return partial(agent.there.post, f"/offline-orders/{agent.order['id']}/takeover", {})


def adding_items(agent: Agent) -> Request:
    return partial(agent.on_takeover, "/add-items-to-order", {"version": agent.takeover["version"]})


def writing(agent: Agent, sku: str = "PEN") -> Request:
    return partial(agent.there.post, f"/carts/{agent.takeover['cartId']}", {"actions": [add(sku)]})


def handing_back(agent: Agent) -> Request:
    return partial(agent.api.delete, f"/takeovers/{agent.takeover['id']}", params={"version": 1})


def submitting(project: Project) -> Request:
    wade = project.customer("wade")
    return partial(submit, wade, wade.in_store("siteA").read("/me/current-cart"))


def helping(project: Project) -> Agent:
    shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    robin.help("wade")
    return robin


@pytest.mark.parametrize("has_cart", [True, False])
def test_s2_34_of_two_agents_at_once_one_has_the_lease(project: Project, has_cart: bool):
    if has_cart:
        shopper_with(project, add("TEE"))
    robin, sam = Agent(project), Agent(project, "csr3")
    robin.draft("wade")
    sam.draft("wade")
    first, second = at_customer(project, taking(sam), taking(robin), key="wade")
    taken = ok(first, 201)
    refused(second, 400, "InvalidOperation", "TakeoverHeld", holder="Sam Stone")
    cart = open_cart(project.customer("wade"))
    assert (cart["id"], cart["offlineOrderId"]) == (taken["cart"]["id"], sam.order["id"])
    assert "originalCartId" not in robin.api.read(f"/offline-orders/{robin.order['id']}")
    assert project.counts()["carts"] == 1
    assert project.broken_invariants() == []


def test_the_same_agent_twice_at_once_has_one_takeover(project: Project):
    shopper_with(project, add("TEE"))
    robin = Agent(project)
    robin.draft("wade")
    first, second = at_customer(project, taking(robin), taking(robin), key="wade")
    assert ok(first, 201)["takeover"] == ok(second, 200)["takeover"]
    assert project.broken_invariants() == []


def test_of_two_agents_who_wait_for_a_lease_that_has_run_out_one_has_it(project: Project):
    robin, sam = helping(project), Agent(project, "csr3")
    ada = Agent(project, "admin")
    sam.draft("wade")
    ada.draft("wade")
    run_out(project, robin.takeover)
    first, second = at_takeover(project, robin)(taking(sam), taking(ada))
    ok(first, 201)
    refused(second, 400, "InvalidOperation", "TakeoverHeld", holder="Sam Stone")
    assert robin.api.read(f"/takeovers/{robin.takeover['id']}")["state"] == "Lapsed"
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_the_shopper_orders_while_the_items_are_added(project: Project, is_first: bool):
    robin = helping(project)
    cart = {"id": robin.takeover["cartId"]}
    added, placed = in_order(partial(at_cart, project, cart), is_first, adding_items(robin), submitting(project))
    if is_first:
        assert skus(ok(added, 200)["order"]) == [("TEE", 1)]
        refused(placed, 409, "ConcurrentModification")
        assert ok(submitting(project)(), 201)["id"] == robin.order["id"]
    else:
        order = ok(placed, 201)
        assert order["type"] == "ONLINE"
        refused(added, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=order["id"])
    assert project.stock("TEE", "stockA") == 99
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_the_shopper_orders_while_the_items_are_added_again(project: Project, is_first: bool):
    robin = helping(project)
    order = robin.add_items()
    robin.take_over()
    robin.change(add("MUG"))
    answers = in_order(at_takeover(project, robin), is_first, adding_items(robin), submitting(project))
    added, placed = answers
    if is_first:
        assert skus(ok(added, 200)["order"]) == [("TEE", 1), ("MUG", 1)]
        refused(placed, 409, "ConcurrentModification")
    else:
        assert skus(ok(placed, 201)) == [("TEE", 1)]
        refused(added, 400, "InvalidOperation", "TakeoverEnded")
        fresh = project.customer("wade").in_store("siteA").read("/me/current-cart")
        assert skus(fresh) == [("MUG", 1)]
    assert robin.api.read(f"/offline-orders/{order['id']}")["status"] == ("Pending" if is_first else "Submitted")
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_force_against_a_write_of_the_holder(project: Project, is_first: bool):
    robin, uma = helping(project), Agent(project, "sup1")
    uma.takeover = robin.takeover
    forcing = partial(uma.on_takeover, "/force", {"reason": "Urgent"})
    before = project.cart_row(robin.takeover["cartId"])
    forced, written = in_order(at_takeover(project, robin), is_first, forcing, writing(robin))
    assert ok(forced, 200)["holder"]["name"] == "Uma Underhill"
    if is_first:
        refused(written, 404, "ResourceNotFound")
        assert project.cart_row(robin.takeover["cartId"]) == before
    else:
        assert skus(ok(written, 200)) == [("TEE", 1), ("PEN", 1)]
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_handing_back_against_a_heartbeat(project: Project, is_first: bool):
    robin = helping(project)
    beating = partial(robin.on_takeover, "/heartbeat")
    back, beat = in_order(at_takeover(project, robin), is_first, handing_back(robin), beating)
    assert ok(back, 200)["state"] == "Cancelled"
    if is_first:
        refused(beat, 400, "InvalidOperation", "TakeoverEnded", state="Cancelled")
    else:
        assert ok(beat, 200)["leaseUntil"] == back.json()["leaseUntil"]
    assert robin.api.read(f"/takeovers/{robin.takeover['id']}")["state"] == "Cancelled"
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_handing_back_against_adding_the_items(project: Project, is_first: bool):
    robin = helping(project)
    back, added = in_order(at_takeover(project, robin), is_first, handing_back(robin), adding_items(robin))
    if is_first:
        ok(back, 200)
        refused(added, 409, "ConcurrentModification") if added.status_code == 409 else refused(
            added, 400, "InvalidOperation", "TakeoverEnded"
        )
    else:
        ok(added, 200)
        assert back.status_code in (400, 409), back.text
    order = robin.api.read(f"/offline-orders/{robin.order['id']}")
    assert skus(order) == ([] if is_first else [("TEE", 1)])
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_the_shopper_ends_it_while_the_agent_writes(project: Project, is_first: bool):
    robin = helping(project)
    ending = partial(project.customer("wade").delete, f"/me/takeovers/{robin.takeover['id']}", params={"version": 1})
    ended, written = in_order(at_takeover(project, robin), is_first, ending, writing(robin))
    ok(ended, 200)
    if is_first:
        refused(written, 404, "ResourceNotFound")
    else:
        ok(written, 200)
    cart = project.customer("wade").in_store("siteA").read("/me/current-cart")
    assert skus(cart) == ([("TEE", 1)] if is_first else [("TEE", 1), ("PEN", 1)])
    assert "offlineOrderId" not in cart
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_the_draft_is_cancelled_while_the_shopper_orders_it(project: Project, is_first: bool):
    robin = helping(project)
    order = robin.add_items()
    body = {"version": order["version"], "actions": [{"action": "cancel"}]}
    cancelling = partial(robin.api.post, f"/offline-orders/{order['id']}", body)
    cart = {"id": robin.takeover["cartId"]}
    gone, placed = in_order(partial(at_cart, project, cart), is_first, cancelling, submitting(project))
    if is_first:
        assert ok(gone, 200)["status"] == "Cancelled"
        refused(placed, 409, "ConcurrentModification")
        assert ok(submitting(project)(), 201)["type"] == "ONLINE"
    else:
        assert ok(placed, 201)["id"] == order["id"]
        refused(gone, 409, "ConcurrentModification")
    assert project.stock("TEE", "stockA") == 99
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_the_draft_is_cancelled_while_the_shopper_checks_it_out(project: Project, is_first: bool):
    robin = helping(project)
    order = robin.add_items()
    path = f"/offline-orders/{order['id']}"
    cancelling = partial(robin.api.post, path, {"version": order["version"], "actions": [{"action": "cancel"}]})
    cart = {"id": robin.takeover["cartId"]}
    wade = project.customer("wade").in_store("siteA")
    checking_out = partial(wade.post, f"/me/carts/{cart['id']}/checkout", {})
    gone, shown = in_order(partial(at_cart, project, cart), is_first, cancelling, checking_out)
    if is_first:
        cancelled = ok(gone, 200)
        refused(shown, 409, "ConcurrentModification")
        assert robin.api.read(path) == cancelled
        assert ok(checking_out(), 200)["id"] == cart["id"]
    else:
        assert ok(shown, 200)["id"] == order["id"]
        refused(gone, 409, "ConcurrentModification")
    assert project.broken_invariants() == []


def test_a_prepared_order_that_is_submitted_twice_at_once_is_submitted_once(project: Project):
    robin = helping(project)
    order = robin.add_items()
    twice = submitting(project)
    first, second = at_cart(project, {"id": robin.takeover["cartId"]}, twice, twice)
    assert ok(first, 201)["id"] == order["id"]
    refused(second, 409, "ConcurrentModification")
    assert project.counts()["orders"] == 1
    assert project.stock("TEE", "stockA") == 99
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_the_shopper_adds_a_line_while_ordering_in_another_tab(project: Project, is_first: bool):
    robin = helping(project)
    robin.add_items()
    wade = project.customer("wade").in_store("siteA")
    cart_id = robin.takeover["cartId"]
    adding = partial(wade.post, f"/me/carts/{cart_id}", {"actions": [add("PEN")]})
    added, placed = in_order(partial(at_cart, project, {"id": cart_id}), is_first, adding, submitting(project))
    if is_first:
        ok(added, 200)
        refused(placed, 409, "ConcurrentModification")
        ok(submitting(project)(), 201)
        assert skus(wade.read("/me/current-cart")) == [("PEN", 1)]
    else:
        ok(placed, 201)
        refused(added, 400, "InvalidOperation", "CartAlreadySubmitted")
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_what_is_beyond_the_order_is_the_current_cart_for_whoever_asks_meanwhile(project: Project, is_first: bool):
    robin = helping(project)
    robin.add_items()
    wade = project.customer("wade").in_store("siteA")
    wade.write(f"/me/carts/{robin.takeover['cartId']}", {"actions": [add("PEN")]})
    sam = Agent(project, "csr3")
    sam.draft("wade")
    placed, view = in_order(partial(at_customer, project, key="wade"), is_first, submitting(project), taking(sam))
    if is_first:
        ok(placed, 201)
        assert skus(ok(view, 201)["cart"]) == [("PEN", 1)]
        assert skus(wade.read("/me/current-cart")) == [("PEN", 1)]
    else:
        ok(view, 201)
        refused(placed, 409, "ConcurrentModification")
    assert project.broken_invariants() == []


def test_s2_38_of_two_who_follow_one_link_the_first_has_the_order(project: Project):
    robin = Agent(project)
    order = robin.prepare(add("MUG"), customer=None)
    token = robin.there.create(f"/offline-orders/{order['id']}/continuation")["token"]
    one, two = project.guest().in_store("siteA"), project.guest().in_store("siteA")
    following = [partial(each.post, "/me/offline-orders/continue", {"token": token}) for each in (one, two)]
    first, second = at_cart(project, {"id": order["originalCartId"]}, *following)
    assert ok(first, 200)["id"] == order["id"]
    refused(second, 404, "ResourceNotFound")
    assert project.broken_invariants() == []


@BOTH_ORDERS
def test_the_guest_goes_on_while_the_agent_takes_the_cart_over_again(project: Project, is_first: bool):
    robin = Agent(project)
    order = robin.prepare(add("MUG"), customer=None)
    token = robin.there.create(f"/offline-orders/{order['id']}/continuation")["token"]
    guest = project.guest().in_store("siteA")
    following = partial(guest.post, "/me/offline-orders/continue", {"token": token})
    cart = {"id": order["originalCartId"]}
    followed, view = in_order(partial(at_cart, project, cart), is_first, following, taking(robin))
    assert ok(followed, 200)["id"] == order["id"]
    assert ok(view, 201)["cart"]["id"] == order["originalCartId"]
    assert skus(guest.read(f"/me/carts/{order['originalCartId']}")) == [("MUG", 1)]
    assert project.broken_invariants() == []
