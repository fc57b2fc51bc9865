"""Replicas: what a copy of a cart or an order has, and what it has not; and custom lines across currencies."""

from typing import Any

from tests.builders import add, amount, money, open_cart, order
from tests.client import refused
from tests.conftest import Project

FEE: dict[str, Any] = {"name": {"en-US": "Wrapping"}, "slug": "wrapping", "money": amount(500), "quantity": 2}


def replica(project: Project, site: str, type_id: str, thing: dict[str, Any]) -> Any:
    body = {"reference": {"typeId": type_id, "id": thing["id"]}}
    return project.backend.in_store(site).create("/carts/replicate", body)


def test_a_replica_has_the_custom_lines_and_the_modes_of_its_origin(project: Project):
    draft = {
        "currency": "USD", "lineItems": [{"sku": "TEE"}], "customLineItems": [FEE], "taxMode": "Disabled",
        "taxRoundingMode": "HalfUp", "taxCalculationMode": "UnitPriceLevel", "inventoryMode": "None",
    }  # fmt: skip
    cart = project.backend.in_store("siteA").create("/carts", draft)
    copy = replica(project, "siteA", "cart", cart)
    assert copy["id"] != cart["id"]
    assert copy["totalPrice"] == cart["totalPrice"] == money(3500)
    (fee,) = copy["customLineItems"]
    assert fee == {**cart["customLineItems"][0], "id": fee["id"]}
    assert fee["id"] != cart["customLineItems"][0]["id"]
    for mode in ("taxMode", "taxRoundingMode", "taxCalculationMode", "priceRoundingMode", "inventoryMode"):
        assert copy[mode] == cart[mode]


def test_a_custom_line_has_no_price_in_another_currency(project: Project):
    draft = {"currency": "USD", "lineItems": [{"sku": "TEE"}], "customLineItems": [FEE]}
    cart = project.backend.in_store("siteA").create("/carts", draft)
    copy = replica(project, "siteM", "cart", cart)
    assert (copy["totalPrice"], copy["customLineItems"]) == (money(48000, "MXN"), [])


def test_an_order_is_replicated_as_a_new_cart_of_its_customer(project: Project):
    made = order(project.customer(), add("TEE", 2))
    copy = replica(project, "siteA", "order", made)
    assert (copy["cartState"], copy["customerId"]) == ("Active", project.customer_id("alice"))
    assert copy["totalPrice"] == money(5000)


def test_nobody_replicates_anothers_cart(project: Project):
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    before = project.counts()
    body = {"reference": {"typeId": "cart", "id": cart["id"]}}
    for other in (project.customer("bob"), project.guest()):
        refused(other.post("/me/carts/replicate", body), 404, "ResourceNotFound")
    assert project.counts() == before


def test_a_custom_line_is_added_in_the_currency_of_the_acting_site(project: Project):
    alices = open_cart(project.customer(), "siteA", add("TEE"))
    in_mexico = project.backend.in_store("siteM")
    fee = {"action": "addCustomLineItem", **FEE}
    body = {"version": alices["version"], "actions": [fee]}
    before = project.cart_row(alices["id"])
    refused(in_mexico.post(f"/carts/{alices['id']}", body), 400, "InvalidInput")
    assert project.cart_row(alices["id"]) == before
    cart = in_mexico.change_cart(alices, {**fee, "money": amount(9000, "MXN")})
    assert cart["totalPrice"] == money(48000 + 2 * 9000, "MXN")
