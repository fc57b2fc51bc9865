"""Whole journeys of a group with two brands, two currencies, several tax regimes and a shop to pick up from.

Each rule has its own test elsewhere; here a shopper moves back and forth, and all of them have to hold at once.
"""

from functools import partial
from typing import Any

import pytest

from tests.api.ccadmin import Ccadmin, ccadmin
from tests.api.test_hand_over import accept, token_from
from tests.builders import (
    MX_ADDRESS,
    action,
    add,
    amount,
    change_quantity,
    lines_on,
    money,
    open_cart,
    order,
    remove,
    ship_to,
    submit,
)
from tests.client import Api, in_parallel, ok, refused
from tests.conftest import Project

__all__ = ["ccadmin"]

PICKUP = {"supplyChannel": {"typeId": "channel", "key": "store107"}}
STANDARD = action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "key": "standard"})


def on(shopper: Api, site: str) -> Any:
    """The shopper's cart as a site shows it."""
    return shopper.in_store(site).read("/me/current-cart")


def checkout(shopper: Api, cart: Any, site: str) -> Any:
    return ok(shopper.in_store(site).post(f"/me/carts/{cart['id']}/checkout", {"version": cart["version"]}), 200)


def stocks(project: Project, sku: str) -> list[int]:
    return [project.stock(sku, each) for each in ("stockA", "stockB", "stockM", "stockC")]


def test_a_shopper_fills_a_cart_on_two_brands_and_pays_on_the_other(project: Project):
    """S4-2, S4-4, S4-16, S4-19 … S4-21, S4-24 … S4-28, S4-32, S4-33, S4-37 in one journey."""
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE", 2), add("SHIRT"))
    cart = open_cart(alice, "siteB", add("SHIRT", 2), add("MUG", 3, **PICKUP))
    assert cart["totalPrice"] == money(2 * 5000 + 3 * 3300 + 3 * 800)
    cart = open_cart(alice, "siteA", change_quantity(cart["lineItems"][0], 1))
    assert (cart["siteId"], cart["totalPrice"]) == ("siteB", money(2500 + 3 * 3000 + 3 * 800))
    mexican = on(alice, "siteM")
    assert mexican["totalPrice"] == money(48000 + 3 * 60000 + 3 * 16000, "MXN")
    assert {each["price"]["value"]["currencyCode"] for each in mexican["lineItems"]} == {"MXN"}
    cart = open_cart(alice, "siteB", ship_to(), STANDARD)
    assert "taxedPrice" not in cart
    cart = checkout(alice, cart, "siteB")
    net = 5000 + 3 * 3300 + 3 * 800 + 500
    assert cart["totalPrice"] == money(net)
    assert cart["taxedPrice"]["totalGross"] == money(net * 6 // 5)
    made = ok(submit(alice, cart, "siteB", expectedTotal=amount(net)), 201)
    assert lines_on(made) == [
        ("TEE", "siteA", 1),
        ("SHIRT", "siteA", 1),
        ("SHIRT", "siteB", 2),
        ("MUG", "siteB", 3),
    ]
    assert (made["siteId"], made["createSiteId"], made["checkout"]["gateway"]) == ("siteB", "siteA", "gwB")
    assert stocks(project, "TEE") == [99, 100, 100, 100]
    assert stocks(project, "SHIRT") == [99, 98, 100, 100]
    assert (stocks(project, "MUG"), project.stock("MUG", "store107")) == ([100, 100, 100, 100], 2)
    assert [each["id"] for each in alice.in_store("siteC").read("/me/orders")["results"]] == [made["id"]]
    assert alice.in_store("siteD").read("/me/orders")["results"] == []
    assert alice.in_store("siteA").create("/me/current-cart")["lineItems"] == []
    assert project.broken_invariants() == []


def test_a_guest_crosses_domains_signs_in_there_and_finds_everything_in_one_order(project: Project):
    """S4-13, S4-14, S1-26 and the hand-over in one journey."""
    here, there, bob = project.guest(), project.guest(), project.customer("bob")
    of_bob = open_cart(bob, "siteB", add("PEN", 2))
    open_cart(here, "siteA", add("TEE"))
    cart = open_cart(here, "siteM", add("MUG"))
    assert cart["totalPrice"] == money(48000 + 16000, "MXN")
    moved = ok(accept(there, token_from(here, site="siteM")), 200)["cart"]
    assert (moved["id"], moved["totalPrice"]) == (cart["id"], money(4000 + 800))
    open_cart(there, "siteC", add("TEE"))
    login = {"email": "bob@example.com", "password": "pw"}
    result = ok(there.in_store("siteC").post("/me/login", login), 200)
    assert result["cart"]["id"] == of_bob["id"]
    cart = open_cart(bob, "siteC", ship_to())
    made = ok(submit(bob, cart, "siteC"), 201)
    assert lines_on(made) == [("PEN", "siteB", 2), ("TEE", "siteA", 1), ("MUG", "siteM", 1), ("TEE", "siteC", 1)]
    assert made["taxedPrice"]["totalNet"] == money(2 * 200 + 2 * 4000 + 800)
    assert made["checkout"]["gateway"] == "gwC"
    assert stocks(project, "TEE") == [99, 100, 100, 99]
    assert (stocks(project, "MUG"), stocks(project, "PEN")) == ([100, 100, 99, 100], [100, 98, 100, 100])
    for guest in (here, there):
        assert guest.read("/me/carts")["results"] == []
    assert project.broken_invariants() == []


def test_s4_24_what_was_shown_on_one_brand_is_not_charged_on_the_other(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), ship_to())
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(submit(alice, cart, "siteB", expectedTotal=amount(2500)), 400, "PriceChanged")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    table = ok(alice.in_store("siteB").post(f"/me/carts/{cart['id']}/price-preview"), 200)
    assert (table["totalBefore"], table["totalAfter"]) == (money(2500), money(5000))
    cart = open_cart(alice, "siteB", action("recalculate"))
    refused(submit(alice, cart, "siteB", expectedTotal=amount(2500)), 400, "PriceChanged")
    made = ok(submit(alice, cart, "siteB", expectedTotal=amount(5000)), 201)
    assert (made["totalPrice"], made["taxedPrice"]["totalGross"]) == (money(5000), money(6000))


