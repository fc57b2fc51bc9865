"""The desk: one agent session, many customers' carts (S0). Nothing is copied; a failed switch changes nothing."""

import uuid

import pytest

from tests.api.desk import Desk
from tests.builders import NO_ID, US_ADDRESS, action, add, change_quantity, open_cart, ship_to, skus, submit
from tests.client import ok, refused
from tests.conftest import Project


@pytest.fixture
def desk(project: Project) -> Desk:
    return Desk(project)


def test_s0_1_an_agent_serves_several_customers_within_one_sign_in(project: Project, desk: Desk) -> None:
    desk.add(desk.select("alice")["cart"], add("TEE", 2))
    desk.add(desk.select("bob")["cart"], add("MUG", 1))
    assert skus(open_cart(project.customer("alice"))) == [("TEE", 2)]
    assert skus(open_cart(project.customer("bob"))) == [("MUG", 1)]


def test_s0_3_what_the_agent_adds_is_in_the_customers_own_cart(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 1))
    mine = project.customer("alice").read(f"/me/carts/{cart['id']}")
    assert skus(mine) == [("TEE", 1)]


def test_s0_4_the_agent_returns_to_a_customer_and_continues(project: Project, desk: Desk) -> None:
    alice = desk.add(desk.select("alice")["cart"], add("TEE", 2), ship_to())
    desk.add(desk.select("bob")["cart"], add("MUG", 1))
    for _ in range(5):
        again = desk.select("alice")["cart"]
        assert again["id"] == alice["id"]
        assert again["version"] == alice["version"]
        assert skus(again) == [("TEE", 2)]
        assert again["shippingAddress"]["city"] == US_ADDRESS["city"]
        assert skus(desk.select("bob")["cart"]) == [("MUG", 1)]


def test_s0_5_and_s0_37_each_of_many_customers_keeps_an_own_cart(project: Project, desk: Desk) -> None:
    marks = {}
    for number in range(12):
        email = f"customer-{number}@example.com"
        customer = project.backend.create("/customers", {"email": email, "password": "pw"})["customer"]
        cart = desk.add(desk.select(customer["id"])["cart"], add("TEE", number + 1))
        marks[customer["id"]] = (cart["id"], number + 1)
    assert len({cart_id for cart_id, _ in marks.values()}) == len(marks)
    for customer_id, (cart_id, quantity) in marks.items():
        cart = desk.select(customer_id)["cart"]
        assert (cart["id"], skus(cart)) == (cart_id, [("TEE", quantity)])


def test_s0_6_a_cart_belongs_to_customer_market_and_name(project: Project, desk: Desk) -> None:
    on_a = desk.select("alice")["cart"]
    there = desk.agent.in_store("siteD")
    on_d = there.write("/desk/customer-cart", desk.body(project.customer_id("alice")))["cart"]
    quote = desk.there.write("/desk/customer-cart?name=Quote2", desk.body(project.customer_id("alice")))["cart"]
    assert len({on_a["id"], on_d["id"], quote["id"]}) == 3
    assert quote["name"] == "Quote2"


def test_a_name_has_an_end(project: Project, desk: Desk) -> None:
    counts = project.counts()
    answer = desk.there.post(f"/desk/customer-cart?name={'x' * 257}", desk.body(project.customer_id("alice")))
    refused(answer, 400, "InvalidField", field="name")
    refused(
        project.customer("alice").in_store("siteA").post("/me/current-cart", {"name": "x" * 257}), 400, "InvalidField"
    )
    assert project.counts() == counts


def test_s0_7_the_name_is_default_when_none_is_given(desk: Desk) -> None:
    assert desk.select("alice")["cart"]["name"] == "Default"


def test_s0_8_the_customer_owns_and_the_agent_operates(project: Project, desk: Desk) -> None:
    answer = desk.select("alice")
    assert answer["cart"]["customerId"] == project.customer_id("alice")
    assert answer["operator"]["name"] == "Agent Seven"
    assert answer["operatorId"] == answer["operator"]["id"]
    assert "operator" not in answer["cart"]


