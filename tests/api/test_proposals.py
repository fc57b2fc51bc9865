"""Proposals: an agent suggests, the shopper accepts or refuses line by line, and until then the cart is untouched."""

from typing import Any

import pytest

from tests.api.proposals import agent_with, answer, draft, expire, line_of, propose, rows, states, swap
from tests.api.test_pairing import paired
from tests.builders import NO_ID, action, add, amount, change_quantity, money, open_cart, remove, ship_to, skus, submit
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


def test_the_cart_is_untouched_until_the_shopper_accepts(project: Project, alice: Api, agent: Api, cart: Any):
    before = project.cart_row(cart["id"])
    tee = line_of(cart, "TEE")
    made = propose(agent, cart, change_quantity(tee, 3), {**add("PEN"), "note": "Fits the mug"}, note="As discussed")
    assert (made["state"], made["version"], made["cartId"], made["baseVersion"]) == (
        "Open",
        1,
        cart["id"],
        cart["version"],
    )
    assert (made["note"], made["agent"]) == ("As discussed", {"name": "Agent Seven"})
    assert [each.get("note") for each in made["lines"]] == [None, "Fits the mug"]
    assert [each["index"] for each in made["lines"]] == [0, 1]
    assert (made["isCartChanged"], made["cartVersion"], made["conflicts"]) == (False, cart["version"], [])
    assert project.cart_row(cart["id"]) == before
    assert alice.read(f"/me/proposals/{made['id']}") == made == agent.read(f"/proposals/{made['id']}")
    done = ok(answer(alice, made, "acceptAll"), 200)
    assert (done["state"], states(done), done["version"]) == ("Accepted", ["Accepted", "Accepted"], 2)
    assert skus(done["cart"]) == [("TEE", 3), ("MUG", 1), ("PEN", 1)]
    assert done["cartVersion"] == done["cart"]["version"] == cart["version"] + 2
    assert done["isCartChanged"] is False
    assert done["cart"] == alice.read(f"/me/carts/{cart['id']}")
    assert project.broken_invariants() == []


def test_each_open_line_tells_what_it_would_do_and_all_of_them_what_they_come_to(alice: Api, agent: Api, cart: Any):
    tee, mug = line_of(cart, "TEE"), line_of(cart, "MUG")
    made = propose(agent, cart, change_quantity(tee, 1), remove(mug), add("PEN", 2))
    total = cart["totalPrice"]["centAmount"]
    assert (made["totalBefore"], made["totalAfter"]) == (money(total), money(2500 + 400))
    one, two, three = (each["preview"] for each in made["lines"])
    assert one["lineItems"] == [
        {
            "lineItemId": tee["id"],
            "sku": "TEE",
            "name": tee["name"],
            "quantityBefore": 2,
            "quantityAfter": 1,
            "totalBefore": money(5000),
            "totalAfter": money(2500),
        }
    ]
    assert (one["totalBefore"], one["totalAfter"]) == (money(total), money(total - 2500))
    assert (two["lineItems"][0]["quantityAfter"], "totalAfter" in two["lineItems"][0]) == (0, False)
    assert (three["lineItems"][0]["sku"], "lineItemId" in three["lineItems"][0]) == ("PEN", False)
    assert three["totalAfter"] == money(total + 400)


