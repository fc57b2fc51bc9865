"""What becomes of an offline order: copied, submitted by the shopper or by the agent, superseded, cancelled (S2)."""

from typing import Any

import pytest

from tests.api.assisted import Agent, shopper_with
from tests.builders import (
    US_ADDRESS,
    action,
    add,
    amount,
    change_quantity,
    lines_on,
    open_cart,
    remove,
    ship_to,
    skus,
    submit,
)
from tests.client import in_parallel, ok, refused
from tests.conftest import Project

CONFIGURED = {"type": {"typeId": "type", "key": "configuration"}, "fields": {"size": "XL", "engraving": "Hi"}}


def current(project: Project) -> Any:
    return project.customer("wade").in_store("siteA").read("/me/current-cart")


def place(project: Project, **draft: Any) -> Any:
    wade = project.customer("wade")
    return submit(wade, wade.in_store("siteA").read("/me/current-cart"), **draft)


def test_s2_1_s2_4_the_options_of_a_product_come_along(project: Project):
    shopper_with(project, ship_to())
    order = Agent(project).prepare(add("MUG", custom=CONFIGURED))
    assert order["lineItems"][0]["custom"]["fields"] == CONFIGURED["fields"]
    placed = ok(place(project), 201)
    assert placed["lineItems"][0]["custom"]["fields"] == CONFIGURED["fields"]


@pytest.mark.parametrize("is_multi_ship", [False, True])
def test_s2_2_single_ship_and_multi_ship_orders_keep_each_destination(project: Project, is_multi_ship: bool):
    shopper_with(project, ship_to())
    robin = Agent(project)
    robin.help("wade")
    homes = [{**US_ADDRESS, "key": key} for key in ("home", "office")]
    to = [{"targets": [{"addressKey": each["key"], "quantity": 1}]} for each in homes]
    actions = [action("addItemShippingAddress", address=each) for each in homes] if is_multi_ship else []
    for sku, where in zip(("TEE", "MUG"), to, strict=True):
        actions.append(add(sku, shippingDetails=where) if is_multi_ship else add(sku))
    robin.change(*actions)
    order = robin.add_items()
    placed = ok(place(project), 201)
    for each in (order, placed):
        assert lines_on(each) == [("TEE", "siteA", 1), ("MUG", "siteA", 1)]
        if is_multi_ship:
            assert [line["shippingDetails"]["targets"] for line in each["lineItems"]] == [x["targets"] for x in to]
            assert [address["key"] for address in each["itemShippingAddresses"]] == ["home", "office"]
    assert project.counts()["orders"] == 1
    assert project.broken_invariants() == []


def test_s2_32_s2_36_what_the_shopper_adds_afterwards_goes_on_in_a_fresh_cart(project: Project):
    wade, cart = shopper_with(project, add("TEE", 2), ship_to())
    order = Agent(project).prepare(add("MUG"))
    seen = wade.read("/me/current-cart")
    wade.change_my_cart(seen, add("PEN"), change_quantity(seen["lineItems"][0], 5))
    placed = ok(place(project), 201)
    assert (placed["id"], skus(placed)) == (order["id"], [("TEE", 2), ("MUG", 1)])
    fresh = wade.read("/me/current-cart")
    assert fresh["id"] != cart["id"]
    assert sorted(skus(fresh)) == [("PEN", 1), ("TEE", 3)]
    assert (fresh["cartState"], fresh["name"], fresh["version"]) == ("Active", "Default", 1)
    assert "offlineOrderId" not in fresh
    closed = wade.read(f"/me/carts/{cart['id']}")
    assert (skus(closed), closed["orderId"]) == ([("TEE", 2), ("MUG", 1)], order["id"])
    assert len(wade.read("/me/orders")["results"]) == project.counts()["orders"] == 1
    assert (project.stock("TEE", "stockA"), project.stock("PEN", "stockA")) == (98, 100)
    assert project.broken_invariants() == []


def test_a_line_that_the_shopper_has_changed_since_is_not_lost(project: Project):
    wade, _ = shopper_with(project, add("MUG", custom=CONFIGURED), ship_to())
    Agent(project).prepare()
    cart = wade.read("/me/current-cart")
    line = cart["lineItems"][0]
    wade.change_my_cart(cart, action("setLineItemCustomField", lineItemId=line["id"], name="engraving", value="Other"))
    placed = ok(place(project), 201)
    assert placed["lineItems"][0]["custom"]["fields"]["engraving"] == "Hi"
    fresh = wade.read("/me/current-cart")
    assert [each["custom"]["fields"]["engraving"] for each in fresh["lineItems"]] == ["Other"]


