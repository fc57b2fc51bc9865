"""What a cart costs, where: prices, missing prices and taxes of the acting site; views that never write."""

import pytest

from tests.builders import (
    MX_ADDRESS,
    action,
    add,
    amount,
    change_quantity,
    money,
    open_cart,
    remove,
    ship_to,
    skus,
    submit,
)
from tests.client import ok, refused
from tests.conftest import Project

UNITS = {
    "siteA": [2500, 3000, 800],
    "siteB": [5000, 3300, 800],
    "siteM": [48000, 60000, 16000],
    "siteC": [4000, 3100, 800],
}


def units(cart) -> list[int]:
    return [line["price"]["value"]["centAmount"] for line in cart["lineItems"]]


@pytest.mark.parametrize("site", UNITS)
def test_s4_24_s4_27_lines_cost_what_the_acting_site_asks_in_its_currency(project: Project, site: str):
    alice = project.customer()
    stored = open_cart(alice, "siteA", add("TEE", 2), add("SHIRT"), add("MUG", 3))
    tee, shirt, mug = UNITS[site]
    cart = alice.in_store(site).read("/me/current-cart")
    assert units(cart) == UNITS[site]
    currency = "MXN" if site == "siteM" else "USD"
    assert [line["totalPrice"] for line in cart["lineItems"]] == [
        money(2 * tee, currency),
        money(shirt, currency),
        money(3 * mug, currency),
    ]
    assert cart["totalPrice"] == money(2 * tee + shirt + 3 * mug, currency)
    assert cart["pricedFor"]["siteId"] == site
    assert cart["pricedFor"]["currency"] == currency
    assert cart["version"] == stored["version"]


def test_s4_26_lines_of_two_sites_take_the_price_of_where_they_are_priced_last(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("SHIRT"))
    open_cart(alice, "siteB", add("SHIRT"))
    assert units(alice.in_store("siteA").read("/me/current-cart")) == [3000, 3000]
    assert units(alice.in_store("siteB").read("/me/current-cart")) == [3300, 3300]


def test_s4_28_no_currency_is_kept_when_moving(project: Project):
    alice = project.customer()
    open_cart(alice, "siteM", add("TEE"))
    for site, cents, currency in [("siteM", 48000, "MXN"), ("siteA", 2500, "USD"), ("siteM", 48000, "MXN")]:
        assert alice.in_store(site).read("/me/current-cart")["totalPrice"] == money(cents, currency)
        written = open_cart(alice, site, ship_to({"country": "US" if site == "siteA" else "MX"}))
        assert written["totalPrice"] == money(cents, currency)


def test_views_never_write(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("NOLIST"))
    before, counts = project.cart_row(cart["id"]), project.counts()
    for site in UNITS:
        alice.in_store(site).read("/me/current-cart")
        alice.in_store(site).read("/me/active-cart")
        alice.in_store(site).read(f"/me/carts/{cart['id']}")
        project.admin.in_store(site).read(f"/carts/{cart['id']}")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts


