"""From cart to order: once, at the price that was shown, with the stock of where each item was added."""

import pytest

from tests.builders import (
    NO_ID,
    US_ADDRESS,
    action,
    add,
    amount,
    change_quantity,
    lines_on,
    money,
    open_cart,
    order,
    ship_to,
    skus,
    submit,
)
from tests.client import ok, refused
from tests.conftest import Project


def filled(project: Project, who: str = "alice", site: str = "siteA", *actions):
    shopper = project.customer(who)
    return shopper, open_cart(shopper, site, *(actions or [add("TEE", 2)]), ship_to())


def test_s3_6_s3_11_the_cart_is_submitted_and_both_records_stay_readable(project: Project):
    alice, cart = filled(project)
    made = ok(submit(alice, cart), 201)
    closed = alice.read(f"/me/carts/{cart['id']}")
    assert (closed["status"], closed["cartState"], closed["orderId"]) == ("Submitted", "Ordered", made["id"])
    assert (made["status"], made["orderState"]) == ("Submitted", "Open")
    assert made["cart"] == {"typeId": "cart", "id": cart["id"]}
    assert [each["status"] for each in made["statusHistory"]] == ["Submitted"]
    assert alice.read(f"/me/orders/{made['id']}") == made
    assert project.admin.read(f"/orders/{made['id']}") == made
    assert project.admin.read(f"/orders/order-number={made['orderNumber']}") == made
    assert project.broken_invariants() == []


def test_s3_12_the_order_is_a_clone_of_the_cart(project: Project):
    alice, _ = filled(project)
    cart = open_cart(alice, "siteA", action("setBillingAddress", address=US_ADDRESS), add("MUG", 3))
    made = ok(submit(alice, cart), 201)
    closed = alice.read(f"/me/carts/{cart['id']}")
    assert made["id"] != closed["id"]
    for name in ("lineItems", "shippingAddress", "billingAddress", "totalPrice", "taxedPrice", "customerId", "store"):
        assert made[name] == closed[name]
    assert skus(made) == [("TEE", 2), ("MUG", 3)]
    assert made["taxedPrice"]["totalTax"] == money(740)


def test_s3_13_a_submitted_cart_is_history(project: Project):
    alice, cart = filled(project)
    made = ok(submit(alice, cart), 201)
    closed = alice.read(f"/me/carts/{cart['id']}")
    before, counts = project.cart_row(cart["id"]), project.counts()
    path = f"/me/carts/{cart['id']}"
    update = {"version": closed["version"], "actions": [add("MUG")]}
    for response in (
        alice.post(path, update),
        alice.post(path, {"actions": [add("MUG")]}),
        project.admin.post(f"/carts/{cart['id']}", update),
        alice.post(f"{path}/checkout"),
        alice.delete(path, params={"version": closed["version"]}),
    ):
        refused(response, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=made["id"])
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    assert alice.in_store("siteB").read(path) == closed


def test_s3_13_a_new_price_changes_neither_the_submitted_cart_nor_the_order(project: Project):
    alice, cart = filled(project)
    made = ok(submit(alice, cart), 201)
    closed = alice.get(f"/me/carts/{cart['id']}").content
    before = project.cart_row(cart["id"])
    reprice(project, "TEE", 9900)
    assert alice.get(f"/me/carts/{cart['id']}").content == closed
    assert alice.in_store("siteB").get(f"/me/carts/{cart['id']}").content == closed
    assert alice.read(f"/me/orders/{made['id']}") == made
    assert project.cart_row(cart["id"]) == before