def test_what_the_shopper_removes_afterwards_is_in_the_order_all_the_same(project: Project):
    wade, _ = shopper_with(project, add("TEE"), ship_to())
    Agent(project).prepare(add("MUG"))
    cart = wade.read("/me/current-cart")
    wade.change_my_cart(cart, remove(cart["lineItems"][0]))
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert skus(shown) == [("TEE", 1), ("MUG", 1)]
    assert skus(ok(place(project), 201)) == [("TEE", 1), ("MUG", 1)]
    refused(wade.get("/me/current-cart"), 404, "ResourceNotFound")


def test_s2_33_the_prices_are_those_of_the_order_and_of_its_site(project: Project):
    shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project, site="siteB")
    robin.draft("wade")
    robin.take_over()
    order = robin.add_items()
    assert order["lineItems"][0]["siteId"] == "siteA"
    assert (order["siteId"], order["lineItems"][0]["totalPrice"]["centAmount"]) == ("siteB", 5000)
    placed = ok(place(project), 201)
    assert (placed["siteId"], placed["totalPrice"]["centAmount"]) == ("siteA", 2500)


def test_the_price_that_the_order_showed_is_held_against_what_is_submitted(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    robin.prepare()
    product = project.backend.read("/products/key=TEE")
    prices = product["masterData"]["current"]["masterVariant"]["prices"]
    price = next(each for each in prices if each["value"]["centAmount"] == 2500)
    dearer = {"value": amount(2600), "channel": price["channel"]}
    project.backend.update("/products", product, action("changePrice", priceId=price["id"], price=dearer, staged=False))
    project.wait_for_caches()
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(place(project), 400, "PriceChanged")
    refused(place(project, expectedTotal=amount(2500)), 400, "PriceChanged")
    assert (project.cart_row(cart["id"]), project.counts()) == (before, counts)
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert shown["totalPrice"]["centAmount"] == 2600
    placed = ok(place(project, expectedTotal=amount(2600)), 201)
    assert placed["totalPrice"]["centAmount"] == 2600


def test_an_address_that_is_given_at_checkout_does_not_count_as_a_changed_price(project: Project):
    wade, cart = shopper_with(project, add("TEE"))
    order = Agent(project).prepare()
    refused(place(project), 400, "InvalidOperation", "ShippingAddressMissing")
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert "taxedPrice" not in shown
    seen = wade.read("/me/current-cart")
    method = {"typeId": "shipping-method", "key": "standard"}
    wade.change_my_cart(seen, ship_to(), action("setShippingMethod", shippingMethod=method))
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert (shown["totalPrice"]["centAmount"], shown["taxedPrice"]["totalGross"]["centAmount"]) == (3000, 3300)
    placed = ok(place(project), 201)
    assert (placed["id"], placed["totalPrice"]["centAmount"]) == (order["id"], 3000)
    assert placed["shippingAddress"] == US_ADDRESS
    assert project.broken_invariants() == []


def test_a_prepared_order_is_submitted_once(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    stale = cart["version"]
    order = Agent(project).prepare()
    body = {"id": cart["id"], "version": current(project)["version"]}
    refused(wade.post("/me/orders", {**body, "version": stale}), 409, "ConcurrentModification")
    first, second = in_parallel([lambda: wade.post("/me/orders", body)] * 2)
    assert sorted([first.status_code, second.status_code]) in ([201, 400], [201, 409])
    refused(wade.post("/me/orders", body), 409, "ConcurrentModification")
    closed = wade.read(f"/me/carts/{cart['id']}")
    again = wade.post("/me/orders", {**body, "version": closed["version"]})
    refused(again, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=order["id"])
    assert project.counts()["orders"] == 1
    assert project.stock("TEE", "stockA") == 99
    assert project.broken_invariants() == []


def test_the_same_idempotency_key_gets_the_same_order(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    Agent(project).prepare()
    body = {"id": cart["id"], "version": current(project)["version"]}
    answers = [ok(wade.post("/me/orders", body, headers={"Idempotency-Key": "once"}), 201) for _ in range(2)]
    assert answers[0] == answers[1]
    assert project.stock("TEE", "stockA") == 99


def test_an_order_of_more_than_there_is_is_refused_whole(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    robin.prepare(add("MUG", 101))
    wade.change_my_cart(wade.read("/me/current-cart"), add("PEN"))
    before, counts = project.cart_row(cart["id"]), project.counts()
    error = refused(place(project), 400, "OutOfStock")
    assert error["skus"] == ["MUG"]
    assert (project.cart_row(cart["id"]), project.counts()) == (before, counts)
    assert robin.api.read(f"/orders/{robin.order['id']}") == robin.order


def test_s2_12_an_agent_does_not_check_out_unless_it_enters_the_payment(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    robin.help("wade")
    cart = robin.change(add("MUG", 2))
    body = {"id": cart["id"], "version": cart["version"]}
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(robin.there.post("/orders", body), 400, "InvalidOperation", "UseAddItemsToOrder")
    assert (project.cart_row(cart["id"]), project.counts()) == (before, counts)
    placed = robin.there.create("/orders", {**body, "agentEntersPayment": True})
    assert (placed["id"], placed["type"], placed["status"]) == (robin.order["id"], "OFFLINE", "Submitted")
    assert skus(placed) == [("TEE", 1), ("MUG", 2)]
    assert placed["operator"]["id"] == robin.takeover["holder"]["id"]
    assert robin.api.read(f"/takeovers/{robin.takeover['id']}")["state"] == "Completed"
    assert wade.read(f"/me/carts/{cart['id']}")["orderId"] == placed["id"]
    assert wade.read(f"/me/orders/{placed['id']}") == placed
    assert project.stock("MUG", "stockA") == 98
    assert project.broken_invariants() == []


def test_outside_a_takeover_nobody_enters_a_payment_for_the_shopper(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    body = {"id": cart["id"], "version": cart["version"], "agentEntersPayment": True}
    refused(project.backend.post("/orders", body), 400, "InvalidField", field="agentEntersPayment")
    refused(wade.post("/me/orders", body), 400, "InvalidField", field="agentEntersPayment")
    assert project.counts()["orders"] == 0


def test_an_unprepared_order_is_not_in_the_way_of_an_ordinary_one(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    robin.help("wade")
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert shown["id"] == cart["id"]
    placed = ok(place(project), 201)
    assert (placed["type"], placed["id"] == robin.order["id"]) == ("ONLINE", False)
    body = {"version": robin.takeover["version"]}
    refused(
        robin.on_takeover("/add-items-to-order", body),
        400,
        "InvalidOperation",
        "CartAlreadySubmitted",
        orderId=placed["id"],
    )
    order = robin.api.read(f"/offline-orders/{robin.order['id']}")
    assert (order["status"], order["lineItems"]) == ("Pending", [])
    assert project.broken_invariants() == []


def test_the_order_that_is_prepared_last_takes_the_place_of_the_one_before(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin, sam = Agent(project), Agent(project, "csr3")
    first = robin.prepare()
    sam.help("wade")
    assert wade.write(f"/me/carts/{cart['id']}/checkout")["id"] == first["id"]
    sam.change(add("MUG"))
    second = sam.add_items()
    gone = robin.api.read(f"/offline-orders/{first['id']}")
    assert (gone["status"], gone["supersededBy"]) == ("Cancelled", second["id"])
    assert ok(place(project), 201)["id"] == second["id"]
    assert [each["id"] for each in wade.read("/me/orders")["results"]] == [second["id"]]
    assert project.broken_invariants() == []


def test_handing_back_leaves_what_was_prepared_before(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin, sam = Agent(project), Agent(project, "csr3")
    first = robin.prepare()
    sam.help("wade")
    ok(sam.api.delete(f"/takeovers/{sam.takeover['id']}", params={"version": 1}), 200)
    assert wade.read("/me/current-cart")["offlineOrderId"] == first["id"]
    assert ok(place(project), 201)["id"] == first["id"]
    assert wade.read(f"/me/carts/{cart['id']}")["orderId"] == first["id"]
    assert project.broken_invariants() == []


def test_adding_the_items_again_replaces_those_of_the_order(project: Project):
    shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    robin.prepare()
    robin.take_over()
    robin.change(add("MUG"))
    order = robin.add_items()
    assert skus(order) == [("TEE", 1), ("MUG", 1)]
    placed = ok(place(project), 201)
    assert (placed["id"], skus(placed)) == (order["id"], [("TEE", 1), ("MUG", 1)])


def test_submitting_ends_a_takeover_that_is_open_for_the_order(project: Project):
    shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    robin.prepare()
    robin.take_over()
    placed = ok(place(project), 201)
    seen = robin.api.read(f"/takeovers/{robin.takeover['id']}")
    assert (seen["state"], seen["ended"]) == ("Cancelled", "OrderSubmitted")
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), 400, "InvalidOperation", "TakeoverEnded")
    assert robin.api.read(f"/orders/{placed['id']}") == placed
    assert project.broken_invariants() == []


def test_a_backend_that_orders_the_cart_gets_the_prepared_order_too(project: Project):
    shopper_with(project, add("TEE"), ship_to())
    order = Agent(project).prepare()
    cart = current(project)
    body = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"], "orderNumber": "phone-1"}
    placed = project.backend.in_store("siteA").create("/orders", body)
    assert (placed["id"], placed["orderNumber"]) == (order["id"], "phone-1")


def test_a_cancelled_draft_leaves_an_ordinary_cart(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    order = robin.prepare()
    body = {"version": order["version"], "actions": [action("cancel")]}
    gone = robin.api.write(f"/offline-orders/{order['id']}", body)
    assert (gone["status"], gone["orderState"]) == ("Cancelled", "Cancelled")
    assert "offlineOrderId" not in wade.read("/me/current-cart")
    placed = ok(place(project), 201)
    assert (placed["type"], placed["cart"]["id"]) == ("ONLINE", cart["id"])
    again = robin.api.post(
        f"/offline-orders/{order['id']}", {"version": gone["version"], "actions": [action("cancel")]}
    )
    refused(again, 400, "InvalidOperation", "OrderNotPending", state="Cancelled")
    assert project.broken_invariants() == []


def test_cancelling_ends_the_takeover(project: Project):
    wade, _ = shopper_with(project, add("TEE"))
    robin = Agent(project)
    robin.help("wade")
    order = robin.api.read(f"/offline-orders/{robin.order['id']}")
    robin.api.write(f"/offline-orders/{order['id']}", {"version": order["version"], "actions": [action("cancel")]})
    seen = robin.api.read(f"/takeovers/{robin.takeover['id']}")
    assert (seen["state"], seen["ended"]) == ("Cancelled", "OrderCancelled")
    assert "offlineOrderId" not in wade.read("/me/current-cart")
    assert project.broken_invariants() == []


def test_an_empty_cart_adds_nothing(project: Project):
    robin = Agent(project)
    robin.help("wade")
    before = project.cart_row(robin.takeover["cartId"])
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), 400, "InvalidOperation", "CartEmpty")
    assert project.cart_row(robin.takeover["cartId"]) == before
    assert robin.api.read(f"/takeovers/{robin.takeover['id']}")["state"] == "Open"


def test_what_has_no_price_on_the_site_is_not_added(project: Project):
    wade = project.customer("wade")
    open_cart(wade, "siteA", add("NOLIST"), ship_to())
    robin = Agent(project, site="siteB")
    robin.help("wade")
    refused(robin.on_takeover("/add-items-to-order", {"version": 1}), 400, "MatchingPriceNotFound", sku="NOLIST")
    assert robin.api.read(f"/offline-orders/{robin.order['id']}")["lineItems"] == []


def test_a_draft_that_is_taken_to_another_cart_leaves_what_was_copied_behind(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    robin = Agent(project)
    order = robin.prepare()
    elsewhere = open_cart(project.customer("wade"), "siteD", add("PEN"))
    robin.site = "siteD"
    assert robin.take_over()["cart"]["id"] == elsewhere["id"]
    seen = robin.api.read(f"/offline-orders/{order['id']}")
    assert (seen["lineItems"], seen["totalPrice"]["centAmount"]) == ([], 0)
    assert seen["originalCartId"] == elsewhere["id"]
    assert wade.write(f"/me/carts/{cart['id']}/checkout")["id"] == cart["id"]
    assert ok(place(project), 201)["type"] == "ONLINE"
    assert skus(robin.add_items()) == [("PEN", 1)]
    assert project.broken_invariants() == []
