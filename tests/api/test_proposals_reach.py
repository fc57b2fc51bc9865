"""Who sees, makes and answers proposals; to everybody else there are none."""

from typing import Any

import pytest

from tests.api.proposals import agent_with, answer, draft, expire, line_of, propose, rows
from tests.api.test_pairing import end, paired
from tests.api.test_staff_limits import REASON, adjust, limit
from tests.builders import NO_ID, add, money, open_cart
from tests.client import Api, ok, refused
from tests.conftest import Project


@pytest.fixture
def alice(project: Project) -> Api:
    return project.customer("alice").in_store("siteA")


@pytest.fixture
def cart(alice: Api) -> Any:
    return open_cart(alice, "siteA", add("TEE", 2), add("MUG", 1))


@pytest.fixture
def agent(project: Project, cart: Any) -> Api:
    return agent_with(project)


def test_only_carts_within_reach_are_proposed_for(project: Project, cart: Any):
    guest = project.guest()
    guests = open_cart(guest, "siteA", add("TEE"))
    agent = agent_with(project, "bob")
    for there in (cart, guests, {"id": NO_ID, "version": 1}, {"id": "nothing", "version": 1}):
        refused(agent.post("/proposals", draft(there, add("PEN"))), 404, "ResourceNotFound")
    for name in ("csr1", "csr2", "sup1"):
        refused(project.staff(name).post("/proposals", draft(cart, add("PEN"))), 403, "insufficient_scope")
    assert rows(project) == []


