"""Shoppers who move between sites and sign in on the way, up to the order and its history."""

from typing import Any

import pytest

from tests.builders import add, amount, lines_on, money, open_cart, order, ship_to, skus, submit
from tests.client import Api, ok, refused
from tests.conftest import Project


def sign_in(guest: Api, who: str, site: str = "siteA") -> Any:
    return ok(guest.in_store(site).post("/me/login", {"email": f"{who}@example.com", "password": "pw"}), 200)


def signed_in(project: Project, who: str) -> Api:
    """A session as a shop gets it: one password, one token."""
    form = {"grant_type": "password", "username": f"{who}@example.com", "password": "pw"}
    path = f"/oauth/{project.key}/customers/token"
    answer = project.http.post(path, data=form, auth=("storefront", "storefront-secret"))
    return project.api(ok(answer, 200)["access_token"])


def test_s3_9_who_signs_in_keeps_the_cart_as_it_is(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    result = sign_in(guest, "diane")
    assert result["cart"]["id"] == cart["id"]
    assert result["cart"]["customerId"] == project.customer_id("diane")
    assert result["cart"]["status"] == "Cart"


def test_s3_19_who_signs_in_within_checkout_goes_on_with_the_same_cart(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"), ship_to())
    ok(guest.in_store("siteA").post(f"/me/carts/{cart['id']}/checkout"), 200)
    result = sign_in(guest, "wade")["cart"]
    assert result["id"] == cart["id"]
    assert skus(result) == [("TEE", 1)]
    wade = project.customer("wade")
    made = ok(submit(wade, wade.read(f"/me/carts/{cart['id']}")), 201)
    assert made["customerId"] == project.customer_id("wade")


def test_s1_1_a_guests_orders_are_the_customers_after_sign_in(project: Project):
    guest = project.guest()
    made = order(guest, add("MUG"))
    sign_in(guest, "bob")
    bob = project.customer("bob")
    assert bob.read(f"/me/orders/{made['id']}")["customerId"] == project.customer_id("bob")
    refused(guest.get(f"/me/orders/{made['id']}"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


def test_s4_3_s4_30_one_sign_in_is_good_on_all_sites(project: Project):
    alice = signed_in(project, "alice")
    for site in ("siteA", "siteB", "siteM", "siteC", "siteD"):
        cart = open_cart(alice, site, add("MUG"))
        assert cart["customerId"] == project.customer_id("alice")
    shared = alice.in_store("siteC").read("/me/current-cart")
    assert lines_on(shared) == [(("MUG"), site, 1) for site in ("siteA", "siteB", "siteM", "siteC")]


def test_s4_15_the_acting_site_says_the_currency_and_the_price_group(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    channels = {each["id"]: each["key"] for each in project.admin.read("/channels", params={"limit": 50})["results"]}
    for site, group, currency in [("siteA", "pgA", "USD"), ("siteB", "pgB", "USD"), ("siteM", "pgM", "MXN")]:
        cart = alice.in_store(site).read("/me/current-cart")
        assert cart["pricedFor"]["currency"] == currency
        assert channels[cart["lineItems"][0]["price"]["channel"]["id"]] == group


def test_s4_37_order_history_is_that_of_all_sites_that_share(project: Project):
    alice = project.customer()
    made = {site: order(alice, add("MUG"), site=site)["id"] for site in ("siteA", "siteB", "siteD")}
    for site in ("siteA", "siteB", "siteM", "siteC"):
        page = alice.in_store(site).read("/me/orders")
        assert {each["id"] for each in page["results"]} == {made["siteA"], made["siteB"]}
        refused(alice.in_store(site).get(f"/me/orders/{made['siteD']}"), 404, "ResourceNotFound")
    only = alice.in_store("siteD").read("/me/orders")
    assert [each["id"] for each in only["results"]] == [made["siteD"]]
    assert {each["id"] for each in alice.read("/me/orders")["results"]} == set(made.values())


def test_other_peoples_orders_are_in_nobodys_history(project: Project, other_project: Project):
    order(project.customer("alice"), add("MUG"))
    assert project.customer("bob").read("/me/orders")["results"] == []
    assert project.guest().read("/me/orders")["results"] == []
    assert other_project.admin.read("/orders")["results"] == []


def test_money_off_the_books_is_not_lost_abroad(project: Project):
    """A custom line has one currency: on a site with another it can be neither counted nor left out of an order."""
    fee = {"name": {"en-US": "Fee"}, "slug": "fee", "money": amount(500)}
    draft = {"currency": "USD", "customerId": project.customer_id("alice"), "customLineItems": [fee]}
    draft |= {"lineItems": [{"sku": "TEE"}]}
    cart = project.admin.in_store("siteA").create("/carts", draft)
    assert cart["totalPrice"] == money(3000)
    alice = project.customer()
    cart = open_cart(alice, "siteM", ship_to({"country": "MX"}))
    before, counts = project.cart_row(cart["id"]), project.counts()
    response = submit(alice, cart, "siteM")
    refused(response, 400, "InvalidOperation", "CustomLineWithoutPrice", slug="fee", currency="MXN")
    checkout = alice.in_store("siteM").post(f"/me/carts/{cart['id']}/checkout")
    assert checkout.status_code == 400, checkout.text
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    cart = open_cart(alice, "siteA", ship_to())
    assert ok(submit(alice, cart, "siteA"), 201)["totalPrice"] == money(3000)


@pytest.mark.parametrize("name", ["agent7", "csr2", "csr1", "sup1", "admin"])
def test_s4_7_an_agent_reads_an_order_with_items_of_several_sites(project: Project, name: str):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    made = order(alice, add("MUG"), site="siteB")
    seen = project.staff(name).read(f"/orders/{made['id']}")
    assert lines_on(seen) == [("TEE", "siteA", 1), ("MUG", "siteB", 1)]
    assert project.staff(name).read(f"/orders/order-number={made['orderNumber']}") == made
