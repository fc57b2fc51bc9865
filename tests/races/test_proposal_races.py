"""Proposals and pairings against everything that may happen at the same time, in both orders, forced."""

from functools import partial
from typing import Any

import httpx
import pytest

from tests.api.proposals import agent_with, answer, line_of, propose, states
from tests.api.test_pairing import asked, code_for, end, paired
from tests.builders import add, change_quantity, open_cart, ship_to, skus, submit
from tests.client import Api, ok, refused
from tests.conftest import Project
from tests.races.test_sign_in_races import Request, at_cart, in_turn


@pytest.fixture
def alice(project: Project) -> Api:
    return project.customer("alice").in_store("siteA")


@pytest.fixture
def cart(alice: Api) -> Any:
    return open_cart(alice, "siteA", add("TEE", 2), add("MUG", 1))


@pytest.fixture
def agent(project: Project, cart: Any) -> Api:
    return agent_with(project)


def at_proposal(project: Project, proposal: Any, *requests: Request) -> list[httpx.Response]:
    return in_turn(project, "proposals", "id", proposal["id"], *requests)


def in_order(is_first: bool, one: Request, other: Request) -> list[Request]:
    return [one, other] if is_first else [other, one]


@pytest.mark.parametrize("is_first", [True, False])
def test_the_shopper_accepts_while_the_agent_withdraws(
    project: Project, alice: Api, agent: Api, cart: Any, is_first: bool
):
    made = propose(agent, cart, add("PEN"))
    accepting, withdrawing = partial(answer, alice, made, "acceptAll"), partial(answer, agent, made, "withdraw")
    first, second = at_proposal(project, made, *in_order(is_first, accepting, withdrawing))
    assert ok(first, 200)["state"] == ("Accepted" if is_first else "Withdrawn")
    refused(second, 409, "ConcurrentModification", currentVersion=2)
    now = alice.read(f"/me/carts/{cart['id']}")
    assert skus(now) == [("TEE", 2), ("MUG", 1)] + ([("PEN", 1)] if is_first else [])
    assert project.broken_invariants() == []


def test_of_two_acceptances_of_one_line_one_counts(project: Project, alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"), add("TEE"))
    accepting = partial(answer, alice, made, ("acceptLine", 0))
    first, second = at_proposal(project, made, accepting, accepting)
    assert states(ok(first, 200)) == ["Accepted", "Open"]
    refused(second, 409, "ConcurrentModification", currentVersion=2)
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 2), ("MUG", 1), ("PEN", 1)]
    assert project.broken_invariants() == []