def test_previews_are_priced_now_on_the_site_that_is_acted_on(project: Project, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    there = project.customer("alice").in_store("siteB")
    on_b = there.read(f"/me/proposals/{made['id']}")
    assert on_b["totalBefore"] == there.read(f"/me/carts/{cart['id']}")["totalPrice"] != made["totalBefore"]
    done = ok(answer(there, made, "acceptAll"), 200)
    assert done["cart"]["totalPrice"] == on_b["totalAfter"] != made["totalAfter"]
    assert [each["siteId"] for each in done["cart"]["lineItems"]] == ["siteA", "siteA", "siteB"]


def test_lines_are_decided_one_by_one_and_the_last_one_decides_the_state(alice: Api, agent: Api, cart: Any):
    tee, mug = line_of(cart, "TEE"), line_of(cart, "MUG")
    made = propose(agent, cart, change_quantity(tee, 5), change_quantity(mug, 4), add("PEN"))
    one = ok(answer(alice, made, ("acceptLine", 1)), 200)
    assert (one["state"], states(one)) == ("Open", ["Open", "Accepted", "Open"])
    assert skus(one["cart"]) == [("TEE", 2), ("MUG", 4)]
    assert "preview" not in one["lines"][1]
    two = ok(answer(alice, one, ("refuseLine", 0)), 200)
    assert (two["state"], skus(two["cart"])) == ("Open", [("TEE", 2), ("MUG", 4)])
    three = ok(answer(alice, two, ("acceptLine", 2)), 200)
    assert (three["state"], states(three)) == ("PartlyAccepted", ["Refused", "Accepted", "Accepted"])
    assert skus(three["cart"]) == [("TEE", 2), ("MUG", 4), ("PEN", 1)]
    assert three["isCartChanged"] is False


def test_what_is_refused_leaves_the_cart_as_it_is(project: Project, alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"), add("TEE"))
    before = project.cart_row(cart["id"])
    done = ok(answer(alice, made, "refuseAll"), 200)
    assert (done["state"], states(done)) == ("Refused", ["Refused", "Refused"])
    assert project.cart_row(cart["id"]) == before


def test_some_lines_in_one_answer(alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"), add("TEE"), remove(line_of(cart, "MUG")))
    done = ok(answer(alice, made, ("refuseLine", 1), "acceptAll"), 200)
    assert (done["state"], skus(done["cart"])) == ("PartlyAccepted", [("TEE", 2), ("PEN", 1)])


def test_a_swap_is_one_line_and_keeps_the_quantity_unless_told(alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, swap(line_of(cart, "TEE"), "PEN"), swap(line_of(cart, "MUG"), "TEE", quantity=7))
    changed = [(each["sku"], each["quantityBefore"], each["quantityAfter"]) for each in _touched(made, 0)]
    assert changed == [("TEE", 2, 0), ("PEN", 0, 2)]
    done = ok(answer(alice, made, "acceptAll"), 200)
    assert skus(done["cart"]) == [("PEN", 2), ("TEE", 7)]
    told = alice.read(f"/me/carts/{cart['id']}/history")["results"][0]
    assert [each["action"] for each in told["actions"]] == [
        "removeLineItem",
        "addLineItem",
        "removeLineItem",
        "addLineItem",
    ]


def _touched(proposal: Any, index: int) -> Any:
    return proposal["lines"][index]["preview"]["lineItems"]


def test_the_event_of_an_acceptance_names_the_shopper_the_agent_and_the_proposal(
    project: Project, alice: Api, agent: Api, cart: Any
):
    made = propose(agent, cart, add("PEN"))
    ok(answer(alice, made, "acceptAll"), 200)
    told = alice.read(f"/me/carts/{cart['id']}/history")["results"][0]
    assert (told["via"]["kind"], told["via"]["id"]) == ("proposal", made["id"])
    assert told["actor"]["customer"]["id"] == project.customer_id("alice")
    assert told["operator"] == {"name": "Agent Seven"}
    for_agents = agent.read(f"/carts/{cart['id']}/history")["results"][0]
    assert for_agents["actor"]["operator"]["id"] == agent.read("/desk")["agent"]["id"]
    assert for_agents["actor"]["customer"]["id"] == project.customer_id("alice")
    assert (told["versionFrom"], told["versionTo"]) == (cart["version"], cart["version"] + 1)


def test_an_acceptance_is_rebased_over_what_the_shopper_did_meanwhile(alice: Api, agent: Api, cart: Any):
    tee, mug = line_of(cart, "TEE"), line_of(cart, "MUG")
    made = propose(agent, cart, change_quantity(tee, 5), add("PEN", 2), change_quantity(mug, 0))
    alice.change_my_cart(cart, add("PEN", 1))
    seen = alice.read(f"/me/proposals/{made['id']}")
    assert (seen["isCartChanged"], seen["conflicts"], seen["cartVersion"]) == (True, [], cart["version"] + 1)
    assert seen["baseVersion"] == cart["version"]
    done = ok(answer(alice, seen, "acceptAll"), 200)
    assert skus(done["cart"]) == [("TEE", 5), ("PEN", 3)]


def test_a_true_conflict_names_both_values_and_nothing_happens(project: Project, alice: Api, agent: Api, cart: Any):
    tee = line_of(cart, "TEE")
    made = propose(agent, cart, add("PEN"), change_quantity(tee, 5))
    alice.change_my_cart(cart, change_quantity(tee, 3))
    conflict = {"index": 1, "lineItemId": tee["id"], "field": "quantity", "base": 2, "theirs": 3, "yours": 5}
    assert agent.read(f"/proposals/{made['id']}")["conflicts"] == [conflict]
    before, kept = project.cart_row(cart["id"]), rows(project)
    error = refused(answer(alice, made, "acceptAll"), 409, "ConcurrentModification", "RebaseConflict")
    assert error["conflicts"] == [conflict]
    assert "currentVersion" not in error
    assert (project.cart_row(cart["id"]), rows(project)) == (before, kept)
    done = ok(answer(alice, made, ("acceptLine", 0)), 200)
    assert skus(done["cart"]) == [("TEE", 3), ("MUG", 1), ("PEN", 1)]


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_swap_of_a_line_that_is_not_what_it_was_is_a_conflict(alice: Api, agent: Api, cart: Any, is_gone: bool):
    tee = line_of(cart, "TEE")
    made = propose(agent, cart, swap(tee, "PEN"))
    now = alice.change_my_cart(cart, change_quantity(tee, 0 if is_gone else 6))
    error = refused(answer(alice, made, "acceptAll"), 409, "ConcurrentModification", "RebaseConflict")
    theirs = [(each["index"], each["lineItemId"], each["base"], each["theirs"]) for each in error["conflicts"]]
    assert theirs == [(0, tee["id"], 2, 0 if is_gone else 6)]
    assert alice.read(f"/me/carts/{cart['id']}") == now


def test_a_line_that_is_gone_already_is_removed_without_a_conflict(alice: Api, agent: Api, cart: Any):
    mug = line_of(cart, "MUG")
    made = propose(agent, cart, remove(mug))
    now = alice.change_my_cart(cart, remove(mug))
    done = ok(answer(alice, made, "acceptAll"), 200)
    assert (done["state"], done["cart"]) == ("Accepted", now)


def test_lines_of_one_proposal_do_not_conflict_with_each_other(alice: Api, agent: Api, cart: Any):
    tee = line_of(cart, "TEE")
    made = propose(agent, cart, change_quantity(tee, 4), swap(tee, "PEN"))
    one = ok(answer(alice, made, ("acceptLine", 0)), 200)
    assert (one["isCartChanged"], one["conflicts"]) == (False, [])
    two = ok(answer(alice, one, ("acceptLine", 1)), 200)
    assert skus(two["cart"]) == [("MUG", 1), ("PEN", 4)]


def test_a_problem_is_told_by_the_line_that_has_it(alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"), add("TEE", 999_997))
    alice.change_my_cart(cart, add("TEE", 5))
    seen = agent.read(f"/proposals/{made['id']}")
    assert "problem" not in seen["lines"][0]
    assert seen["lines"][1]["problem"]["reason"] == "QuantityLimitExceeded"
    assert "preview" not in seen["lines"][1]
    assert seen["totalAfter"]["centAmount"] == seen["totalBefore"]["centAmount"] + 200
    refused(answer(alice, seen, "acceptAll"), 400, "InvalidOperation", "QuantityLimitExceeded")
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 7), ("MUG", 1)]


def test_what_cannot_be_accepted_is_not_proposed(project: Project, alice: Api, agent: Api, cart: Any):
    tee = line_of(cart, "TEE")
    before = rows(project)
    for wrong, code in [
        (add("NOTHING"), "InvalidInput"),
        (add("TEE", 1_000_000), "InvalidOperation"),
        (change_quantity({"id": NO_ID}, 1), "InvalidInput"),
        (add("TEE", externalPrice=amount(1)), "InvalidField"),
        (action("setShippingAddress"), "InvalidField"),
        (action("swapLineItem", lineItemId=tee["id"]), "RequiredField"),
        ({**add("TEE"), "note": "x" * 1001}, "InvalidField"),
        (action("addDiscountCode", code="NONE"), "DiscountCodeNonApplicable"),
    ]:
        refused(agent.post("/proposals", draft(cart, add("PEN"), wrong)), 400, code)
    refused(agent.post("/proposals", draft(cart)), 400, "InvalidField", field="actions")
    refused(agent.post("/proposals", draft(cart, *[add("PEN")] * 51)), 400, "MaxResourceLimitExceeded")
    for end in ("2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "soon"):
        refused(
            agent.post("/proposals", draft(cart, add("PEN"), expiresAt=end)), 400, "InvalidField", field="expiresAt"
        )
    refused(
        agent.post("/proposals", draft({**cart, "version": 99}, add("PEN"))), 400, "InvalidField", field="baseVersion"
    )
    assert rows(project) == before


def test_a_proposal_on_an_old_version_is_made_where_it_still_fits(alice: Api, agent: Api, cart: Any):
    tee, mug = line_of(cart, "TEE"), line_of(cart, "MUG")
    alice.change_my_cart(cart, change_quantity(tee, 9))
    assert propose(agent, cart, change_quantity(mug, 2))["isCartChanged"] is True
    late = agent.post("/proposals", draft(cart, change_quantity(tee, 4)))
    refused(late, 409, "ConcurrentModification", "RebaseConflict")


def test_discount_codes_are_proposed_too(project: Project, alice: Api, agent: Api, cart: Any):
    half = {
        "name": {"en": "Half"},
        "value": {"type": "relative", "permyriad": 5000},
        "target": {"type": "totalPrice"},
        "cartPredicate": "true",
        "sortOrder": "0.5",
        "requiresDiscountCode": True,
    }
    discount = project.admin.create("/cart-discounts", half)
    code = {"code": "HALF", "cartDiscounts": [{"typeId": "cart-discount", "id": discount["id"]}]}
    project.admin.create("/discount-codes", code)
    made = propose(agent, cart, action("addDiscountCode", code="HALF"))
    assert made["totalAfter"]["centAmount"] * 2 == made["totalBefore"]["centAmount"]
    assert ok(answer(alice, made, "acceptAll"), 200)["cart"]["totalPrice"] == made["totalAfter"]


def test_the_agent_withdraws_and_then_nothing_is_accepted(project: Project, alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"), add("TEE"))
    half = ok(answer(alice, made, ("acceptLine", 0)), 200)
    refused(answer(agent, made, "withdraw"), 409, "ConcurrentModification", currentVersion=2)
    gone = ok(answer(agent, half, "withdraw"), 200)
    assert (gone["state"], states(gone), gone["version"]) == ("Withdrawn", ["Accepted", "Open"], 3)
    before = project.cart_row(cart["id"])
    late = answer(alice, gone, "acceptAll")
    refused(late, 400, "InvalidOperation", "IllegalMove", thing="proposal", state="Withdrawn")
    assert project.cart_row(cart["id"]) == before


def test_each_side_does_what_is_its_own(project: Project, alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    before = rows(project), project.cart_row(cart["id"])
    refused(answer(agent, made, "acceptAll"), 400, "InvalidField", allowedValues=["withdraw"])
    refused(answer(alice, made, "withdraw"), 400, "InvalidField")
    other = agent_with(project, username="admin")
    assert other.read(f"/proposals/{made['id']}")["id"] == made["id"]
    refused(answer(other, made, "withdraw"), 400, "InvalidOperation", "ProposalOfAnotherAgent")
    assert (rows(project), project.cart_row(cart["id"])) == before


def test_an_expired_proposal_is_not_answered(project: Project, alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    expire(project)
    before = rows(project), project.cart_row(cart["id"])
    for caller, said in ((alice, "acceptAll"), (alice, "refuseAll"), (agent, "withdraw")):
        refused(answer(caller, made, said), 400, "InvalidOperation", "ProposalExpired")
    assert alice.read(f"/me/proposals/{made['id']}")["state"] == "Expired"
    assert (rows(project), project.cart_row(cart["id"])) == before


def test_a_decided_line_is_not_decided_again(alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"), add("TEE"))
    one = ok(answer(alice, made, ("refuseLine", 0)), 200)
    again = answer(alice, one, ("acceptLine", 0))
    refused(again, 400, "InvalidOperation", "IllegalMove", thing="line", state="Refused", target="Accepted")
    for index in (-1, 2):
        refused(answer(alice, one, ("acceptLine", index)), 400, "InvalidField", field="actions[0].index")
    refused(answer(alice, made, ("acceptLine", 1)), 409, "ConcurrentModification", currentVersion=2)
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 2), ("MUG", 1)]


def test_after_the_order_it_is_too_late_and_the_reason_is_told(project: Project, alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    placed = ok(submit(alice, alice.change_my_cart(cart, ship_to())), 201)
    refused(answer(alice, made, "acceptAll"), 400, "InvalidOperation", "CartAlreadySubmitted", orderId=placed["id"])
    seen = alice.read(f"/me/proposals/{made['id']}")
    assert (seen["state"], seen["cartState"], seen["isCartChanged"]) == ("Open", "Ordered", True)
    late = agent.post("/proposals", draft(cart, add("PEN")))
    refused(late, 400, "InvalidOperation", "CartAlreadySubmitted")
    assert ok(answer(alice, seen, "refuseAll"), 200)["state"] == "Refused"


def test_an_answer_sent_twice_with_one_key_is_applied_once(alice: Api, agent: Api, cart: Any):
    made = propose(agent, cart, add("PEN"))
    body = {"version": 1, "actions": [{"action": "acceptAll"}]}
    first, second = (alice.post(f"/proposals/{made['id']}", body, headers={"Idempotency-Key": "yes"}) for _ in range(2))
    assert ok(first, 200) == ok(second, 200)
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 2), ("MUG", 1), ("PEN", 1)]


def test_an_acceptance_without_the_agents_hand_still_counts(project: Project, alice: Api, agent: Api, cart: Any):
    """The shopper's word is enough: the agent may have gone on to the next customer."""
    made = propose(agent, cart, add("PEN"))
    agent_id, bob = project.customer_id("alice"), project.customer_id("bob")
    agent.write("/desk/customer-cart", {"activeCustomerId": agent_id, "selectedCustomerId": bob})
    assert skus(ok(answer(alice, made, "acceptAll"), 200)["cart"]) == [("TEE", 2), ("MUG", 1), ("PEN", 1)]


def test_a_guest_who_was_paired_gets_proposals_and_keeps_them_when_signing_in(project: Project):
    session = f"guest-{project.key}"
    guest, agent = project.guest(session), project.staff("agent7").in_store("siteA")
    cart = open_cart(guest, "siteA", add("TEE"))
    paired(guest, agent, cart)
    one, two = propose(agent, cart, add("PEN")), propose(agent, cart, add("MUG"))
    assert session not in str(one)
    done = ok(answer(guest.in_store("siteA"), one, "acceptAll"), 200)
    assert done["cart"]["anonymousId"] == session
    guest.in_store("siteA").write("/me/login", {"email": "alice@example.com", "password": "pw"})
    refused(answer(guest, two, "acceptAll"), 404, "ResourceNotFound")
    alice = project.customer("alice").in_store("siteA")
    assert [each["id"] for each in alice.read("/me/proposals?state=Open")["results"]] == [two["id"]]
    assert skus(ok(answer(alice, two, "acceptAll"), 200)["cart"]) == [("TEE", 1), ("PEN", 1), ("MUG", 1)]


def test_a_cart_that_was_merged_away_is_told_and_its_proposal_names_the_successor(project: Project):
    session = f"guest-{project.key}"
    guest, agent = project.guest(session), project.staff("agent7").in_store("siteA")
    mine = open_cart(project.customer("alice"), "siteA", add("MUG"))
    cart = open_cart(guest, "siteA", add("TEE"))
    paired(guest, agent, cart)
    made = propose(agent, cart, add("PEN"))
    guest.in_store("siteA").write("/me/login", {"email": "alice@example.com", "password": "pw"})
    alice = project.customer("alice").in_store("siteA")
    seen = alice.read(f"/me/proposals/{made['id']}")
    assert (seen["cartState"], seen["isCartChanged"]) == ("Merged", True)
    refused(answer(alice, made, "acceptAll"), 400, "InvalidOperation", "CartMerged", successor=mine["id"])
    assert skus(alice.read(f"/me/carts/{mine['id']}")) == [("MUG", 1), ("TEE", 1)]