def test_s4_27_shipping_follows_the_site_and_comes_back_with_it(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), ship_to(), STANDARD)
    assert cart["totalPrice"] == money(3000)
    abroad = open_cart(alice, "siteM", action("setCustomerEmail", email="alice@example.com"))
    assert abroad["shippingInfo"]["shippingMethodState"] == "DoesNotMatchCart"
    assert abroad["totalPrice"] == money(48000, "MXN")
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(submit(alice, abroad, "siteM"), 400, "MissingTaxRateForCountry", country="US")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    mexican = open_cart(alice, "siteM", ship_to(MX_ADDRESS), STANDARD)
    assert mexican["totalPrice"] == money(48000 + 9000, "MXN")
    back = open_cart(alice, "siteA", ship_to(), STANDARD)
    assert (back["shippingInfo"]["shippingMethodState"], back["totalPrice"]) == ("MatchesCart", money(3000))
    assert ok(submit(alice, back, "siteA"), 201)["totalPrice"] == money(3000)


def test_s4_16_moving_checkout_to_the_other_brand_moves_tax_and_gateway(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("MUG", 5), ship_to())
    cart = checkout(alice, cart, "siteA")
    assert (cart["checkout"]["gateway"], cart["taxedPrice"]["totalTax"]) == ("gwA", money(400))
    cart = checkout(alice, cart, "siteB")
    assert (cart["checkout"]["gateway"], cart["taxedPrice"]["totalTax"]) == ("gwB", money(800))
    made = ok(submit(alice, cart, "siteB"), 201)
    assert (made["checkout"]["gateway"], made["taxedPrice"]["totalGross"]) == ("gwB", money(4800))


def test_s4_17_a_site_that_shows_tax_early_shows_its_own_and_leaves_the_cart_alone(ccadmin: Ccadmin, project: Project):
    ccadmin.write("PUT", "/sites/siteB", {"showTaxBeforeCheckout": True})
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("MUG", 5), ship_to())
    before = project.cart_row(cart["id"])
    assert "taxedPrice" not in cart
    assert on(alice, "siteB")["taxedPrice"]["totalTax"] == money(800)
    for site in ("siteA", "siteC"):
        assert "taxedPrice" not in on(alice, site)
    assert "checkout" not in on(alice, "siteB")
    assert project.cart_row(cart["id"]) == before


