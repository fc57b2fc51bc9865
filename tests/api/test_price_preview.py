"""What a move to another site would do to a cart's prices, told before it is done."""

from typing import Any

from tests.builders import NO_ID, action, add, amount, change_quantity, money, open_cart, ship_to, submit
from tests.client import Api, ok, refused
from tests.conftest import Project


def preview(shopper: Api, cart: dict[str, Any], site: str, **body: Any) -> Any:
    return shopper.in_store(site).write(f"/me/carts/{cart['id']}/price-preview", body or None)


def test_s4_24_s4_27_every_line_is_told_before_and_after_the_move(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE", 2), add("MUG"))
    table = preview(alice, cart, "siteM")
    assert table["cartId"] == cart["id"]
    assert table["version"] == cart["version"]
    assert table["from"] == cart["pricedFor"]
    assert (table["to"]["siteId"], table["to"]["currency"]) == ("siteM", "MXN")
    tee, mug = table["lines"]
    assert tee == {
        "lineItemId": cart["lineItems"][0]["id"],
        "sku": "TEE",
        "quantity": 2,
        "before": {"unitPrice": money(2500), "totalPrice": money(5000)},
        "after": {"unitPrice": money(48000, "MXN"), "totalPrice": money(96000, "MXN")},
    }
    assert (mug["before"]["totalPrice"], mug["after"]["totalPrice"]) == (money(800), money(16000, "MXN"))
    assert (table["totalBefore"], table["totalAfter"]) == (money(5800), money(112000, "MXN"))


def test_the_table_is_what_the_cart_is_answered_at_afterwards(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("SHIRT", 3), add("PEN"))
    for site in ("siteA", "siteB", "siteM", "siteC"):
        table = preview(alice, cart, site)
        moved = alice.in_store(site).read("/me/current-cart")
        assert [each["after"]["totalPrice"] for each in table["lines"]] == [
            each["totalPrice"] for each in moved["lineItems"]
        ]
        assert table["totalAfter"] == moved["totalPrice"]


def test_s4_22_a_line_without_a_price_there_says_so_and_is_left_out_of_the_total(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("NOLIST"))
    table = preview(alice, cart, "siteB")
    line = table["lines"][1]
    assert "after" not in line
    assert line["before"]["totalPrice"] == money(1200)
    assert line["pricingError"] == {"code": "MatchingPriceNotFound", "sku": "NOLIST", "siteId": "siteB"}
    assert (table["totalBefore"], table["totalAfter"]) == (money(3700), money(5000))
    written = open_cart(alice, "siteB", ship_to())
    back = preview(alice, written, "siteA")["lines"][1]
    assert "before" not in back
    assert "pricingError" not in back
    assert back["after"]["totalPrice"] == money(1200)


def test_a_shopper_compares_with_the_site_that_was_looked_at(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    table = preview(alice, cart, "siteM", fromSite="siteB")
    assert (table["from"]["siteId"], table["lines"][0]["before"]["unitPrice"]) == ("siteB", money(5000))
    assert table["totalBefore"] == money(5000)
    response = alice.in_store("siteM").post(f"/me/carts/{cart['id']}/price-preview", {"fromSite": "nowhere"})
    refused(response, 400, "InvalidField", field="fromSite", invalidValue="nowhere")


def test_shipping_and_custom_lines_are_in_the_totals(project: Project):
    admin = project.admin
    draft = {"currency": "USD", "customerId": project.customer_id("alice"), "lineItems": [{"sku": "TEE"}]}
    cart = admin.in_store("siteA").create("/carts", draft)
    cart = admin.in_store("siteA").change_cart(
        cart,
        ship_to(),
        action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "key": "standard"}),
        action("addCustomLineItem", name={"en-US": "Wrapping"}, slug="wrap", money=amount(150), quantity=2),
    )
    table = ok(admin.in_store("siteC").post(f"/carts/{cart['id']}/price-preview"), 200)
    assert (table["totalBefore"], table["totalAfter"]) == (money(3300), money(4800))


def test_a_preview_writes_nothing(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("NOLIST"))
    before, counts = project.cart_row(cart["id"]), project.counts()
    for site in ("siteA", "siteB", "siteM", "siteC"):
        preview(alice, cart, site)
        ok(project.backend.in_store(site).post(f"/carts/{cart['id']}/price-preview"), 200)
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts


def test_only_where_the_cart_is_there_are_its_prices_told(project: Project):
    alice, guest = project.customer(), project.guest()
    cart, guests = open_cart(alice, "siteA", add("TEE")), open_cart(guest, "siteA", add("TEE"))
    path = f"/me/carts/{cart['id']}/price-preview"
    for asking, site in ((alice, "siteD"), (project.customer("bob"), "siteB"), (guest, "siteB")):
        refused(asking.in_store(site).post(path), 404, "ResourceNotFound")
    refused(guest.in_store("siteC").post(f"/me/carts/{guests['id']}/price-preview"), 404, "ResourceNotFound")
    refused(
        project.staff("agent7").in_store("siteB").post(f"/carts/{cart['id']}/price-preview"), 404, "ResourceNotFound"
    )
    for unknown in (NO_ID, "nothing"):
        refused(alice.in_store("siteB").post(f"/me/carts/{unknown}/price-preview"), 404, "ResourceNotFound")


def test_an_order_keeps_its_prices(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), ship_to())
    made = ok(submit(alice, cart), 201)
    response = alice.in_store("siteB").post(f"/me/carts/{cart['id']}/price-preview")
    refused(response, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=made["id"])


def test_a_frozen_cart_keeps_the_prices_of_its_site(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    project.admin.change_cart(cart, action("freezeCart"))
    table = preview(alice, cart, "siteB")
    assert table["to"]["siteId"] == "siteA"
    assert table["totalAfter"] == table["totalBefore"] == money(2500)


def test_a_later_version_is_previewed_at_its_quantities(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    cart = open_cart(alice, "siteA", change_quantity(cart["lineItems"][0], 4))
    table = preview(alice, cart, "siteB")
    assert (table["version"], table["lines"][0]["quantity"], table["totalAfter"]) == (cart["version"], 4, money(20000))
