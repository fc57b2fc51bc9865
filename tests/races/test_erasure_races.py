"""An erasure against whatever else is said of the person at the same time: nothing of it is left, in any order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.api.assisted import Agent
from tests.api.proposals import agent_with, draft
from tests.api.test_erasure import ADDRESS, MARK, erase, filled, found, person
from tests.builders import action, add, open_cart
from tests.client import ok, refused
from tests.conftest import Project
from tests.races.test_sign_in_races import Request, at_cart, at_customer, held, wait_for


def test_an_order_that_is_placed_meanwhile_is_erased_whole(project: Project):
    customer_id, shopper = person(project)
    cart = filled(project, shopper)
    ordering = partial(shopper.in_store("siteA").post, "/me/orders", {"id": cart["id"], "version": cart["version"]})
    ordered, erased = at_cart(project, cart, ordering, partial(erase, project, customer_id))
    order = ok(ordered, 201)
    ok(erased, 200)
    assert project.backend.read(f"/orders/{order['id']}")["version"] == 2
    assert found(project, MARK) == []
    assert project.broken_invariants() == []


def test_a_takeover_that_is_opened_meanwhile_keeps_no_words(project: Project):
    customer_id, shopper = person(project)
    open_cart(shopper, "siteA", add("MUG"))
    agent = Agent(project)
    order = agent.draft("zed")
    taking = partial(
        agent.api.post, f"/offline-orders/{order['id']}/takeover", {"reason": f"{MARK} called", "ticket": MARK}
    )
    taken, erased = at_customer(project, taking, partial(erase, project, customer_id), key="zed")
    ok(taken, 201)
    ok(erased, 200)
    assert found(project, MARK) == []
    assert project.broken_invariants() == []


def test_a_proposal_that_is_made_meanwhile_is_dropped(project: Project):
    customer_id, shopper = person(project)
    cart = open_cart(shopper, "siteA", add("MUG"))
    agent = agent_with(project, "zed")
    with ThreadPoolExecutor(1) as threads:
        with held(project, "customers", "key", "zed"):
            erasing = threads.submit(erase, project, customer_id)
            wait_for(project, 1, [erasing])
            agent.create("/proposals", draft(cart, add("PEN"), note=f"For {MARK}"))
        ok(erasing.result(30), 200)
    assert found(project, MARK) == []
    assert project.broken_invariants() == []


def test_a_proposal_is_made_on_a_cart_that_is_there_or_not_at_all(project: Project):
    customer_id, shopper = person(project)
    cart = open_cart(shopper, "siteA", add("MUG"))
    agent = agent_with(project, "zed")
    proposing = partial(agent.post, "/proposals", draft(cart, add("PEN"), note=f"For {MARK}"))
    erased, proposed = at_cart(project, cart, partial(erase, project, customer_id), proposing)
    ok(erased, 200)
    refused(proposed, 404, "ResourceNotFound")
    assert found(project, MARK) == []


def a_cart(project: Project, customer_id: str) -> Request:
    body = {"customerId": customer_id, "currency": "USD", "shippingAddress": ADDRESS}
    return partial(project.backend.in_store("siteA").post, "/carts", body)


def an_order(project: Project, customer_id: str) -> Request:
    return partial(Agent(project).api.post, "/offline-orders", {"customerId": customer_id})


def an_order_of_nobodys(project: Project, customer_id: str) -> Request:
    agent = Agent(project)
    order = agent.draft(None)
    body = {"version": order["version"], "actions": [action("setCustomer", customerId=customer_id)]}
    return partial(agent.api.post, f"/offline-orders/{order['id']}", body)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("beginning", [a_cart, an_order, an_order_of_nobodys])
def test_nothing_is_begun_for_a_customer_who_is_erased(
    project: Project, beginning: Callable[[Project, str], Request], is_first: bool
):
    customer_id, _ = person(project)
    begin, erasing = beginning(project, customer_id), partial(erase, project, customer_id)
    if is_first:
        begun, erased = at_customer(project, begin, erasing, key="zed")
        ok(begun)
    else:
        erased, begun = at_customer(project, erasing, begin, key="zed")
        refused(begun, 400, "ReferencedResourceNotFound")
    ok(erased, 200)
    assert found(project, MARK) == []
    assert project.broken_invariants() == []
