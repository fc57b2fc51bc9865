"""Cart Takeover by a CSR with an offline order (S2): from the phone call to the shopper's order."""

from handcart.api.routes import route_table
from tests.api.assisted import Agent, run_out, shopper_with
from tests.builders import NO_ID, action, add, lines_on, open_cart, remove, ship_to, skus, submit
from tests.client import ok, refused
from tests.conftest import Project

IN_STORE = "/in-store/"


def test_s2_15_s2_26_a_new_offline_order_is_pending_and_empty(project: Project):
    shopper_with(project, add("TEE"), add("MUG"), add("PEN"))
    order = Agent(project).draft("wade")
    assert (order["type"], order["status"], order["orderState"]) == ("OFFLINE", "Pending", "Open")
    assert order["lineItems"] == []
    assert "orderNumber" not in order
    assert order["customerId"] == project.customer_id("wade")
    assert order["siteId"] == "siteA"
    assert order["operator"]["typeId"] == "staff"
    assert project.broken_invariants() == []


def test_s2_8_s2_9_s2_13_s2_16_view_users_cart_shows_the_shoppers_cart_as_the_shopper(project: Project):
    wade, cart = shopper_with(project, add("TEE"), add("MUG", 2))
    robin = Agent(project)
    robin.draft("wade")
    view = robin.take_over(reason="Help with sizes", ticket="T-7")
    assert view["cart"]["id"] == cart["id"]
    assert skus(view["cart"]) == [("TEE", 1), ("MUG", 2)]
    assert view["displayUser"]["firstName"] == "Wade"
    staff_id = robin.order["operator"]["id"]
    assert view["operator"] == {"id": staff_id, "name": "Robin Reyes"} == view["takeover"]["holder"]
    assert view["cart"]["offlineOrderId"] == robin.order["id"]
    assert robin.api.read(f"/offline-orders/{robin.order['id']}")["originalCartId"] == cart["id"]
    seen = wade.read("/me/current-cart")
    assert (seen["id"], seen["offlineOrderId"]) == (cart["id"], robin.order["id"])
    entry = project.admin.read(f"/carts/{cart['id']}/history")["results"][0]
    assert entry["kind"] == "TakeoverOpened"
    assert entry["actor"]["operator"]["id"] == staff_id
    assert entry["via"] == {"kind": "takeover", "id": view["takeover"]["id"]}
    assert entry["onBehalfOf"] == project.customer_id("wade")
    assert project.broken_invariants() == []


def test_a_customer_without_a_cart_gets_one_that_is_current_for_the_customer_too(project: Project):
    view = Agent(project).help("wade")
    assert view["cart"]["lineItems"] == []
    assert project.customer("wade").in_store("siteA").read("/me/current-cart")["id"] == view["cart"]["id"]
    assert open_cart(project.customer("wade"))["id"] == view["cart"]["id"]


def test_s2_3_s2_17_what_the_agent_does_is_in_the_shoppers_cart_at_once(project: Project):
    wade, _ = shopper_with(project, add("TEE"))
    robin = Agent(project)
    view = robin.help("wade")
    changed = robin.change(add("MUG", 2), remove(view["cart"]["lineItems"][0]))
    assert skus(changed) == [("MUG", 2)]
    assert wade.read("/me/current-cart") == changed
    entry = project.admin.read(f"/carts/{changed['id']}/history")["results"][0]
    assert entry["via"]["kind"] == "takeover"
    assert entry["actor"]["operator"]["id"] == view["operator"]["id"]