def test_s3_20_s3_69_a_guest_orders_and_only_once(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"), ship_to())
    made = ok(submit(guest, cart), 201)
    assert "customerId" not in made
    assert guest.read(f"/me/orders/{made['id']}") == made
    stale = refused(submit(guest, cart), 409, "ConcurrentModification")
    closed = guest.read(f"/me/carts/{cart['id']}")
    assert stale["currentVersion"] == closed["version"]
    refused(submit(guest, closed), 400, "InvalidOperation", "CartAlreadySubmitted", orderId=made["id"])
    assert project.counts()["orders"] == 1
    assert project.stock("TEE", "stockA") == 99


def test_s3_69_an_empty_cart_is_not_ordered(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", ship_to())
    before = project.cart_row(cart["id"])
    refused(submit(guest, cart), 400, "InvalidOperation", "CartEmpty")
    assert project.cart_row(cart["id"]) == before
    assert project.counts()["orders"] == 0


def test_a_cart_without_shipping_address_is_not_ordered(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    refused(submit(guest, cart), 400, "InvalidOperation", "ShippingAddressMissing")
    assert project.counts()["orders"] == 0


def test_s3_70_order_numbers_differ_and_increase(project: Project):
    alice, cart = filled(project)
    assert "orderNumber" not in cart
    numbers = [ok(submit(alice, cart), 201)["orderNumber"], order(project.customer("bob"), add("MUG"))["orderNumber"]]
    assert int(numbers[0]) < int(numbers[1])


def test_a_repeated_idempotency_key_answers_the_same_order(project: Project):
    alice, cart = filled(project)
    keyed = alice.with_headers(Idempotency_Key="order-1")
    first, again = submit(keyed, cart), submit(keyed, cart)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert project.counts()["orders"] == 1
    assert project.stock("TEE", "stockA") == 98


def test_a_stale_version_orders_nothing(project: Project):
    alice, old = filled(project)
    new = alice.change_my_cart(old, add("MUG"))
    before, counts = project.cart_row(old["id"]), project.counts()
    error = refused(submit(alice, old), 409, "ConcurrentModification")
    assert error["currentVersion"] == new["version"]
    assert project.cart_row(old["id"]) == before
    assert project.counts() == counts


def test_an_expected_total_holds_the_order_to_it(project: Project):
    alice, cart = filled(project)
    counts = project.counts()
    refused(submit(alice, cart, expectedTotal=amount(4999)), 400, "PriceChanged")
    refused(submit(alice, cart, expectedTotal=amount(5000, "MXN")), 400, "PriceChanged")
    refused(submit(alice, cart, "siteB", expectedTotal=amount(5000)), 400, "PriceChanged")
    refused(submit(alice, cart, expectedTotal=amount(5000, "dollars")), 400, "InvalidField")
    assert project.counts() == counts
    assert ok(submit(alice, cart, expectedTotal=amount(5000)), 201)["totalPrice"] == money(5000)


def test_a_total_that_moved_since_the_version_is_refused_once(project: Project):
    alice, cart = filled(project)
    counts = project.counts()
    reprice(project, "TEE", 2600)
    error = refused(submit(alice, cart), 400, "PriceChanged")
    assert error["lineItems"] == [cart["lineItems"][0]["id"]]
    assert project.counts() == counts
    view = alice.in_store("siteA").read(f"/me/carts/{cart['id']}")
    assert (view["totalPrice"], view["version"]) == (money(5200), cart["version"])
    assert ok(submit(alice, view, expectedTotal=amount(5200)), 201)["totalPrice"] == money(5200)


def reprice(project: Project, sku: str, cents: int) -> None:
    """Give an SKU another price on siteA."""
    product = project.admin.read(f"/products/key={sku}")
    price = product["masterData"]["current"]["masterVariant"]["prices"][0]
    draft = {"value": amount(cents), "channel": price["channel"]}
    change = action("changePrice", priceId=price["id"], price=draft, staged=False)
    project.admin.update("/products", product, change)


def test_s4_4_s4_24_items_of_two_sites_are_one_order_at_the_prices_of_the_checkout_site(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    cart = open_cart(alice, "siteB", add("MUG"), ship_to())
    made = ok(submit(alice, cart, "siteB"), 201)
    assert lines_on(made) == [("TEE", "siteA", 1), ("MUG", "siteB", 1)]
    assert made["siteId"] == "siteB"
    assert made["totalPrice"] == money(5800)
    assert made["taxedPrice"]["totalTax"] == money(1160)
    assert made["checkout"]["gateway"] == "gwB"
    assert project.counts()["orders"] == 1


def test_an_order_without_a_site_is_made_where_checkout_was_started(project: Project):
    alice, cart = filled(project, "alice", "siteB")
    cart = ok(alice.in_store("siteB").post(f"/me/carts/{cart['id']}/checkout"), 200)
    made = ok(submit(alice, cart, None), 201)
    assert made["siteId"] == "siteB"
    assert made["totalPrice"] == money(10000)


def test_s4_32_stock_is_taken_from_where_each_item_was_added(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE", 2))
    cart = open_cart(alice, "siteB", add("TEE", 3), ship_to())
    ok(submit(alice, cart, "siteB"), 201)
    assert (project.stock("TEE", "stockA"), project.stock("TEE", "stockB")) == (98, 97)


def test_s4_33_pickup_takes_the_stock_of_the_shop(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("MUG", 1, supplyChannel={"typeId": "channel", "key": "store107"}))
    cart = open_cart(alice, "siteB", ship_to())
    ok(submit(alice, cart, "siteB"), 201)
    assert project.stock("MUG", "store107") == 4
    assert (project.stock("MUG", "stockA"), project.stock("MUG", "stockB")) == (100, 100)


def test_s4_33_more_than_there_is_is_out_of_stock_and_changes_nothing(project: Project):
    alice = project.customer()
    pickup = add("MUG", 6, supplyChannel={"typeId": "channel", "key": "store107"})
    cart = open_cart(alice, "siteA", add("TEE"), pickup, ship_to())
    before, counts = project.cart_row(cart["id"]), project.counts()
    error = refused(submit(alice, cart), 400, "OutOfStock", skus=["MUG"])
    assert error["lineItems"] == [cart["lineItems"][1]["id"]]
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    cart = alice.change_my_cart(cart, change_quantity(cart["lineItems"][1], 5))
    ok(submit(alice, cart), 201)
    assert project.stock("MUG", "store107") == 0


def test_s4_33_what_is_short_in_one_place_does_not_blame_the_line_that_takes_from_another(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("MUG"))
    pickup = add("MUG", 6, supplyChannel={"typeId": "channel", "key": "store107"})
    cart = open_cart(alice, "siteB", add("MUG", 101), pickup, ship_to())
    from_a, from_b, picked_up = cart["lineItems"]
    before = project.cart_row(cart["id"])
    error = refused(submit(alice, cart, "siteB"), 400, "OutOfStock", skus=["MUG"])
    assert error["lineItems"] == [from_b["id"], picked_up["id"]]
    assert project.cart_row(cart["id"]) == before
    change = change_quantity(from_b, 100)
    cart = open_cart(alice, "siteB", change)
    error = refused(submit(alice, cart, "siteB"), 400, "OutOfStock", skus=["MUG"])
    assert error["lineItems"] == [picked_up["id"]]
    assert from_a["id"] in [each["id"] for each in cart["lineItems"]]


def test_an_item_without_a_stock_entry_is_out_of_stock(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE", 1, supplyChannel={"typeId": "channel", "key": "store107"}), ship_to())
    refused(submit(alice, cart), 400, "OutOfStock", skus=["TEE"])
    assert project.counts()["orders"] == 0


def test_lines_of_one_sku_are_counted_together(project: Project):
    alice = project.customer()
    cart = open_cart(
        alice,
        "siteA",
        add("TEE", 60),
        add("TEE", 60, custom={"type": {"typeId": "type", "key": "configuration"}, "fields": {"size": "L"}}),
        ship_to(),
    )
    refused(submit(alice, cart), 400, "OutOfStock", skus=["TEE"])
    assert project.stock("TEE", "stockA") == 100


@pytest.mark.parametrize(
    ("mode", "status", "left"), [("None", 201, 100), ("TrackOnly", 201, 0), ("ReserveOnOrder", 400, 100)]
)
def test_the_inventory_mode_says_what_short_stock_does(project: Project, mode: str, status: int, left: int):
    admin = project.admin.in_store("siteA")
    draft = {"currency": "USD", "inventoryMode": mode, "lineItems": [{"sku": "TEE", "quantity": 101}]}
    cart = admin.create("/carts", {**draft, "shippingAddress": US_ADDRESS})
    response = admin.post("/orders", {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]})
    assert response.status_code == status
    assert project.stock("TEE", "stockA") == left


def test_a_client_orders_by_id_or_key_with_its_own_number(project: Project):
    admin = project.admin.in_store("siteA")
    draft = {"currency": "USD", "lineItems": [{"sku": "MUG"}], "shippingAddress": US_ADDRESS}
    cart = admin.create("/carts", {**draft, "key": "cart-7"})
    made = admin.create(
        "/orders",
        {
            "cart": {"typeId": "cart", "key": "cart-7"},
            "version": cart["version"],
            "orderNumber": "2026/11",
            "purchaseOrderNumber": "PO-1",
            "paymentState": "Paid",
            "shipmentState": "Pending",
            "custom": {"type": {"typeId": "type", "key": "notes"}, "fields": {"PoNumber": "9"}},
        },
    )
    assert made["orderNumber"] == "2026/11"
    assert (made["paymentState"], made["shipmentState"], made["purchaseOrderNumber"]) == ("Paid", "Pending", "PO-1")
    assert made["custom"]["fields"] == {"PoNumber": "9"}
    assert project.admin.read("/orders/order-number=2026%2F11") == made
    other = admin.create("/carts", draft)
    counts = project.counts()
    again = admin.post("/orders", {"id": other["id"], "version": other["version"], "orderNumber": "2026/11"})
    refused(again, 400, "DuplicateField", field="orderNumber")
    assert project.counts() == counts


def test_other_peoples_orders_are_not_there(project: Project, other_project: Project):
    made = order(project.customer("alice"), add("TEE"))
    for stranger in (project.customer("bob"), project.guest()):
        refused(stranger.get(f"/me/orders/{made['id']}"), 404, "ResourceNotFound")
        refused(stranger.get(f"/orders/{made['id']}"), 403, "insufficient_scope")
    refused(other_project.admin.get(f"/orders/{made['id']}"), 404, "ResourceNotFound")
    refused(project.admin.on_project(other_project.key).get(f"/orders/{made['id']}"), 403, "insufficient_scope")
    for name in (NO_ID, "x", "order-number=0"):
        refused(project.admin.get(f"/orders/{name}"), 404, "ResourceNotFound")


def test_what_an_order_draft_gets_wrong_is_refused(project: Project):
    alice, cart = filled(project)
    counts = project.counts()
    whole = {"id": cart["id"], "version": cart["version"]}
    for body, code in (
        ({"id": cart["id"]}, "RequiredField"),
        ({"version": cart["version"]}, "RequiredField"),
        ({**whole, "version": "1"}, "InvalidField"),
        ({**whole, "orderNumber": "1"}, "InvalidField"),
        ({**whole, "expectedTotal": 5000}, "InvalidField"),
    ):
        refused(alice.post("/me/orders", body), 400, code)
    for body, code in (
        ({**whole, "state": {"typeId": "state", "id": NO_ID}}, "InvalidOperation"),
        ({**whole, "orderState": "Complete"}, "InvalidOperation"),
        ({**whole, "paymentState": "Maybe"}, "InvalidField"),
        ({**whole, "cart": {"typeId": "store", "id": NO_ID}}, "InvalidField"),
        ({**whole, "unknown": 1}, "InvalidField"),
    ):
        refused(project.admin.post("/orders", body), 400, code)
    refused(alice.post("/me/orders", {**whole, "id": NO_ID}), 404, "ResourceNotFound")
    refused(alice.post("/me/orders", {**whole, "id": "x"}), 404, "ResourceNotFound")
    assert project.counts() == counts


def test_a_method_that_does_not_reach_the_address_keeps_the_order_away(project: Project):
    alice = project.customer()
    express = action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "key": "express"})
    cart = open_cart(alice, "siteA", add("TEE"), ship_to(), express)
    assert cart["totalPrice"] == money(4000)
    cart = open_cart(alice, "siteM", ship_to({"country": "MX"}))
    assert cart["shippingInfo"]["price"] == money(25000, "MXN")
    made = ok(submit(alice, cart, "siteM"), 201)
    assert made["totalPrice"] == money(73000, "MXN")