def test_a_project_level_read_answers_as_last_priced(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    cart = open_cart(alice, "siteB", add("MUG"))
    alice.in_store("siteM").read("/me/current-cart")
    assert project.admin.read(f"/carts/{cart['id']}") == cart
    assert cart["totalPrice"] == money(5800)


def test_a_project_level_write_acts_on_the_carts_site(project: Project):
    cart = open_cart(project.customer(), "siteB", add("TEE"))
    changed = project.admin.change_cart(cart, add("TEE"))
    assert skus(changed) == [("TEE", 2)]
    assert changed["totalPrice"] == money(10000)
    assert changed["lineItems"][0]["siteId"] == "siteB"


def test_s4_22_a_missing_price_is_shown_on_the_line_and_left_out_of_the_total(project: Project):
    alice = project.customer()
    stored = open_cart(alice, "siteA", add("TEE"), add("NOLIST", 2))
    assert stored["totalPrice"] == money(4900)
    cart = alice.in_store("siteB").read("/me/current-cart")
    tee, nolist = cart["lineItems"]
    assert nolist["pricingError"] == {"code": "MatchingPriceNotFound", "sku": "NOLIST", "siteId": "siteB"}
    assert nolist["price"] == stored["lineItems"][1]["price"]
    assert "pricingError" not in tee
    assert cart["totalPrice"] == money(5000)
    assert "pricingError" not in alice.in_store("siteA").read("/me/current-cart")["lineItems"][1]


def test_s4_22_a_line_without_a_price_keeps_checkout_and_order_away_and_can_be_removed(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"), add("NOLIST", 2))
    there = alice.in_store("siteB")
    cart = open_cart(alice, "siteB", ship_to())
    assert cart["lineItems"][1]["pricingError"]["siteId"] == "siteB"
    before = project.cart_row(cart["id"])
    named = {"sku": "NOLIST", "siteId": "siteB"}
    refused(there.post(f"/me/carts/{cart['id']}/checkout"), 400, "MatchingPriceNotFound", **named)
    refused(submit(alice, cart, "siteB"), 400, "MatchingPriceNotFound", **named)
    update = {"version": cart["version"], "actions": [add("NOLIST")]}
    refused(there.post(f"/me/carts/{cart['id']}", update), 400, "MatchingPriceNotFound", **named)
    assert project.cart_row(cart["id"]) == before
    assert project.counts()["orders"] == 0
    cart = there.change_my_cart(cart, change_quantity(cart["lineItems"][1], 1))
    cart = there.change_my_cart(cart, remove(cart["lineItems"][1]))
    assert ok(submit(alice, cart, "siteB"), 201)["totalPrice"] == money(5000)


def test_a_price_of_no_channel_holds_everywhere_and_one_of_another_channel_nowhere(project: Project):
    alice = project.customer()
    assert units(open_cart(alice, "siteC", add("MUG"))) == [800]
    for site in ("siteB", "siteC", "siteM", "siteD"):
        response = (
            project.customer("bob")
            .in_store(site)
            .post(
                "/me/carts",
                {"currency": "MXN" if site == "siteM" else "USD", "lineItems": [{"sku": "NOLIST"}]},
            )
        )
        refused(response, 400, "MatchingPriceNotFound", sku="NOLIST", siteId=site)
    assert project.counts()["carts"] == 1


def test_the_total_counts_custom_lines_and_shipping(project: Project):
    admin = project.admin.in_store("siteA")
    cart = admin.create("/carts", {"currency": "USD", "lineItems": [{"sku": "TEE"}]})
    cart = admin.change_cart(
        cart,
        ship_to(),
        action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "key": "standard"}),
        action("addCustomLineItem", name={"en-US": "Wrapping"}, slug="wrap", money=amount(150), quantity=2),
    )
    assert cart["shippingInfo"]["price"] == money(500)
    assert cart["totalPrice"] == money(2500 + 500 + 300)
    assert cart["totalLineItemQuantity"] == 1


def test_an_external_total_in_another_currency_is_not_added_up(project: Project):
    admin = project.admin
    line = {"sku": "TEE", "externalTotalPrice": {"price": amount(100), "totalPrice": amount(100)}}
    draft = {"currency": "USD", "customerId": project.customer_id("alice"), "lineItems": [line]}
    cart = admin.in_store("siteA").create("/carts", draft)
    assert cart["totalPrice"] == money(100)
    view = project.customer().in_store("siteM").read(f"/me/carts/{cart['id']}")
    assert view["lineItems"][0]["pricingError"]["siteId"] == "siteM"
    assert view["totalPrice"] == money(0, "MXN")


def test_s4_17_s4_18_a_shared_cart_is_not_taxed_before_checkout(project: Project):
    alice = project.customer()
    for site in ("siteA", "siteB"):
        cart = open_cart(alice, site, add("TEE"), ship_to())
        assert "taxedPrice" not in cart
        assert "checkout" not in cart
        assert "taxRate" not in cart["lineItems"][0]


def test_s4_16_checkout_fixes_tax_and_gateway_of_its_site(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("MUG", 3))
    cart = open_cart(alice, "siteB", ship_to())
    cart = ok(alice.in_store("siteB").post(f"/me/carts/{cart['id']}/checkout"), 200)
    assert (cart["checkout"]["siteId"], cart["checkout"]["gateway"]) == ("siteB", "gwB")
    taxed = cart["taxedPrice"]
    assert (taxed["totalNet"], taxed["totalTax"], taxed["totalGross"]) == (money(2400), money(480), money(2880))
    assert taxed["taxPortions"] == [{"rate": 0.2, "amount": money(480), "name": "MyCompanyTwo 20 %"}]