def test_s4_22_a_line_without_a_price_on_one_brand_holds_up_that_brand_alone(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("NOLIST"), add("TEE"))
    cart = open_cart(alice, "siteB", add("MUG"), ship_to())
    assert cart["totalPrice"] == money(5800)
    refused(submit(alice, cart, "siteB"), 400, "MatchingPriceNotFound", sku="NOLIST", siteId="siteB")
    made = ok(submit(alice, on(alice, "siteA"), "siteA"), 201)
    assert lines_on(made) == [("NOLIST", "siteA", 1), ("TEE", "siteA", 1), ("MUG", "siteB", 1)]
    assert made["totalPrice"] == money(1200 + 2500 + 800)


def test_s4_32_the_stock_of_one_brand_does_not_stand_in_for_the_other(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE", 101))
    cart = open_cart(alice, "siteB", add("TEE", 1), ship_to())
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(submit(alice, cart, "siteB"), 400, "OutOfStock", skus=["TEE"])
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    cart = open_cart(alice, "siteB", change_quantity(cart["lineItems"][0], 100))
    ok(submit(alice, cart, "siteB"), 201)
    assert stocks(project, "TEE") == [0, 99, 100, 100]


def test_the_limit_for_a_line_is_that_of_the_site_where_it_is_changed(ccadmin: Ccadmin, project: Project):
    ccadmin.write("PUT", "/sites/siteB", {"quantityMax": 5})
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE", 9))
    before = project.cart_row(cart["id"])
    too_many = {"version": cart["version"], "actions": [change_quantity(cart["lineItems"][0], 10)]}
    response = alice.in_store("siteB").post(f"/me/carts/{cart['id']}", too_many)
    refused(response, 400, "InvalidOperation", "QuantityLimitExceeded", quantityMax=5)
    assert project.cart_row(cart["id"]) == before
    cart = open_cart(alice, "siteB", add("MUG"))
    assert lines_on(cart) == [("TEE", "siteA", 9), ("MUG", "siteB", 1)]


def test_s4_10_a_business_customer_has_one_cart_on_all_sites(project: Project):
    diane = project.customer("diane")
    cart = open_cart(diane, "siteA", add("TEE"))
    assert lines_on(open_cart(diane, "siteB", add("MUG"))) == [("TEE", "siteA", 1), ("MUG", "siteB", 1)]
    assert on(diane, "siteC")["id"] == cart["id"]
    assert order(diane, ship_to(), site="siteC")["customerId"] == project.customer_id("diane")


def test_s4_10_and_t_26_where_companies_key_the_cart_each_has_one_on_all_sites(ccadmin: Ccadmin, project: Project):
    for site in ("siteA", "siteB"):
        ccadmin.write("PUT", f"/sites/{site}", {"cartProvider": "ByCustomer"})
    diane = project.customer("diane", device="office")
    units = [{"typeId": "business-unit", "key": each} for each in ("companyA", "companyB")]
    one, other = (
        open_cart(diane, "siteA", add(sku), businessUnit=unit) for sku, unit in zip(("TEE", "PEN"), units, strict=True)
    )
    assert one["id"] != other["id"]
    for cart, unit in zip((one, other), units, strict=True):
        there = diane.in_store("siteB").write("/me/current-cart", {"businessUnit": unit})
        assert (there["id"], lines_on(there)) == (cart["id"], lines_on(cart))
    elsewhere = project.customer("diane", device="home")
    assert elsewhere.in_store("siteB").create("/me/current-cart", {"businessUnit": units[0]})["lineItems"] == []


def test_s4_31_sharing_a_cart_gives_nobody_access_to_another_site(ccadmin: Ccadmin, project: Project):
    customers = "SELECT md5(string_agg(c::text, ' ' ORDER BY id)) FROM customers c WHERE project = $1"
    ccadmin.put_group("G1", sites=[])
    before = project.sql.value(customers, project.key)
    clerk = project.api(project.token(client="backend", scope="manage_orders@siteB"))
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    refused(clerk.in_store("siteB").get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    ccadmin.put_group("G1", sites=[{"id": "siteA"}, {"id": "siteB"}])
    assert project.sql.value(customers, project.key) == before
    for path in (f"/carts/{cart['id']}", "/carts"):
        refused(clerk.in_store("siteA").get(path), 403, "insufficient_scope")
        refused(clerk.get(path), 403, "insufficient_scope")
    assert lines_on(clerk.in_store("siteB").read(f"/carts/{cart['id']}")) == [("TEE", "siteA", 1)]


@pytest.mark.parametrize("turn", range(3))
def test_tabs_on_all_brands_at_once_lose_no_line(project: Project, turn: int):
    alice = project.customer()
    cart = open_cart(alice, "siteA")
    sites = ("siteA", "siteB", "siteM", "siteC")
    calls = [
        partial(alice.in_store(site).post, f"/me/carts/{cart['id']}", {"actions": [add(sku)]})
        for site in sites
        for sku in ("TEE", "MUG", "TEE")
    ]
    for response in in_parallel(calls):
        ok(response, 200)
    now = on(alice, "siteM")
    assert sorted(lines_on(now)) == sorted(line for site in sites for line in (("TEE", site, 2), ("MUG", site, 1)))
    assert now["totalPrice"] == money(4 * (2 * 48000 + 16000), "MXN")
    assert project.broken_invariants() == []


@pytest.mark.parametrize("turn", range(3))
def test_who_pays_on_one_brand_while_another_tab_adds_on_the_other_pays_for_what_was_shown(project: Project, turn: int):
    alice = project.customer()
    cart = open_cart(alice, "siteB", add("TEE"), ship_to())
    more = {"actions": [add("PEN")]}
    calls = [
        partial(submit, alice, cart, "siteB"),
        partial(alice.in_store("siteA").post, f"/me/carts/{cart['id']}", more),
    ]
    placed, added = in_parallel(calls if turn % 2 else calls[::-1])[:: 1 if turn % 2 else -1]
    if placed.status_code == 201:
        assert lines_on(placed.json()) == [("TEE", "siteB", 1)]
        refused(added, 400, "InvalidOperation", "CartAlreadySubmitted")
        assert stocks(project, "TEE") == [100, 99, 100, 100]
    else:
        refused(placed, 409, "ConcurrentModification")
        assert lines_on(on(alice, "siteB")) == [("TEE", "siteB", 1), ("PEN", "siteA", 1)]
        assert stocks(project, "TEE") == [100, 100, 100, 100]
    assert project.broken_invariants() == []


def test_t_12_a_brand_that_leaves_in_the_middle_of_it_takes_no_line_along(ccadmin: Ccadmin, project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    cart = open_cart(alice, "siteB", add("MUG"), ship_to())
    ccadmin.put_group("G1", sites=[{"id": "siteA"}, {"id": "siteM"}, {"id": "siteC"}])
    refused(alice.in_store("siteA").get(f"/me/carts/{cart['id']}"), 404, "ResourceNotFound")
    refused(submit(alice, cart, "siteA"), 404, "ResourceNotFound")
    there = on(alice, "siteB")
    assert (there["id"], lines_on(there)) == (cart["id"], [("TEE", "siteA", 1), ("MUG", "siteB", 1)])
    cart = open_cart(alice, "siteB", remove(there["lineItems"][1]), add("PEN"))
    made = ok(submit(alice, cart, "siteB"), 201)
    assert lines_on(made) == [("TEE", "siteA", 1), ("PEN", "siteB", 1)]
    assert stocks(project, "TEE") == [99, 100, 100, 100]
    assert project.broken_invariants() == []


def test_a_link_is_worth_nothing_once_the_brands_share_no_cart(ccadmin: Ccadmin, project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    ccadmin.put_group("G1", sites=[{"id": "siteA"}, {"id": "siteB"}])
    before = project.cart_row(cart["id"])
    refused(accept(there, token), 400, "InvalidOperation", "SitesShareNoCart", fromSite="siteA", toSite="siteC")
    assert project.cart_row(cart["id"]) == before
    ccadmin.put_group("G1", sites=[{"id": "siteA"}, {"id": "siteC"}])
    assert ok(accept(there, token), 200)["cart"]["id"] == cart["id"]


def test_a_brand_without_a_host_can_be_left_and_not_reached_by_a_link(ccadmin: Ccadmin, project: Project):
    ccadmin.write("PUT", "/sites/siteC", {"host": None})
    guest, there = project.guest(), project.guest()
    open_cart(guest, "siteA", add("TEE"))
    response = guest.in_store("siteA").post("/me/hand-over", {"toSite": "siteC"})
    refused(response, 400, "InvalidOperation", "SiteWithoutHost", site="siteC")
    open_cart(there, "siteC", add("PEN"))
    token = token_from(there, "siteB", site="siteC")
    moved = ok(accept(guest, token, "siteB"), 200)["cart"]
    assert lines_on(moved) == [("TEE", "siteA", 1), ("PEN", "siteC", 1)]
