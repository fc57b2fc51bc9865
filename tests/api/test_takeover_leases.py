"""Who has a cart, until when, and how it passes on: heartbeats, requests, force, handing back (S2-10, S2-34, S2-35)."""

import httpx

from tests.api.assisted import Agent, run_out, shopper_with
from tests.api.ccadmin import Ccadmin
from tests.builders import NO_ID, action, add, change_quantity, open_cart, remove, ship_to, skus, submit
from tests.client import ok, refused
from tests.conftest import CLIENTS, Project

HELD = (400, "InvalidOperation", "TakeoverHeld")
ENDED = (400, "InvalidOperation", "TakeoverEnded")


def helping(project: Project, *actions: dict) -> tuple[Agent, Agent]:
    """Robin has wade's cart; Uma is the supervisor."""
    shopper_with(project, *(actions or [add("TEE")]))
    robin, uma = Agent(project), Agent(project, "sup1")
    robin.help("wade")
    uma.takeover = robin.takeover
    return robin, uma


def test_a_heartbeat_lets_the_lease_run_anew_and_nothing_else_does(project: Project):
    robin, _ = helping(project)
    robin.change(add("MUG"))
    before = robin.api.read(f"/takeovers/{robin.takeover['id']}")
    assert before["leaseUntil"] == robin.takeover["leaseUntil"]
    after = ok(robin.on_takeover("/heartbeat"), 200)
    assert after["leaseUntil"] > before["leaseUntil"]
    assert after["version"] == before["version"]
    stale = robin.on_takeover("/heartbeat", {"version": 7})
    refused(stale, 409, "ConcurrentModification", currentVersion=1)


def test_a_lease_that_has_run_out_is_not_renewed(project: Project):
    robin, _ = helping(project)
    run_out(project, robin.takeover)
    assert robin.api.read(f"/takeovers/{robin.takeover['id']}")["state"] == "Lapsed"
    before = project.cart_row(robin.takeover["cartId"])
    refused(robin.there.post(f"/carts/{robin.takeover['cartId']}", {"actions": [add("PEN")]}), 404, "ResourceNotFound")
    refused(robin.on_takeover("/heartbeat"), *ENDED, state="Lapsed")
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), *ENDED, state="Lapsed")
    assert project.cart_row(robin.takeover["cartId"]) == before
    again = robin.take_over()
    assert again["takeover"]["state"] == "Open"
    assert project.broken_invariants() == []


def test_a_colleague_asks_for_the_cart_and_the_holder_sees_who(project: Project):
    robin, _ = helping(project)
    sam = Agent(project, "csr3")
    sam.takeover = robin.takeover
    asked = ok(sam.on_takeover("/request", {"reason": "I know this shopper"}), 200)
    again = ok(sam.on_takeover("/request", {"reason": "Still waiting"}), 200)
    assert [each["reason"] for each in asked["requests"]] == ["I know this shopper"]
    assert [(each["by"]["name"], each["reason"]) for each in again["requests"]] == [("Sam Stone", "Still waiting")]
    seen = robin.api.read(f"/takeovers/{robin.takeover['id']}")
    assert seen["requests"] == again["requests"]
    assert seen["leaseUntil"] == robin.takeover["leaseUntil"]
    assert skus(robin.add_items()) == [("TEE", 1)]
    refused(sam.on_takeover("/request"), *ENDED, state="Completed")