def test_a_shopper_answers_where_shoppers_read(project: Project, alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"), add("MUG"))
    said = {"version": 1, "actions": [{"action": "acceptLine", "index": 0}]}
    path = f"/me/proposals/{made['id']}"
    refused(agent.post(path, said), 403, "insufficient_scope")
    refused(project.customer("bob").post(path, said), 404, "ResourceNotFound")
    assert alice.read(path) == made
    assert ok(alice.post(path, said), 200)["cart"]["version"] == cart["version"] + 1


def test_strangers_find_nothing(project: Project, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    before = rows(project), project.cart_row(cart["id"])
    for stranger in (project.customer("bob"), project.guest(), project.guest("another")):
        assert stranger.read("/me/proposals")["results"] == []
        refused(stranger.get(f"/me/proposals/{made['id']}"), 404, "ResourceNotFound")
        for said in ("acceptAll", "refuseAll", "withdraw"):
            refused(answer(stranger, made, said), 404, "ResourceNotFound")
    other = agent_with(project, "bob", username="admin")
    assert other.read("/proposals")["results"] == []
    refused(other.get(f"/proposals/{made['id']}"), 404, "ResourceNotFound")
    refused(answer(other, made, "withdraw"), 404, "ResourceNotFound")
    refused(project.admin.post(f"/proposals/{made['id']}", {"version": 1, "actions": []}), 403, "insufficient_scope")
    assert (rows(project), project.cart_row(cart["id"])) == before


def test_on_a_site_that_does_not_share_the_cart_there_is_no_proposal(project: Project, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    elsewhere = project.customer("alice").in_store("siteD")
    refused(elsewhere.get(f"/me/proposals/{made['id']}"), 404, "ResourceNotFound")
    refused(answer(elsewhere, made, "acceptAll"), 404, "ResourceNotFound")


def test_an_agent_without_a_hand_on_the_cart_is_told_nothing_of_it(project: Project):
    guest, agent = project.guest(), project.staff("agent7").in_store("siteA")
    cart = open_cart(guest, "siteA", add("TEE"))
    pairing = paired(guest, agent, cart)
    made = propose(agent, cart, add("PEN"))
    assert made["totalBefore"] == cart["totalPrice"]
    ok(end(guest, "me", pairing), 200)
    for seen in (agent.read(f"/proposals/{made['id']}"), *agent.read("/proposals")["results"]):
        assert seen["state"] == "Open"
        assert not {"totalBefore", "totalAfter", "cartVersion", "isCartChanged", "conflicts"} & set(seen)
        assert all("preview" not in each for each in seen["lines"])
    refused(agent.post("/proposals", draft(cart, add("PEN"))), 404, "ResourceNotFound")
    assert ok(answer(agent, made, "withdraw"), 200)["state"] == "Withdrawn"


def test_lists_are_by_cart_and_by_state_and_the_latest_comes_first(project: Project, alice: Api, agent: Api, cart: Any):
    one = propose(agent, cart, add("PEN"))
    two = propose(agent, cart, add("MUG"))
    ok(answer(alice, one, "refuseAll"), 200)

    def ids(caller: Api, path: str) -> list[str]:
        return [each["id"] for each in caller.read(path)["results"]]

    for caller, path in ((agent, "/proposals"), (alice, "/me/proposals")):
        assert ids(caller, path) == [two["id"], one["id"]]
        assert ids(caller, f"{path}?state=Open") == [two["id"]]
        assert ids(caller, f"{path}?state=Refused&cartId={cart['id']}") == [one["id"]]
        assert ids(caller, f"{path}?cartId={NO_ID}") == ids(caller, f"{path}?cartId=nothing") == []
        page = caller.read(f"{path}?limit=1&offset=1")
        assert (page["total"], [each["id"] for each in page["results"]]) == (2, [one["id"]])
        refused(caller.get(f"{path}?state=Closed"), 400, "InvalidField", field="state")
    expire(project)
    assert ids(alice, "/me/proposals?state=Expired") == [two["id"]]
    assert ids(alice, "/me/proposals?state=Open") == []


def test_another_agent_with_a_hand_on_the_cart_sees_its_proposals(project: Project, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    other = agent_with(project, username="admin")
    assert [each["id"] for each in other.read("/proposals")["results"]] == [made["id"]]
    assert other.read(f"/proposals/{made['id']}")["totalBefore"] == cart["totalPrice"]


def test_an_accepted_adjustment_carries_the_agents_name_and_reason(project: Project, alice: Api, agent: Api, cart: Any):
    limit(project, "SalesAgent", priceAdjustmentPercentMax=10)
    tee = line_of(cart, "TEE")
    made = propose(agent, cart, adjust(tee, 10))
    assert made["lines"][0]["preview"]["lineItems"][0]["totalAfter"] == money(4500)
    done = ok(answer(alice, made, "acceptAll"), 200)
    adjustment = line_of(done["cart"], "TEE")["priceAdjustment"]
    assert (adjustment["permyriad"], adjustment["reason"]) == (1000, REASON)
    assert adjustment["operator"]["id"] == agent.read("/desk")["agent"]["id"]
    assert line_of(done["cart"], "TEE")["totalPrice"] == money(4500)


def test_an_adjustment_beyond_the_agents_limit_is_not_proposed(project: Project, agent: Api, cart: Any):
    limit(project, "SalesAgent", priceAdjustmentPercentMax=10)
    late = agent.post("/proposals", draft(cart, adjust(line_of(cart, "TEE"), 11)))
    refused(late, 403, "insufficient_scope", "PriceAdjustmentBeyondLimit")
    assert rows(project) == []


def test_the_agents_limit_is_that_of_the_acceptance(project: Project, alice: Api, agent: Api, cart: Any):
    limit(project, "SalesAgent", priceAdjustmentPercentMax=10)
    made = propose(agent, cart, adjust(line_of(cart, "TEE"), 10), add("PEN"))
    limit(project, "SalesAgent", priceAdjustmentPercentMax=5)
    seen = alice.read(f"/me/proposals/{made['id']}")
    assert seen["lines"][0]["problem"]["reason"] == "AdjustmentNotAllowed"
    assert "preview" in seen["lines"][1]
    before = project.cart_row(cart["id"])
    refused(answer(alice, made, "acceptAll"), 400, "InvalidOperation", "AdjustmentNotAllowed")
    assert project.cart_row(cart["id"]) == before
    assert ok(answer(alice, made, ("acceptLine", 1)), 200)["state"] == "Open"


def test_a_shopper_cannot_take_something_off_by_way_of_a_proposal(project: Project, alice: Api, cart: Any):
    refused(alice.post("/proposals", draft(cart, adjust(line_of(cart, "TEE"), 50))), 403, "insufficient_scope")
    assert rows(project) == []