def test_s0_9_the_same_customer_has_the_same_cart_each_time(project: Project, desk: Desk) -> None:
    first = desk.select("alice")["cart"]["id"]
    desk.select("bob")
    assert desk.select("alice")["cart"]["id"] == first
    where = f'customerId = "{project.customer_id("alice")}" and cartState = "Active"'
    assert project.backend.read("/carts", params={"where": where})["count"] == 1


def test_s0_10_an_order_names_the_customer_and_the_agent(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE"), ship_to())
    made = desk.there.create("/orders", {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]})
    assert made["customerId"] == project.customer_id("alice")
    agent = desk.read()["agent"]["id"]
    assert made["operator"] == {"typeId": "staff", "id": agent}
    owners = project.sql.value(
        "SELECT count(*) FROM carts WHERE project = $1 AND owner LIKE $2", project.key, f"%{agent}%"
    )
    assert owners == 0


def test_s0_11_the_agent_and_the_desk_stay_the_same_across_switches(desk: Desk) -> None:
    before = desk.read()
    for name in ("alice", "bob", "carol", "alice"):
        desk.select(name)
    after = desk.read()
    assert (after["id"], after["agent"]) == (before["id"], before["agent"])
    assert after["version"] == before["version"] + 4


def test_s0_12_a_cart_made_by_a_switch_is_there_even_if_nothing_is_added(project: Project, desk: Desk) -> None:
    cart = desk.select("bob")["cart"]
    assert open_cart(project.customer("bob"))["id"] == cart["id"]


def test_s0_13_nothing_but_the_switch_changes_who_is_active(project: Project, desk: Desk) -> None:
    desk.select("alice")
    desk.there.read(f"/customers/{project.customer_id('bob')}")
    desk.there.read("/orders")
    assert desk.read()["activeCustomerId"] == project.customer_id("alice")


def test_s0_14_one_cart_is_active_and_a_left_one_is_out_of_reach(project: Project, desk: Desk) -> None:
    alice = desk.select("alice")["cart"]
    bob = desk.select("bob")["cart"]
    assert desk.read()["cart"]["id"] == bob["id"]
    before = project.cart_row(alice["id"])
    refused(desk.agent.get(f"/carts/{alice['id']}"), 404, "ResourceNotFound")
    refused(desk.agent.post(f"/carts/{alice['id']}", {"actions": [add("TEE")]}), 404, "ResourceNotFound")
    assert project.cart_row(alice["id"]) == before


def test_s0_15_s0_21_s0_24_s0_27_one_call_keeps_loads_and_switches(project: Project, desk: Desk) -> None:
    left = desk.add(desk.select("alice")["cart"], add("TEE", 2), ship_to())
    found = desk.select("bob")
    assert project.backend.read(f"/carts/{left['id']}") == left
    assert project.cart_row(found["cart"]["id"])["owner"] == f"customer:{project.customer_id('bob')}"
    after = desk.read()
    assert (after["activeCustomerId"], after["cart"]) == (project.customer_id("bob"), found["cart"])
    stale = desk.body(project.customer_id("carol"), active=project.customer_id("alice"))
    refused(desk.there.post("/desk/customer-cart", stale), 409, "ConcurrentModification", "ActiveCustomerMismatch")
    assert desk.read() == after


def test_s0_16_the_names_are_exact_and_ids_are_text(desk: Desk) -> None:
    path = "/desk/customer-cart"
    refused(desk.there.post(path, {"ActiveCustomerId": "", "selectedCustomerId": NO_ID}), 400, "InvalidField")
    refused(desk.there.post(path, {"activeCustomerId": 7, "selectedCustomerId": NO_ID}), 400, "InvalidField")


