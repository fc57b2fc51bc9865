"""Agents' order drafts: made, found, changed, and gone on with by whom they are for (S2-6, S2-14, S2-25, S2-37)."""

import pytest

from tests.api.assisted import Agent, shopper_with
from tests.builders import NO_ID, US_ADDRESS, action, add, open_cart, ship_to, skus, submit
from tests.client import ok, refused
from tests.conftest import Project


def test_s2_14_staff_see_drafts_among_the_orders_and_shoppers_only_their_own_orders(project: Project):
    wade, _ = shopper_with(project, add("TEE"))
    order = Agent(project).draft("wade")
    casey = project.staff("csr2")
    assert [each["id"] for each in casey.read("/orders")["results"]] == [order["id"]]
    for shopper in (wade, project.customer("alice"), project.guest()):
        refused(shopper.get("/orders"), 403, "insufficient_scope")
        refused(shopper.get("/offline-orders"), 403, "insufficient_scope")
        refused(shopper.get(f"/offline-orders/{order['id']}"), 403, "insufficient_scope")
        refused(shopper.post("/offline-orders", {}), 403, "insufficient_scope")
    assert wade.read("/me/orders")["results"] == []
    refused(wade.get(f"/me/orders/{order['id']}"), 404, "ResourceNotFound")
    assert project.backend.read("/orders")["results"] == []


def test_an_order_needs_a_person_to_draft_it(project: Project):
    for client in (project.admin, project.backend):
        refused(client.post("/offline-orders", {"anonymous": True}), 403, "insufficient_scope")
    assert project.counts()["orders"] == 0


def test_drafts_are_found_by_whose_they_are_and_how_they_stand(project: Project):
    robin, sam = Agent(project), Agent(project, "csr3")
    mine, alices = robin.draft("wade"), robin.draft("alice")
    theirs = sam.draft("wade")
    path = f"/offline-orders/{alices['id']}"
    robin.api.write(path, {"version": 1, "actions": [action("cancel")]})

    def found(**params: str) -> set[str]:
        return {each["id"] for each in robin.api.read("/offline-orders", params=params)["results"]}

    assert found() == {mine["id"], alices["id"], theirs["id"]}
    assert found(mine="true") == {mine["id"], alices["id"]}
    assert found(status="Pending") == {mine["id"], theirs["id"]}
    assert found(customerId=project.customer_id("wade"), mine="true") == {mine["id"]}
    assert found(where=f'id = "{theirs["id"]}"') == {theirs["id"]}
    assert robin.api.read("/offline-orders", params={"limit": 1})["results"][0]["id"] == theirs["id"]
    refused(robin.api.get("/offline-orders", params={"status": "Open"}), 400, "InvalidField", field="status")
    refused(robin.api.get("/offline-orders", params={"mine": "yes"}), 400, "InvalidField", field="mine")