def test_s4_18_browsing_another_site_does_not_move_the_checkout(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteB", add("MUG", 3), ship_to())
    cart = ok(alice.in_store("siteB").post(f"/me/carts/{cart['id']}/checkout"), 200)
    view = alice.in_store("siteA").read("/me/current-cart")
    assert view["checkout"] == cart["checkout"]
    assert view["taxedPrice"] == cart["taxedPrice"]
    again = alice.in_store("siteB").post(f"/me/carts/{cart['id']}/checkout", {"version": cart["version"]})
    assert ok(again, 200)["version"] == cart["version"]
    moved = ok(alice.in_store("siteA").post(f"/me/carts/{cart['id']}/checkout"), 200)
    assert moved["checkout"]["gateway"] == "gwA"
    assert moved["taxedPrice"]["totalTax"] == money(240)
    assert moved["version"] == cart["version"] + 1


def test_checkout_keeps_to_the_version_and_to_what_there_is(project: Project):
    alice = project.customer().in_store("siteA")
    cart = open_cart(alice)
    path = f"/me/carts/{cart['id']}/checkout"
    refused(alice.post(path), 400, "InvalidOperation", "CartEmpty")
    cart = alice.change_my_cart(cart, add("TEE"))
    error = refused(alice.post(path, {"version": 1}), 409, "ConcurrentModification")
    assert error["currentVersion"] == cart["version"]
    assert alice.read(f"/me/carts/{cart['id']}") == cart


def test_a_site_outside_every_group_taxes_at_once(project: Project):
    cart = open_cart(project.customer(), "siteD", add("TEE"), ship_to())
    assert cart["taxedPrice"]["totalTax"] == money(0)
    assert cart["taxedPrice"]["totalGross"] == money(2500)


def test_an_address_that_the_site_does_not_serve_is_refused(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    update = {"version": cart["version"], "actions": [ship_to(MX_ADDRESS)]}
    before = project.cart_row(cart["id"])
    refused(alice.in_store("siteA").post(f"/me/carts/{cart['id']}", update), 400, "CountryNotConfiguredInStore")
    assert project.cart_row(cart["id"]) == before


@pytest.mark.parametrize(
    ("mode", "cents", "tax"),
    [("HalfEven", 250, 12), ("HalfEven", 350, 18), ("HalfUp", 250, 13), ("HalfDown", 350, 17), ("HalfDown", 250, 12)],
)
def test_half_a_cent_of_tax_goes_where_the_rounding_mode_says(project: Project, mode: str, cents: int, tax: int):
    admin = project.admin.in_store("siteC")
    line = {"sku": "TEE", "externalPrice": amount(cents)}
    cart = admin.create(
        "/carts",
        {
            "currency": "USD",
            "customerId": project.customer_id("alice"),
            "taxRoundingMode": mode,
            "lineItems": [line],
            "shippingAddress": {"country": "US"},
        },
    )
    alice = project.customer().in_store("siteC")
    taxed = ok(alice.post(f"/me/carts/{cart['id']}/checkout"), 200)["taxedPrice"]
    assert taxed["totalTax"] == money(tax)
    assert taxed["totalGross"]["centAmount"] == cents + tax


@pytest.mark.parametrize(("level", "tax"), [("LineItemLevel", 52), ("UnitPriceLevel", 50)])
def test_tax_is_rounded_per_line_or_per_unit(project: Project, level: str, tax: int):
    admin = project.admin.in_store("siteC")
    line = {"sku": "TEE", "quantity": 10, "externalPrice": amount(104)}
    draft = {"currency": "USD", "customerId": project.customer_id("alice"), "taxCalculationMode": level}
    draft |= {"lineItems": [line], "shippingAddress": {"country": "US"}}
    cart = admin.create("/carts", draft)
    taxed = ok(project.customer().in_store("siteC").post(f"/me/carts/{cart['id']}/checkout"), 200)["taxedPrice"]
    assert taxed["totalTax"] == money(tax)


def test_portions_sum_to_the_tax_and_lines_to_the_whole(project: Project):
    admin = project.admin.in_store("siteA")
    lines = [{"sku": "TEE", "quantity": each, "externalPrice": amount(333 + each)} for each in range(1, 8)]
    draft = {"currency": "USD", "customerId": project.customer_id("alice"), "lineItems": lines}
    cart = admin.create("/carts", {**draft, "shippingAddress": {"country": "US"}})
    cart = ok(project.customer().in_store("siteA").post(f"/me/carts/{cart['id']}/checkout"), 200)
    taxed = cart["taxedPrice"]
    parts = [line["taxedPrice"] for line in cart["lineItems"]]
    for name in ("totalNet", "totalGross", "totalTax"):
        assert taxed[name]["centAmount"] == sum(part[name]["centAmount"] for part in parts)
    assert taxed["totalTax"]["centAmount"] == sum(each["amount"]["centAmount"] for each in taxed["taxPortions"])
    assert taxed["totalNet"]["centAmount"] + taxed["totalTax"]["centAmount"] == taxed["totalGross"]["centAmount"]
    assert taxed["totalNet"] == cart["totalPrice"]
    assert project.broken_invariants() == []