def test_s0_17_a_mistaken_active_customer_is_refused_and_nothing_changes(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE"))
    before, counts = project.cart_row(cart["id"]), project.counts()
    wrong = desk.body(project.customer_id("carol"), active=project.customer_id("bob"))
    answer = desk.there.post("/desk/customer-cart", wrong)
    error = refused(answer, 409, "ConcurrentModification", "ActiveCustomerMismatch")
    assert error["activeCustomerId"] == project.customer_id("alice")
    assert "currentVersion" not in error
    nobody = desk.there.post("/desk/customer-cart", desk.body(project.customer_id("carol"), active=""))
    refused(nobody, 409, "ConcurrentModification", "ActiveCustomerMismatch")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    assert desk.read()["activeCustomerId"] == project.customer_id("alice")


def test_s0_18_the_answer_names_the_selected_customer(project: Project, desk: Desk) -> None:
    assert desk.select("alice")["cartCustomerId"] == project.customer_id("alice")


def test_s0_19_two_sign_ins_of_one_agent_are_two_desks(project: Project) -> None:
    one, two = Desk(project), Desk(project)
    alice, bob = one.select("alice")["cart"], two.select("bob")["cart"]
    one.add(alice, add("TEE"))
    assert skus(open_cart(project.customer("alice"))) == [("TEE", 1)]
    assert skus(open_cart(project.customer("bob"))) == []
    refused(two.agent.get(f"/carts/{alice['id']}"), 404, "ResourceNotFound")
    assert one.read()["id"] != two.read()["id"]
    refused(one.agent.get(f"/carts/{bob['id']}"), 404, "ResourceNotFound")


def test_s0_20_a_read_is_no_switch(desk: Desk) -> None:
    assert desk.there.get("/desk/customer-cart").status_code == 405


def test_s0_22_only_an_agent_has_a_desk(project: Project, desk: Desk) -> None:
    counts = project.counts()
    body = desk.body(project.customer_id("alice"))
    refused(project.nobody.post("/desk/customer-cart", body), 401, "invalid_token")
    for caller in (project.customer("alice"), project.guest(), project.admin, project.staff("csr1")):
        refused(caller.post("/desk/customer-cart", body), 403, "insufficient_scope")
    assert project.counts() == counts


def test_s0_23_a_fresh_desk_has_an_empty_cart_and_nobody_active(desk: Desk) -> None:
    fresh = desk.read()
    assert "activeCustomerId" not in fresh
    assert fresh["cart"]["lineItems"] == []
    assert "customerId" not in fresh["cart"]
    assert desk.read()["cart"]["id"] == fresh["cart"]["id"]


def test_s0_25_a_cart_that_is_there_is_found_with_all_that_is_in_it(project: Project, desk: Desk) -> None:
    own = open_cart(project.customer("bob"), "siteA", add("MUG", 3))
    found = desk.select("bob")["cart"]
    assert (found["id"], skus(found)) == (own["id"], [("MUG", 3)])
    made = desk.select("carol")["cart"]
    assert (made["customerId"], made["lineItems"]) == (project.customer_id("carol"), [])


def test_s0_26_a_switch_replaces_and_never_merges(project: Project, desk: Desk) -> None:
    desk.add(desk.select("alice")["cart"], add("TEE", 2))
    assert desk.select("bob")["cart"]["lineItems"] == []


def test_s0_28_the_scratch_cart_is_kept_as_a_walk_ins(project: Project, desk: Desk) -> None:
    scratch = desk.add(desk.read()["cart"], add("MUG", 1))
    alice = desk.select("alice")["cart"]
    assert alice["lineItems"] == []
    walk_in = next(each for each in desk.read()["customers"] if each["isWalkIn"])
    assert (walk_in["cartId"], walk_in["lines"]) == (scratch["id"], 1)
    again = desk.select(walk_in["customerId"])
    assert skus(again["cart"]) == [("MUG", 1)]


def test_s0_29_nobody_selected_is_a_new_walk_in(project: Project, desk: Desk) -> None:
    alice = desk.add(desk.select("alice")["cart"], add("TEE"))
    walk_in = desk.select("")
    assert uuid.UUID(walk_in["cartCustomerId"])
    assert walk_in["cartCustomerId"] != project.customer_id("alice")
    assert walk_in["cart"]["lineItems"] == []
    assert desk.read()["activeCustomerId"] == walk_in["cartCustomerId"]
    assert skus(open_cart(project.customer("alice"))) == skus(alice)
    desk.add(walk_in["cart"], add("MUG"))
    desk.select("alice")
    assert skus(desk.select(walk_in["cartCustomerId"])["cart"]) == [("MUG", 1)]


@pytest.mark.parametrize("wrong", ["not-a-guid", "00000000-0000-0000-0000-000000000000", "alice"])
def test_s0_30_what_is_no_id_is_refused(project: Project, desk: Desk, wrong: str) -> None:
    desk.select("alice")
    counts = project.counts()
    for body in (desk.body(wrong), desk.body(project.customer_id("bob"), active=wrong)):
        refused(desk.there.post("/desk/customer-cart", body), 400, "InvalidField")
    assert project.counts() == counts


def test_s0_31_and_s0_38_an_unknown_customer_leaves_everything_as_it_was(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    before, counts, shown = project.cart_row(cart["id"]), project.counts(), desk.read()
    refused(desk.there.post("/desk/customer-cart", desk.body(NO_ID)), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    assert desk.read() == shown


def test_s0_32_the_answer_has_the_cart_with_lines_shipments_and_totals(desk: Desk) -> None:
    cart = desk.select("alice")["cart"]
    assert {"lineItems", "shipping", "totalPrice"} <= cart.keys()


def test_s0_33_the_customer_stays_the_owner_before_and_after_every_switch(project: Project, desk: Desk) -> None:
    cart = desk.select("alice")["cart"]
    for name in ("bob", "alice", "carol"):
        desk.select(name)
        row = project.cart_row(cart["id"])
        assert row["owner"] == f"customer:{project.customer_id('alice')}"


def test_s0_34_and_s0_35_everything_in_the_cart_survives_the_round_trip(project: Project, desk: Desk) -> None:
    fields = {"type": {"typeId": "type", "key": "notes"}, "fields": {"PoNumber": "7", "gift": True}}
    options = {"type": {"typeId": "type", "key": "configuration"}, "fields": {"engraving": "Hi", "size": "XL"}}
    alice = desk.add(
        desk.select("alice")["cart"],
        add("TEE", 1),
        add("MUG", 2, custom=options),
        ship_to(),
        action("setBillingAddress", address=US_ADDRESS),
    )
    alice = desk.there.change_cart(alice, action("setCustomType", **fields))
    desk.select("bob")
    assert desk.select("alice")["cart"] == alice


def test_s0_36_lines_are_never_shared_between_carts(project: Project, desk: Desk) -> None:
    alice = desk.add(desk.select("alice")["cart"], add("TEE", 1))
    bob = desk.add(desk.select("bob")["cart"], add("TEE", 1))
    desk.there.change_cart(bob, change_quantity(bob["lineItems"][0], 9))
    assert alice["lineItems"][0]["id"] != bob["lineItems"][0]["id"]
    assert skus(open_cart(project.customer("alice"))) == [("TEE", 1)]


def test_s0_39_nothing_of_one_customer_is_in_anothers_answer(project: Project, desk: Desk) -> None:
    desk.add(desk.select("alice")["cart"], add("TEE"), ship_to({**US_ADDRESS, "streetName": "Secret Lane"}))
    response = desk.there.post("/desk/customer-cart", desk.body(project.customer_id("bob")))
    assert "Secret Lane" not in response.text
    assert project.customer_id("alice") not in response.text


def test_s0_40_selecting_the_active_customer_again_changes_nothing(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE"))
    assert desk.select("alice")["cart"] == cart
    assert desk.select("alice")["cart"] == cart


def test_s0_41_what_the_shopper_adds_meanwhile_survives(project: Project, desk: Desk) -> None:
    desk.add(desk.select("alice")["cart"], add("TEE"))
    open_cart(project.customer("alice"), "siteA", add("PEN"))
    desk.select("bob")
    assert skus(open_cart(project.customer("alice"))) == [("TEE", 1), ("PEN", 1)]


def test_s0_42_a_submitted_cart_is_left_alone_and_a_new_one_is_there(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE"), ship_to())
    alice = project.customer("alice")
    ok(submit(alice, alice.read(f"/me/carts/{cart['id']}")), 201)
    before = project.cart_row(cart["id"])
    assert "cart" not in desk.read()
    desk.select("bob")
    again = desk.select("alice")["cart"]
    assert again["id"] != cart["id"]
    assert again["lineItems"] == []
    assert project.cart_row(cart["id"]) == before


def test_every_switch_is_in_a_chain_that_the_check_proves(project: Project, desk: Desk) -> None:
    for name in ("alice", "bob", "alice"):
        desk.select(name)
    assert project.broken_invariants() == []
    desk_id = uuid.UUID(desk.read()["id"])
    project.sql.execute(
        "UPDATE events SET body = (SELECT body FROM events WHERE aggregate_id = $2 AND version_to = 2) "
        "WHERE project = $1 AND aggregate_id = $2 AND version_to = 3",
        project.key,
        desk_id,
    )
    assert [(each["kind"], each["rule"]) for each in project.broken_invariants()] == [("desk", "EventUnaltered")]


def test_the_desk_says_what_changed_since_it_left(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 1))
    desk.select("bob")
    alice = project.customer("alice")
    now = alice.in_store("siteA").change_my_cart(cart, change_quantity(cart["lineItems"][0], 3), add("PEN"))
    shown = next(each for each in desk.read()["customers"] if each["customerId"] == cart["customerId"])
    changed = shown["changedSinceYouLeft"]
    assert (shown["lines"], shown["total"]) == (2, now["totalPrice"])
    assert [(each["sku"], each.get("before"), each.get("after")) for each in changed["lines"]] == [
        ("TEE", 1, 3),
        ("PEN", None, 1),
    ]
    assert (changed["totalBefore"], changed["totalAfter"]) == (cart["totalPrice"], now["totalPrice"])
    assert desk.select("alice")["changedSinceYouLeft"] == changed
    active = next(each for each in desk.read()["customers"] if each["isActive"])
    assert active["customerId"] == cart["customerId"]
    assert "changedSinceYouLeft" not in active


def test_one_desk_on_two_devices(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 1))
    tablet = Desk(project)
    shown = ok(tablet.there.post("/desk", {"deskId": desk.read()["id"]}), 200)
    assert shown["activeCustomerId"] == project.customer_id("alice")
    assert shown["cart"] == cart
    tablet.add(cart, add("MUG"))
    assert skus(desk.read()["cart"]) == [("TEE", 1), ("MUG", 1)]


def test_the_desk_shows_what_else_the_agent_has_in_hand(project: Project, desk: Desk) -> None:
    fresh = desk.read()
    assert [fresh[each] for each in ("takeovers", "offlineOrders", "pairings", "proposals")] == [[], [], [], []]
    order = desk.there.create("/offline-orders", {"customerId": project.customer_id("alice")})
    code = project.customer("bob").create(
        "/me/pairing-codes", {"cartId": open_cart(project.customer("bob"), "siteA", add("TEE"))["id"]}
    )
    pairing = desk.there.create("/desk/pairings", {"code": code["code"]})["pairing"]
    cart = desk.select("alice")["cart"]
    draft = {"cartId": cart["id"], "baseVersion": cart["version"], "actions": [add("MUG")]}
    proposal = desk.there.create("/proposals", draft)
    shown = desk.read()
    assert [each["id"] for each in shown["offlineOrders"]] == [order["id"]]
    assert [each["id"] for each in shown["proposals"]] == [proposal["id"]]
    assert [each["id"] for each in shown["pairings"]] == [pairing["id"]]


def test_an_agent_copies_a_cart_or_an_order_for_the_active_customer_only(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2), ship_to())
    alice = project.customer("alice")
    order = ok(submit(alice, alice.read(f"/me/carts/{cart['id']}")), 201)
    body = {"reference": {"typeId": "order", "id": order["id"]}}
    copy = desk.there.create("/carts/replicate", body)
    assert open_cart(alice)["id"] == copy["id"]
    assert desk.read()["cart"]["id"] == copy["id"]
    desk.select("bob")
    counts = project.counts()
    refused(desk.there.post("/carts/replicate", body), 404, "ResourceNotFound")
    assert project.counts() == counts


def test_an_agent_deletes_no_cart(project: Project, desk: Desk) -> None:
    cart = desk.select("alice")["cart"]
    refused(desk.there.delete(f"/carts/{cart['id']}?version={cart['version']}"), 403, "insufficient_scope")


def test_nobody_sits_down_at_a_colleagues_desk(project: Project, desk: Desk) -> None:
    desk.select("alice")
    other = project.staff("admin")
    for wrong in (desk.read()["id"], NO_ID, "nonsense"):
        refused(other.post("/desk", {"deskId": wrong}), 404, "ResourceNotFound")
    assert "activeCustomerId" not in other.read("/desk")


def test_a_walk_in_who_signs_up_stays_on_the_desk_as_a_customer(project: Project, desk: Desk) -> None:
    walk_in = desk.select("")
    cart = desk.add(walk_in["cart"], add("TEE", 2))
    draft = {"email": "new@example.com", "password": "pw", "anonymousCart": {"typeId": "cart", "id": cart["id"]}}
    made = project.backend.in_store("siteA").create("/customers", draft)
    assert made["cart"]["id"] == cart["id"]
    customer_id = made["customer"]["id"]
    assert desk.read()["activeCustomerId"] == customer_id
    desk.add(cart, add("MUG"))
    desk.select("bob")
    assert skus(desk.select(customer_id)["cart"]) == [("TEE", 2), ("MUG", 1)]
    shown = [each["customerId"] for each in desk.read()["customers"]]
    assert shown.count(customer_id) == 1


def test_the_same_switch_sent_twice_is_answered_once(project: Project, desk: Desk) -> None:
    headers = {"Idempotency-Key": "switch-1"}
    body = desk.body(project.customer_id("alice"), active="")
    first = desk.there.post("/desk/customer-cart", body, headers=headers)
    again = desk.there.post("/desk/customer-cart", body, headers=headers)
    assert ok(again, 200) == ok(first, 200)
    assert desk.read()["version"] == 2


def test_a_cart_that_has_become_anothers_is_on_the_desk_no_longer(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE"))
    desk.select("carol")
    given = action("setCustomerId", customerId=project.customer_id("bob"))
    project.backend.change_cart(project.backend.read(f"/carts/{cart['id']}"), given)
    shown = desk.read()
    assert [each["customerId"] for each in shown["customers"]] == [project.customer_id("carol")]
    assert project.customer_id("bob") not in str(shown)
    assert desk.agent.read("/desk/worklist")["results"] == []


def test_of_what_changed_without_end_a_desk_tells_the_latest_hundred(project: Project, desk: Desk) -> None:
    cart = desk.select("alice")["cart"]
    desk.select("bob")
    alice = project.customer("alice").in_store("siteA")
    for _ in range(103):
        alice.write(f"/me/carts/{cart['id']}", {"actions": [add("TEE")]})
    shown = next(each for each in desk.read()["customers"] if each["cartId"] == cart["id"])
    changed = shown["changedSinceYouLeft"]
    assert (changed["times"], [(each["before"], each["after"]) for each in changed["lines"]]) == (100, [(3, 103)])


def test_walk_ins_before_the_latest_hundred_are_selected_before_they_are_changed(project: Project, desk: Desk) -> None:
    walk_in = desk.select("")
    desk.add(walk_in["cart"], add("TEE"))
    desk.select("alice")
    desk.add(walk_in["cart"], add("TEE"))
    project.sql.execute(
        "INSERT INTO desk_customers (project, desk_id, owner, scope, cart_id, selected_at) SELECT project, desk_id, "
        "'anonymous:' || gen_random_uuid(), scope, cart_id, now() FROM desk_customers, generate_series(1, 100) "
        "WHERE project = $1 AND owner = $2",
        project.key,
        f"anonymous:{walk_in['cartCustomerId']}",
    )
    path = f"/carts/{walk_in['cart']['id']}"
    refused(desk.there.post(path, {"actions": [add("MUG")]}), 404, "ResourceNotFound")
    assert skus(desk.select(walk_in["cartCustomerId"])["cart"]) == [("TEE", 2)]
    assert skus(desk.add(walk_in["cart"], add("MUG"))) == [("TEE", 2), ("MUG", 1)]
    refused(desk.there.post("/desk/customer-cart", desk.body(NO_ID)), 404, "ResourceNotFound")