def test_force_passes_the_lease_on_with_who_and_why(project: Project):
    robin, uma = helping(project)
    refused(uma.on_takeover("/force", {"reason": " "}), 400, "InvalidField", field="reason")
    refused(robin.on_takeover("/force", {"reason": "mine"}), 403, "insufficient_scope")
    taken = ok(uma.on_takeover("/force", {"reason": "Robin went home"}), 200)
    assert (taken["holder"]["name"], taken["version"], taken["state"]) == ("Uma Underhill", 2, "Open")
    (forced,) = taken["forced"]
    assert (forced["by"]["name"], forced["former"]["name"], forced["reason"]) == (
        "Uma Underhill",
        "Robin Reyes",
        "Robin went home",
    )
    cart_id = robin.takeover["cartId"]
    before = project.cart_row(cart_id)
    refused(robin.there.post(f"/carts/{cart_id}", {"actions": [add("PEN")]}), 404, "ResourceNotFound")
    refused(robin.on_takeover("/heartbeat"), *HELD, holder="Uma Underhill", leaseUntil=taken["leaseUntil"])
    refused(robin.on_takeover("/add-items-to-order", {"version": 2}), *HELD)
    refused(robin.api.delete(f"/takeovers/{taken['id']}", params={"version": 2}), *HELD)
    assert project.cart_row(cart_id) == before
    order = uma.api.read(f"/offline-orders/{robin.order['id']}")
    assert order["operator"]["id"] == taken["holder"]["id"]
    assert order["createdBy"]["operator"]["id"] == robin.takeover["holder"]["id"]
    refused(robin.there.post(f"/offline-orders/{order['id']}/takeover", {}), 404, "ResourceNotFound")
    assert ok(uma.on_takeover("/force", {"reason": "again"}), 200) == taken
    assert ok(uma.api.delete(f"/takeovers/{taken['id']}", params={"version": 2}), 200)["state"] == "Cancelled"
    assert project.broken_invariants() == []


def test_whoever_takes_by_force_and_may_update_customers_completes_the_order(project: Project):
    robin, _ = helping(project)
    ada = Agent(project, "admin")
    ada.takeover = robin.takeover
    ada.takeover = ok(ada.on_takeover("/force", {"reason": "Urgent"}), 200)
    assert skus(ada.change(add("MUG"))) == [("TEE", 1), ("MUG", 1)]
    order = ada.add_items()
    assert (order["id"], order["operator"]["id"]) == (robin.order["id"], ada.takeover["holder"]["id"])
    assert project.broken_invariants() == []