def test_two_proposals_accepted_at_once_are_both_in_the_cart(project: Project, alice: Api, agent: Api, cart: Any):
    one, two = propose(agent, cart, add("PEN")), propose(agent, cart, change_quantity(line_of(cart, "TEE"), 5))
    answers = at_cart(project, cart, partial(answer, alice, one, "acceptAll"), partial(answer, alice, two, "acceptAll"))
    last = [ok(each, 200) for each in answers][1]
    assert skus(last["cart"]) == [("TEE", 5), ("MUG", 1), ("PEN", 1)]
    assert last["cartVersion"] == cart["version"] + 2
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_an_acceptance_and_an_edit_of_another_line_are_both_kept(
    project: Project, alice: Api, agent: Api, cart: Any, is_first: bool
):
    made = propose(agent, cart, change_quantity(line_of(cart, "TEE"), 5))
    editing = partial(alice.post, f"/me/carts/{cart['id']}", {"actions": [add("MUG", 3)]})
    answers = at_cart(project, cart, *in_order(is_first, partial(answer, alice, made, "acceptAll"), editing))
    assert [each.status_code for each in answers] == [200, 200]
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 5), ("MUG", 4)]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_an_acceptance_and_an_edit_of_the_same_line_never_both_hold(
    project: Project, alice: Api, agent: Api, cart: Any, is_first: bool
):
    tee = line_of(cart, "TEE")
    made = propose(agent, cart, change_quantity(tee, 5), add("PEN"))
    edit = {"baseVersion": cart["version"], "actions": [change_quantity(tee, 3)]}
    editing = partial(alice.post, f"/me/carts/{cart['id']}", edit)
    first, second = at_cart(project, cart, *in_order(is_first, partial(answer, alice, made, "acceptAll"), editing))
    ok(first, 200)
    error = refused(second, 409, "ConcurrentModification", "RebaseConflict")
    assert [(each["base"], each["theirs"], each["yours"]) for each in error["conflicts"]] == [
        (2, 5, 3) if is_first else (2, 3, 5)
    ]
    after = skus(alice.read(f"/me/carts/{cart['id']}"))
    assert after == ([("TEE", 5), ("MUG", 1), ("PEN", 1)] if is_first else [("TEE", 3), ("MUG", 1)])
    now = alice.read(f"/me/proposals/{made['id']}")
    assert now["state"] == ("Accepted" if is_first else "Open")
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_accepted_while_the_cart_is_ordered_is_in_the_order_or_refused(
    project: Project, alice: Api, agent: Api, cart: Any, is_first: bool
):
    cart = alice.change_my_cart(cart, ship_to())
    made = propose(agent, cart, add("PEN"))
    ordering = partial(submit, alice, cart)
    answers = at_cart(project, cart, *in_order(is_first, partial(answer, alice, made, "acceptAll"), ordering))
    accepted, placed = answers if is_first else answers[::-1]
    if is_first:
        ok(accepted, 200)
        refused(placed, 409, "ConcurrentModification")
        assert project.counts()["orders"] == 0
    else:
        refused(accepted, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=ok(placed, 201)["id"])
        assert skus(placed.json()) == [("TEE", 2), ("MUG", 1)]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_shopper_confirms_on_one_screen_and_ends_it_on_another(project: Project, is_first: bool):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    pairing = asked(agent, code_for(guest, cart))
    confirming = partial(guest.post, f"/me/pairings/{pairing['id']}/confirm", {"version": 1})
    first, second = in_turn(
        project, "pairings", "id", pairing["id"], *in_order(is_first, confirming, partial(end, guest, "me", pairing))
    )
    assert ok(first, 200)["state"] == ("Active" if is_first else "Ended")
    refused(second, 409, "ConcurrentModification", currentVersion=2)
    assert agent.get(f"/carts/{cart['id']}").status_code == (200 if is_first else 404)


def test_of_two_agents_who_type_one_code_one_asks(project: Project):
    guest = project.guest()
    code = code_for(guest, open_cart(guest, "siteA", add("TEE")))
    asking = [partial(project.staff(name).post, "/desk/pairings", {"code": code}) for name in ("agent7", "admin")]
    first, second = in_turn(project, "pairing_codes", "project", project.key, *asking)
    ok(first, 201)
    refused(second, 400, "InvalidOperation", "PairingCodeUnknown")
    assert len(guest.read("/me/pairings")["results"]) == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_what_an_agent_writes_while_the_guest_ends_the_pairing_is_written_before_or_not_at_all(
    project: Project, is_first: bool
):
    guest, agent = project.guest(), project.staff("agent7").in_store("siteA")
    cart = open_cart(guest, "siteA", add("TEE"))
    pairing = paired(guest, agent, cart)
    writing = partial(agent.post, f"/carts/{cart['id']}", {"version": cart["version"], "actions": [add("PEN")]})
    ending = partial(end, guest, "me", pairing)
    answers = in_turn(project, "pairings", "id", pairing["id"], *in_order(is_first, writing, ending))
    written, ended = answers if is_first else answers[::-1]
    ok(ended, 200)
    if is_first:
        ok(written, 200)
    else:
        refused(written, 404, "ResourceNotFound")
    expected = [("TEE", 1)] + ([("PEN", 1)] if is_first else [])
    assert skus(guest.read(f"/me/carts/{cart['id']}")) == expected
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


def test_two_codes_made_at_once_for_one_cart_leave_one(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    making = partial(guest.post, "/me/pairing-codes", {"cartId": cart["id"]})
    first, second = (ok(each, 201)["code"] for each in at_cart(project, cart, making, making))
    refused(agent.post("/desk/pairings", {"code": first}), 400, "InvalidOperation", "PairingCodeUnknown")
    asked(agent, second)