def test_an_online_order_is_no_offline_order(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    placed = ok(submit(project.customer("wade"), cart), 201)
    robin = Agent(project)
    refused(robin.api.get(f"/offline-orders/{placed['id']}"), 404, "ResourceNotFound")
    refused(robin.there.post(f"/offline-orders/{placed['id']}/takeover", {}), 404, "ResourceNotFound")
    assert robin.api.read("/offline-orders")["results"] == []
    assert wade.read("/me/orders")["count"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"customerId": NO_ID}, "ReferencedResourceNotFound"),
        ({"customerId": "wade"}, "ReferencedResourceNotFound"),
        ({"customerId": NO_ID, "anonymous": True}, "InvalidInput"),
        ({"site": "nowhere"}, "InvalidField"),
        ({"site": "siteB"}, "InvalidField"),
        ({"lineItems": []}, "InvalidField"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(project: Project, body: dict, code: str):
    refused(Agent(project).there.post("/offline-orders", body), 400, code)
    assert project.counts()["orders"] == 0


def test_a_draft_is_made_once_for_an_idempotency_key(project: Project):
    robin = Agent(project)
    body = {"customerId": project.customer_id("wade")}
    one, two = (ok(robin.api.post("/offline-orders", body, headers={"Idempotency-Key": "k"}), 201) for _ in range(2))
    assert one == two
    assert project.counts()["orders"] == 1


def test_s2_25_the_customer_is_set_afterwards(project: Project):
    _, cart = shopper_with(project, add("TEE"))
    robin = Agent(project)
    robin.order = robin.there.create("/offline-orders", {})
    assert "customerId" not in robin.order
    found = robin.api.read("/desk/customers", params={"q": "wad"})["results"]
    (wade,) = [each["id"] for each in found]
    path = f"/offline-orders/{robin.order['id']}"
    body = {"version": 1, "actions": [action("setCustomer", customerId=wade)]}
    changed = robin.api.write(path, body)
    assert (changed["customerId"], changed["customerEmail"], changed["version"]) == (wade, "wade@example.com", 2)
    refused(robin.api.post(path, body), 409, "ConcurrentModification", currentVersion=2)
    refused(Agent(project, "csr3").api.post(path, {**body, "version": 2}), 404, "ResourceNotFound")
    unknown = {"version": 2, "actions": [action("setCustomer", customerId=NO_ID)]}
    refused(robin.api.post(path, unknown), 400, "ReferencedResourceNotFound")
    assert robin.take_over()["cart"]["id"] == cart["id"]
    late = {"version": 3, "actions": [action("setCustomer", customerId=project.customer_id("alice"))]}
    refused(robin.api.post(path, late), 400, "InvalidOperation", "OrderHasCart")
    assert robin.api.read(path)["customerId"] == wade
    assert project.broken_invariants() == []


def test_s2_27_s2_28_the_agent_finds_items_and_looks_at_them(project: Project):
    robin = Agent(project)
    robin.help("wade")
    (found,) = robin.there.read("/product-search", params={"q": "ruffles"})["results"]
    product = robin.there.read("/product-projections/key=SHIRT")
    assert found["sku"] == product["masterVariant"]["sku"] == "SHIRT"
    assert skus(robin.change(add("SHIRT"))) == [("SHIRT", 1)]


def test_s2_6_s2_7_s2_37_an_anonymous_shoppers_cart_is_empty_and_never_the_guests_own(project: Project):
    guest = project.guest()
    own = open_cart(guest, "siteA", add("TEE", 3))
    robin = Agent(project)
    view = robin.help(None)
    assert view["cart"]["lineItems"] == []
    assert view["cart"]["id"] != own["id"]
    assert view["displayUser"] == {"isAnonymous": True}
    assert "anonymousId" not in str(view)
    robin.change(add("MUG"))
    order = robin.add_items()
    assert skus(order) == [("MUG", 1)]
    assert "anonymousId" not in order
    assert guest.in_store("siteA").read("/me/current-cart") == own
    assert guest.read("/me/carts")["total"] == 1
    assert project.broken_invariants() == []


def continued(project: Project, robin: Agent) -> str:
    """The token of a link to the order that Robin has prepared."""
    answer = robin.there.create(f"/offline-orders/{robin.order['id']}/continuation")
    assert answer["link"] == f"https://www.example.com/?offlineOrder={answer['token']}"
    assert answer["expiresAt"]
    return answer["token"]


def test_s2_38_the_guest_goes_on_with_the_prepared_order(project: Project):
    guest = project.guest()
    own = open_cart(guest, "siteA", add("TEE", 3))
    there = guest.in_store("siteA")
    robin = Agent(project)
    order = robin.prepare(add("MUG"), customer=None)
    token = continued(project, robin)
    for wrong in ("", "nothing", token[:-1]):
        refused(there.post("/me/offline-orders/continue", {"token": wrong}), 404, "ResourceNotFound")
    refused(there.get(f"/me/orders/{order['id']}"), 404, "ResourceNotFound")
    mine = there.write("/me/offline-orders/continue", {"token": token})
    assert (mine["id"], mine["type"], skus(mine)) == (order["id"], "OFFLINE", [("MUG", 1)])
    assert there.write("/me/offline-orders/continue", {"token": token}) == mine
    refused(
        project.guest().in_store("siteA").post("/me/offline-orders/continue", {"token": token}), 404, "ResourceNotFound"
    )
    assert there.read("/me/current-cart") == own
    cart = there.read(f"/me/carts/{mine['originalCartId']}")
    cart = there.change_my_cart(cart, action("setCustomerEmail", email="guest@example.com"), ship_to())
    shown = there.write(f"/me/carts/{cart['id']}/checkout")
    assert (shown["id"], shown["shippingAddress"]) == (order["id"], US_ADDRESS)
    placed = ok(submit(guest, cart), 201)
    assert (placed["id"], placed["type"], placed["status"]) == (order["id"], "OFFLINE", "Submitted")
    assert placed["customerEmail"] == "guest@example.com"
    assert there.read("/me/current-cart") == own
    assert [each["id"] for each in there.read("/me/orders")["results"]] == [order["id"]]
    assert project.broken_invariants() == []


def test_s2_38_a_link_that_has_expired_leads_nowhere(project: Project):
    robin = Agent(project)
    order = robin.prepare(add("MUG"), customer=None)
    token = continued(project, robin)
    project.sql.execute("UPDATE continuations SET expires_at = now() WHERE project = $1", project.key)
    refused(
        project.guest().in_store("siteA").post("/me/offline-orders/continue", {"token": token}), 404, "ResourceNotFound"
    )
    assert robin.api.read(f"/offline-orders/{order['id']}") == order


def test_a_registered_shopper_goes_on_with_it_too(project: Project):
    robin = Agent(project)
    order = robin.prepare(add("MUG"), customer=None)
    alice = project.customer("alice")
    own = open_cart(alice, "siteA", add("TEE"))
    mine = alice.in_store("siteA").write("/me/offline-orders/continue", {"token": continued(project, robin)})
    assert (mine["customerId"], mine["customerEmail"]) == (project.customer_id("alice"), "alice@example.com")
    assert "anonymousId" not in mine
    assert alice.in_store("siteA").read("/me/current-cart") == own
    cart = alice.in_store("siteA").read(f"/me/carts/{mine['originalCartId']}")
    cart = alice.in_store("siteA").change_my_cart(cart, ship_to())
    assert ok(submit(alice, cart), 201)["id"] == order["id"]
    assert project.broken_invariants() == []


def test_a_guest_who_signs_in_takes_the_order_along(project: Project):
    guest = project.guest()
    robin = Agent(project)
    order = robin.prepare(add("MUG"), customer=None)
    mine = guest.in_store("siteA").write("/me/offline-orders/continue", {"token": continued(project, robin)})
    guest.in_store("siteA").write("/me/login", {"email": "bob@example.com", "password": "pw"})
    bob = project.customer("bob").in_store("siteA")
    assert bob.read(f"/me/orders/{order['id']}")["customerId"] == project.customer_id("bob")
    cart = bob.change_my_cart(bob.read(f"/me/carts/{mine['originalCartId']}"), ship_to())
    assert ok(submit(project.customer("bob"), cart), 201)["id"] == order["id"]
    assert project.broken_invariants() == []


def test_a_backend_that_signs_a_customer_in_with_the_bound_cart_takes_the_order_along(project: Project):
    robin = Agent(project)
    order = robin.prepare(add("MUG"), customer=None)
    body = {"email": "bob@example.com", "password": "pw", "anonymousCart": {"id": order["originalCartId"]}}
    project.backend.write("/login", body)
    assert robin.api.read(f"/offline-orders/{order['id']}")["customerId"] == project.customer_id("bob")
    assert project.broken_invariants() == []


def test_a_cart_that_gets_another_owner_leaves_the_order(project: Project):
    robin = Agent(project)
    robin.help(None)
    cart = robin.change(add("MUG"))
    moved = project.backend.change_cart(cart, action("setCustomerId", customerId=project.customer_id("bob")))
    assert "offlineOrderId" not in moved
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), 400, "InvalidOperation", "CartNotOfOrder")
    assert project.broken_invariants() == []


def test_there_is_no_link_to_a_customers_order_nor_to_an_empty_one(project: Project):
    shopper_with(project, add("TEE"))
    robin = Agent(project)
    order = robin.prepare()
    path = f"/offline-orders/{order['id']}/continuation"
    refused(robin.api.post(path), 400, "InvalidOperation", "OrderHasCustomer")
    refused(Agent(project, "csr3").api.post(path), 404, "ResourceNotFound")
    robin.help(None)
    path = f"/offline-orders/{robin.order['id']}/continuation"
    refused(robin.api.post(path), 400, "InvalidOperation", "OrderNotPrepared")
    assert project.sql.value("SELECT count(*) FROM continuations WHERE project = $1", project.key) == 0
