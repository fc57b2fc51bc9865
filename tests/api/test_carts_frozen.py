"""Frozen carts: unit prices stay as they were, and everything still adds up."""

from typing import Any

import pytest

from tests.builders import action, add, amount, change_quantity, money, open_cart, ship_to, skus
from tests.client import ok
from tests.conftest import Project

EXPRESS = action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "key": "express"})
FREEZE = action("freezeCart")


def reprice(project: Project, sku: str, cents: int) -> None:
    """Give an SKU another price on siteA."""
    product = project.admin.read(f"/products/key={sku}")
    price = product["masterData"]["current"]["masterVariant"]["prices"][0]
    draft = {"value": amount(cents), "channel": price["channel"]}
    project.admin.update("/products", product, action("changePrice", priceId=price["id"], price=draft, staged=False))


def frozen(project: Project, *actions: dict[str, Any]) -> Any:
    """A cart of alice with two TEE, after these actions and then frozen, in one request."""
    cart = open_cart(project.customer(), "siteA", add("TEE", 2), ship_to())
    return project.admin.in_store("siteA").change_cart(cart, *actions, FREEZE)


def test_what_is_changed_and_frozen_in_one_request_is_priced(project: Project):
    cart = frozen(project, add("MUG"), EXPRESS)
    assert cart["cartState"] == "Frozen"
    assert skus(cart) == [("TEE", 2), ("MUG", 1)]
    assert cart["totalPrice"] == money(5000 + 800 + 1500)
    assert project.broken_invariants() == []


def test_a_quantity_that_is_changed_before_freezing_counts(project: Project):
    cart = open_cart(project.customer(), "siteA", add("TEE", 2))
    cart = project.admin.in_store("siteA").change_cart(cart, change_quantity(cart["lineItems"][0], 5), FREEZE)
    assert cart["lineItems"][0]["totalPrice"] == money(12500)
    assert cart["totalPrice"] == money(12500)
    assert project.broken_invariants() == []


def test_a_soft_frozen_cart_may_still_be_shipped_and_adds_up(project: Project):
    cart = project.admin.in_store("siteA").change_cart(frozen(project), EXPRESS)
    assert cart["shippingInfo"]["price"] == money(1500)
    assert cart["totalPrice"] == money(6500)
    assert project.broken_invariants() == []


def test_prices_stay_until_it_is_unfrozen(project: Project):
    cart = frozen(project)
    reprice(project, "TEE", 2600)
    admin = project.admin.in_store("siteA")
    assert admin.read(f"/carts/{cart['id']}")["totalPrice"] == money(5000)
    kept = admin.change_cart(cart, action("setCustomerEmail", email="a@example.com"))
    assert kept["totalPrice"] == money(5000)
    assert admin.change_cart(kept, action("unfreezeCart"))["totalPrice"] == money(5200)


@pytest.mark.parametrize("site", ["siteA", "siteM"])
def test_a_frozen_cart_is_the_same_on_every_site(project: Project, site: str):
    cart = frozen(project)
    assert project.customer().in_store(site).read(f"/me/carts/{cart['id']}") == cart


def test_a_frozen_cart_is_ordered_at_its_prices_with_taxes(project: Project):
    cart = frozen(project)
    reprice(project, "TEE", 2600)
    response = project.admin.in_store("siteA").post("/orders", {"id": cart["id"], "version": cart["version"]})
    made = ok(response, 201)
    assert made["totalPrice"] == money(5000)
    assert made["taxedPrice"]["totalTax"] == money(500)
    assert project.broken_invariants() == []


def test_recalculate_brings_prices_and_on_demand_product_data_up_to_date(project: Project):
    cart = open_cart(project.customer(), "siteA", add("TEE", 2))
    reprice(project, "TEE", 2600)
    product = project.admin.read("/products/key=TEE")
    project.admin.update("/products", product, action("changeName", name={"en-US": "Better Tee"}, staged=False))
    admin = project.admin.in_store("siteA")
    again = admin.change_cart(cart, action("recalculate"))
    assert again["version"] == cart["version"] + 1
    assert again["totalPrice"] == money(5200)
    assert again["lineItems"][0]["name"]["en-US"] == "Tee"
    assert admin.change_cart(again, action("recalculate")) == again
    fresh = admin.change_cart(again, action("recalculate", updateProductData=True))
    assert fresh["lineItems"][0]["name"]["en-US"] == "Better Tee"