def test_s2_35_handing_back_keeps_the_edits_and_the_empty_draft(project: Project):
    robin, _ = helping(project)
    robin.change(add("MUG"))
    wade = project.customer("wade").in_store("siteA")
    refused(
        robin.api.delete(f"/takeovers/{robin.takeover['id']}", params={"version": 9}), 409, "ConcurrentModification"
    )
    ended = ok(robin.api.delete(f"/takeovers/{robin.takeover['id']}", params={"version": 1}), 200)
    assert (ended["state"], ended["ended"]) == ("Cancelled", "HandedBack")
    order = robin.api.read(f"/offline-orders/{robin.order['id']}")
    assert (order["status"], order["lineItems"]) == ("Pending", [])
    cart = wade.read("/me/current-cart")
    assert skus(cart) == [("TEE", 1), ("MUG", 1)]
    assert "offlineOrderId" not in cart
    refused(robin.api.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    refused(robin.api.delete(f"/takeovers/{robin.takeover['id']}", params={"version": 2}), *ENDED, state="Cancelled")
    assert robin.take_over()["cart"]["id"] == cart["id"]
    assert project.broken_invariants() == []


def test_s2_10_leaving_the_takeover_view_ends_nobodys_session(project: Project):
    robin, _ = helping(project)
    wade = project.customer("wade").in_store("siteA")
    ok(robin.api.delete(f"/takeovers/{robin.takeover['id']}", params={"version": 1}), 200)
    assert skus(wade.read("/me/current-cart")) == [("TEE", 1)]
    assert robin.api.read("/offline-orders", params={"mine": "true"})["count"] == 1


def test_s2_10_an_agent_who_logs_out_does_not_sign_the_shopper_out(project: Project, http: httpx.Client):
    robin, _ = helping(project)
    wade = project.customer("wade").in_store("siteA")
    answer = http.post("/oauth/token/revoke", data={"token": robin.api.token}, auth=("backend", CLIENTS["backend"]))
    assert answer.status_code == 200
    project.wait_for_caches()
    refused(robin.api.get(f"/takeovers/{robin.takeover['id']}"), 401, "invalid_token")
    assert wade.read("/me/current-cart")["offlineOrderId"] == robin.order["id"]


def test_the_shopper_sees_who_helps_and_why_and_until_when(project: Project):
    wade, cart = shopper_with(project, add("TEE"))
    robin = Agent(project)
    robin.draft("wade")
    robin.take_over(reason="Sizes", ticket="T-7")
    page = wade.read("/me/takeovers")
    assert page["total"] == page["count"] == 1
    assert page["results"] == [
        {
            "id": robin.takeover["id"],
            "version": 1,
            "state": "Open",
            "helper": "Robin Reyes",
            "since": robin.takeover["createdAt"],
            "leaseUntil": robin.takeover["leaseUntil"],
            "cartId": cart["id"],
            "reason": "Sizes",
        }
    ]
    assert project.customer("alice").read("/me/takeovers")["results"] == []
    run_out(project, robin.takeover)
    assert wade.read("/me/takeovers")["results"] == []


def test_the_shopper_ends_it(project: Project):
    robin, _ = helping(project)
    wade = project.customer("wade")
    path = f"/me/takeovers/{robin.takeover['id']}"
    refused(project.customer("alice").delete(path, params={"version": 1}), 404, "ResourceNotFound")
    refused(wade.delete(f"/me/takeovers/{NO_ID}", params={"version": 1}), 404, "ResourceNotFound")
    refused(wade.delete(path), 400, "RequiredField", field="version")
    ended = ok(wade.delete(path, params={"version": 1}), 200)
    assert (ended["state"], ended["helper"]) == ("Cancelled", "Robin Reyes")
    assert "requests" not in ended
    cart_id = robin.takeover["cartId"]
    refused(robin.there.post(f"/carts/{cart_id}", {"actions": [add("PEN")]}), 404, "ResourceNotFound")
    refused(robin.on_takeover("/heartbeat"), *ENDED, state="Cancelled")
    assert project.broken_invariants() == []


def test_the_shopper_goes_on_shopping_meanwhile(project: Project):
    robin, _ = helping(project)
    wade = project.customer("wade").in_store("siteA")
    seen = wade.read("/me/current-cart")
    mine = wade.change_my_cart(seen, add("PEN"))
    stale = {"version": seen["version"], "actions": [change_quantity(seen["lineItems"][0], 3)]}
    path = f"/carts/{seen['id']}"
    refused(robin.there.post(path, stale), 409, "ConcurrentModification", currentVersion=mine["version"])
    both = robin.there.write(path, {"actions": [add("MUG")]})
    assert skus(both) == [("TEE", 1), ("PEN", 1), ("MUG", 1)]
    rebased = robin.there.write(
        path, {"baseVersion": seen["version"], "actions": [change_quantity(seen["lineItems"][0], 3)]}
    )
    assert skus(rebased) == [("TEE", 3), ("PEN", 1), ("MUG", 1)]
    gone = wade.change_my_cart(rebased, remove(rebased["lineItems"][0]))
    assert skus(gone) == [("PEN", 1), ("MUG", 1)]


def test_a_cart_that_was_merged_away_tells_the_agent_where_it_went(project: Project):
    wade = project.customer("wade")
    left = open_cart(wade, "siteD", add("TEE"))
    robin = Agent(project, site="siteD")
    robin.help("wade")
    kept = open_cart(wade, "siteA", add("PEN"))
    sites = [{"id": each} for each in ("siteA", "siteB", "siteM", "siteC", "siteD")]
    Ccadmin(project).put_group("G1", displayName="G1", sites=sites, sharedCart=True)
    assert sorted(skus(open_cart(wade, "siteA"))) == [("PEN", 1), ("TEE", 1)]
    merged = (400, "InvalidOperation", "CartMerged")
    body = {"actions": [add("MUG")]}
    refused(robin.there.post(f"/carts/{left['id']}", body), *merged, successor=kept["id"])
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), *merged, successor=kept["id"])
    assert robin.api.read(f"/offline-orders/{robin.order['id']}")["lineItems"] == []
    ok(robin.api.delete(f"/takeovers/{robin.takeover['id']}", params={"version": 1}), 200)
    assert project.broken_invariants() == []