def test_s2_29_s2_31_s2_32_adding_the_items_copies_them_and_ends_the_takeover(project: Project):
    wade, cart = shopper_with(project, add("TEE"))
    robin = Agent(project)
    order = robin.prepare(add("MUG", 2))
    assert robin.takeover["state"] == "Completed"
    assert order["id"] == robin.order["id"]
    assert (order["type"], order["status"], order["customerId"]) == ("OFFLINE", "Pending", project.customer_id("wade"))
    assert lines_on(order) == [("TEE", "siteA", 1), ("MUG", "siteA", 2)]
    seen = wade.read("/me/current-cart")
    assert [each["id"] for each in seen["lineItems"]] == [each["id"] for each in order["lineItems"]]
    assert order["totalPrice"] == seen["totalPrice"]
    before = project.cart_row(cart["id"])
    body = {"version": seen["version"], "actions": [add("PEN")]}
    refused(robin.api.post(f"/carts/{cart['id']}", body), 404, "ResourceNotFound")
    refused(robin.api.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"]) == before
    assert robin.api.read(f"/orders/{order['id']}") == order
    assert project.broken_invariants() == []


def test_s2_18_the_shopper_checks_out_the_order_of_the_agent(project: Project):
    wade, cart = shopper_with(project, ship_to())
    robin = Agent(project)
    order = robin.prepare(add("MUG", 2))
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert (shown["id"], shown["type"], shown["status"]) == (order["id"], "OFFLINE", "Pending")
    assert skus(shown) == [("MUG", 2)]
    assert shown["checkout"]["siteId"] == "siteA"
    assert shown["taxedPrice"]["totalGross"]["centAmount"] == 1760
    assert project.counts()["orders"] == 1
    placed = ok(submit(project.customer("wade"), wade.read("/me/current-cart")), 201)
    assert (placed["id"], placed["type"], placed["status"]) == (order["id"], "OFFLINE", "Submitted")
    assert skus(placed) == [("MUG", 2)]
    assert placed["orderNumber"]
    assert placed["operator"]["id"] == robin.takeover["holder"]["id"]
    assert placed["customerId"] == project.customer_id("wade")
    assert [each["status"] for each in placed["statusHistory"]] == ["Pending", "Submitted"]
    assert project.stock("MUG", "stockA") == 98
    assert [each["id"] for each in wade.read("/me/orders")["results"]] == [placed["id"]]
    closed = wade.read(f"/me/carts/{cart['id']}")
    assert (closed["cartState"], closed["orderId"]) == ("Ordered", placed["id"])
    refused(wade.get("/me/current-cart"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


def test_s2_11_s2_24_without_an_own_draft_there_is_no_users_cart(project: Project):
    _, cart = shopper_with(project, add("TEE"), ship_to())
    robin, sam = Agent(project), Agent(project, "csr3")
    robin.draft("wade")
    before = project.cart_row(cart["id"])
    refused(sam.there.post(f"/offline-orders/{robin.order['id']}/takeover", {}), 404, "ResourceNotFound")
    refused(sam.there.post(f"/offline-orders/{NO_ID}/takeover", {}), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"]) == before
    robin.take_over()
    robin.add_items()
    ok(submit(project.customer("wade"), open_cart(project.customer("wade"))), 201)
    again = robin.there.post(f"/offline-orders/{robin.order['id']}/takeover", {})
    refused(again, 400, "InvalidOperation", "OrderNotPending", state="Submitted")


def test_s2_34_another_agent_has_to_wait(project: Project):
    _, cart = shopper_with(project, add("TEE"))
    robin, sam = Agent(project), Agent(project, "csr3")
    robin.help("wade")
    sam.draft("wade")
    before, path = project.cart_row(cart["id"]), f"/offline-orders/{sam.order['id']}/takeover"
    refused(
        sam.there.post(path, {}),
        400,
        "InvalidOperation",
        "TakeoverHeld",
        holder="Robin Reyes",
        leaseUntil=robin.takeover["leaseUntil"],
    )
    assert project.cart_row(cart["id"]) == before
    robin.add_items()
    assert sam.take_over()["cart"]["offlineOrderId"] == sam.order["id"]
    assert project.broken_invariants() == []


def test_the_same_agent_asking_again_gets_the_same_takeover(project: Project):
    shopper_with(project, add("TEE"))
    robin = Agent(project)
    view = robin.help("wade")
    again = robin.there.write(f"/offline-orders/{robin.order['id']}/takeover", {})
    assert again == view
    other = robin.there.create("/offline-orders", {"customerId": project.customer_id("wade")})
    refused(
        robin.there.post(f"/offline-orders/{other['id']}/takeover", {}),
        400,
        "InvalidOperation",
        "OtherOrderInTakeover",
        orderId=robin.order["id"],
        takeoverId=robin.takeover["id"],
    )


def test_a_lease_that_has_run_out_lapses_for_the_next_agent(project: Project):
    shopper_with(project, add("TEE"))
    robin, sam = Agent(project), Agent(project, "csr3")
    robin.help("wade")
    run_out(project, robin.takeover)
    sam.draft("wade")
    sam.take_over()
    seen = robin.api.read(f"/takeovers/{robin.takeover['id']}")
    assert (seen["state"], seen["ended"], seen["version"]) == ("Lapsed", "LeaseRanOut", 2)
    refused(robin.on_takeover("/heartbeat"), 400, "InvalidOperation", "TakeoverEnded", state="Lapsed")
    body = {"actions": [action("setCustomerEmail", email="robin@example.com")]}
    refused(robin.there.post(f"/carts/{robin.takeover['cartId']}", body), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


def test_s2_5_only_whoever_may_update_customers_takes_carts_over(project: Project):
    _, cart = shopper_with(project, add("TEE"))
    casey = Agent(project, "csr2")
    casey.draft("wade")
    before = project.cart_row(cart["id"])
    refused(casey.there.post(f"/offline-orders/{casey.order['id']}/takeover", {}), 403, "insufficient_scope")
    assert project.cart_row(cart["id"]) == before
    assert casey.api.read(f"/offline-orders/{casey.order['id']}") == casey.order
    robin = Agent(project)
    robin.help("wade")
    project.sql.execute(
        "UPDATE roles SET behaviours = array_remove(behaviours, 'customer:update') "
        "WHERE project = $1 AND key = 'CSRCustomerUpdate'",
        project.key,
    )
    before = project.cart_row(cart["id"])
    refused(robin.there.post(f"/carts/{cart['id']}", {"actions": [add("PEN")]}), 403, "insufficient_scope")
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), 403, "insufficient_scope")
    assert project.cart_row(cart["id"]) == before


def test_s2_30_adding_the_items_to_the_order_is_there_once_under_that_name():
    adding = [each.pattern for each in route_table().routes if "items" in each.pattern and IN_STORE not in each.pattern]
    assert adding == ["/{pk}/takeovers/{id}/add-items-to-order"]


def test_a_takeover_of_a_cart_that_was_ordered_gives_way_to_the_next_cart(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    first = robin.help("wade")["takeover"]
    ok(submit(wade, wade.read("/me/current-cart")), 201)
    view = robin.take_over()
    assert view["takeover"]["id"] != first["id"]
    assert view["cart"]["id"] != cart["id"]
    assert view["cart"]["lineItems"] == []
    ended = robin.api.read(f"/takeovers/{first['id']}")
    assert (ended["state"], ended["ended"]) == ("Cancelled", "CartClosed")
    assert skus(robin.change(add("MUG"))) == [("MUG", 1)]
    assert project.broken_invariants() == []