def test_a_cart_that_has_become_another_customers_is_out_of_the_agents_hand(project: Project):
    robin, _ = helping(project, add("TEE"), ship_to())
    cart = project.backend.read(f"/carts/{robin.takeover['cartId']}")
    given = action("setCustomerId", customerId=project.customer_id("bob"))
    bobs = project.backend.change_cart(cart, given)
    before, counts = project.cart_row(cart["id"]), project.counts()
    body = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": bobs["version"], "agentEntersPayment": True}
    for answer in (
        robin.api.get(f"/carts/{cart['id']}"),
        robin.there.post(f"/carts/{cart['id']}", {"actions": [add("PEN")]}),
        robin.there.post("/orders", body),
        robin.there.post(f"/offline-orders/{robin.order['id']}/takeover", {}),
    ):
        refused(answer, 404, "ResourceNotFound")
        assert project.customer_id("bob") not in answer.text
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), 400, "InvalidOperation", "CartNotOfOrder")
    assert (project.cart_row(cart["id"]), project.counts()) == (before, counts)
    ok(robin.api.delete(f"/takeovers/{robin.takeover['id']}", params={"version": 1}), 200)
    assert robin.take_over()["cart"]["customerId"] == project.customer_id("wade")


def test_items_of_a_cart_that_is_gone_are_not_added(project: Project):
    wade, first = shopper_with(project, add("TEE"))
    other = wade.create("/me/carts", {"currency": "USD", "name": "Second"})
    robin = Agent(project)
    robin.help("wade")
    body = {"strategy": "MergeLineItems", "cartIds": [first["id"], other["id"]], "keep": other["id"]}
    ok(wade.post("/carts/resolve", body), 200)
    answer = robin.on_takeover("/add-items-to-order", {"version": 1})
    refused(answer, 400, "InvalidOperation", "CartMerged", successor=other["id"])
    assert robin.api.read(f"/offline-orders/{robin.order['id']}")["lineItems"] == []
    assert project.broken_invariants() == []


def test_what_a_takeover_is_opened_with_has_its_limits(project: Project):
    shopper_with(project, add("TEE"))
    robin = Agent(project)
    robin.draft("wade")
    path = f"/offline-orders/{robin.order['id']}/takeover"
    refused(robin.there.post(path, {"reason": "x" * 501}), 400, "InvalidField", field="reason")
    refused(robin.there.post(path, {"ticket": "x" * 101}), 400, "InvalidField", field="ticket")
    assert robin.api.read(f"/offline-orders/{robin.order['id']}") == robin.order


def test_who_is_no_uuid_is_nobody(project: Project):
    robin, uma = helping(project)
    for agent, path in ((robin, "/heartbeat"), (robin, "/add-items-to-order"), (uma, "/force")):
        body = {"version": 1} if "add" in path else {"reason": "x"} if "force" in path else {}
        for name in ("nothing", NO_ID):
            refused(agent.there.post(f"/takeovers/{name}{path}", body), 404, "ResourceNotFound")
    refused(robin.api.get("/takeovers/nothing"), 404, "ResourceNotFound")


def test_ordering_with_a_takeover_open_does_not_end_anybodys_work_with_other_carts(project: Project):
    helping(project, add("TEE"), ship_to())
    ok(submit(project.customer("wade"), open_cart(project.customer("wade"))), 201)
    robin = Agent(project)
    robin.help("alice")
    assert skus(robin.change(add("MUG"))) == [("MUG", 1)]
