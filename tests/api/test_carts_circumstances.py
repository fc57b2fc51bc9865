"""What a merchant sets up besides the fixture: types for addresses, customer groups, prices with dates and tiers."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders import (
    US_ADDRESS,
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


def address_type(project: Project) -> dict[str, Any]:
    """A type whose fields addresses, carts' custom lines and lines may carry."""
    field = {"name": "floor", "label": {"en-US": "Floor"}, "type": {"name": "Number"}, "required": False}
    kinds = ["address", "custom-line-item", "line-item"]
    draft = {"key": "place", "name": {"en-US": "Place"}, "resourceTypeIds": kinds, "fieldDefinitions": [field]}
    return project.admin.create("/types", draft)


def add_price(project: Project, sku: str, **price: Any) -> None:
    """Give an SKU one more price."""
    product = project.admin.read(f"/products/key={sku}")
    project.admin.update("/products", product, action("addPrice", sku=sku, price=price, staged=False))


def test_addresses_and_custom_lines_carry_custom_fields(project: Project):
    address_type(project)
    place = {"typeId": "type", "key": "place"}
    admin = project.admin.in_store("siteA")
    cart = open_cart(project.customer(), "siteA", ship_to(), action("setBillingAddress", address=US_ADDRESS))
    fee = action("addCustomLineItem", name={"en-US": "Fee"}, slug="fee", money=amount(100), key="fee")
    cart = admin.change_cart(
        cart,
        fee,
        action("setShippingAddressCustomType", type=place, fields={"floor": 3}),
        action("setBillingAddressCustomType", type=place),
        action("setBillingAddressCustomField", name="floor", value=4),
        action("setCustomLineItemCustomType", customLineItemKey="fee", type=place, fields={"floor": 1}),
    )
    assert cart["shippingAddress"]["custom"]["fields"] == {"floor": 3}
    assert cart["billingAddress"]["custom"]["fields"] == {"floor": 4}
    assert cart["customLineItems"][0]["custom"]["fields"] == {"floor": 1}
    cart = admin.change_cart(
        cart,
        action("setShippingAddressCustomField", name="floor", value=5),
        action("setCustomLineItemCustomField", customLineItemKey="fee", name="floor", value=2),
        action("setBillingAddressCustomType"),
    )
    assert cart["shippingAddress"]["custom"]["fields"] == {"floor": 5}
    assert cart["customLineItems"][0]["custom"]["fields"] == {"floor": 2}
    assert "custom" not in cart["billingAddress"]
    same = admin.change_cart(cart, action("setShippingAddressCustomField", name="floor", value=5))
    assert same["version"] == cart["version"]
    assert project.broken_invariants() == []


def test_custom_fields_of_a_missing_address_are_refused(project: Project):
    address_type(project)
    cart = open_cart(project.customer())
    before = project.cart_row(cart["id"])
    for name in ("Shipping", "Billing"):
        wanted = action(f"set{name}AddressCustomType", type={"typeId": "type", "key": "place"})
        update = {"version": cart["version"], "actions": [wanted]}
        refused(project.admin.post(f"/carts/{cart['id']}", update), 400, "InvalidInput")
    assert project.cart_row(cart["id"]) == before


def test_a_supply_channel_is_chosen_and_given_up_again(project: Project):
    alice = project.customer().in_store("siteA")
    cart = open_cart(alice, "siteA", add("MUG", 6), ship_to())
    line = {"lineItemId": cart["lineItems"][0]["id"]}
    pickup = action("setLineItemSupplyChannel", **line, supplyChannel={"typeId": "channel", "key": "store107"})
    refused(submit(alice, alice.change_my_cart(cart, pickup)), 400, "OutOfStock", skus=["MUG"])
    cart = alice.change_my_cart(alice.read(f"/me/carts/{cart['id']}"), action("setLineItemSupplyChannel", **line))
    assert "supplyChannel" not in cart["lineItems"][0]
    ok(submit(alice, cart), 201)
    assert (project.stock("MUG", "store107"), project.stock("MUG", "stockA")) == (5, 94)


def test_a_customers_group_has_prices_of_its_own(project: Project):
    project.admin.create("/customer-groups", {"groupName": "VIP", "key": "vip"})
    group = {"typeId": "customer-group", "key": "vip"}
    add_price(project, "MUG", value=amount(700), customerGroup=group)
    of_bob = open_cart(project.customer("bob"), "siteA", add("MUG"))
    assert of_bob["totalPrice"] == money(800)
    guest = project.admin.in_store("siteA").create("/carts", {"currency": "USD", "lineItems": [{"sku": "MUG"}]})
    assert guest["totalPrice"] == money(800)
    guest = project.admin.in_store("siteA").change_cart(guest, action("setCustomerGroup", customerGroup=group))
    assert guest["totalPrice"] == money(700)
    alice = project.admin.read("/customers/key=alice")
    project.admin.update("/customers", alice, action("setCustomerGroup", customerGroup=group))
    of_alice = open_cart(project.customer("alice"), "siteA", add("MUG"))
    assert of_alice["totalPrice"] == money(700)


def test_a_price_with_dates_holds_between_them_and_reads_follow_without_a_write(project: Project):
    until = datetime.now(UTC) + timedelta(seconds=2)
    add_price(project, "MUG", value=amount(500), validUntil=until.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    alice = project.customer().in_store("siteA")
    cart = open_cart(alice, "siteA", add("MUG", 2), ship_to())
    assert cart["totalPrice"] == money(1000)
    before = project.cart_row(cart["id"])
    assert before["priced_until"].replace(microsecond=0) == until.replace(microsecond=0)
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()) + 0.1)
    view = alice.read("/me/current-cart")
    assert (view["totalPrice"], view["version"]) == (money(1600), cart["version"])
    assert project.cart_row(cart["id"]) == before
    refused(submit(alice, cart), 400, "PriceChanged")
    assert ok(submit(alice, cart, expectedTotal=amount(1600)), 201)["totalPrice"] == money(1600)


def test_more_units_reach_a_lower_tier_and_fewer_leave_it(project: Project):
    tiers = [{"minimumQuantity": 10, "value": amount(150)}, {"minimumQuantity": 50, "value": amount(100)}]
    add_price(project, "PEN", value=amount(200), country="US", tiers=tiers)
    alice = project.customer().in_store("siteA")
    cart = open_cart(alice, "siteA", add("PEN", 9))
    line = cart["lineItems"][0]
    totals = [cart["totalPrice"]]
    for quantity in (10, 49, 50, 9):
        cart = alice.change_my_cart(cart, change_quantity(line, quantity))
        totals.append(cart["totalPrice"])
    assert totals == [money(each) for each in (1800, 1500, 7350, 5000, 1800)]


def test_s4_23_a_sale_price_is_received_and_goes_again(project: Project):
    product = project.admin.read("/products/key=TEE")
    price = product["masterData"]["current"]["masterVariant"]["prices"][0]
    discounted = {"value": amount(2000), "discount": {"typeId": "product-discount", "id": price["id"]}}
    sale = action("setDiscountedPrice", priceId=price["id"], discounted=discounted, staged=False)
    response = project.admin.post(f"/products/{product['id']}", {"version": product["version"], "actions": [sale]})
    alice = project.customer()
    if response.status_code == 200:
        assert open_cart(alice, "siteA", add("TEE"))["totalPrice"] == money(2000)
        assert alice.in_store("siteB").read("/me/current-cart")["totalPrice"] == money(5000)
        back = action("setDiscountedPrice", priceId=price["id"], staged=False)
        project.admin.update("/products", response.json(), back)
        assert alice.in_store("siteA").read("/me/current-cart")["totalPrice"] == money(2500)
    else:
        refused(response, 400, "InvalidOperation", "NotImplementedYet")


async def test_another_process_sees_a_new_price_within_a_second(project: Project, in_process):
    alice = project.customer().in_store("siteA")
    cart = open_cart(alice, "siteA", add("TEE"))
    headers = {"Authorization": f"Bearer {alice.token}"}
    path = f"/{project.key}/in-store/key=siteA/me/carts/{cart['id']}"
    assert (await in_process.get(path, headers=headers)).json()["totalPrice"] == money(2500)
    product = project.admin.read("/products/key=TEE")
    price = product["masterData"]["current"]["masterVariant"]["prices"][0]
    draft = {"value": amount(2600), "channel": price["channel"]}
    change = action("changePrice", priceId=price["id"], price=draft, staged=False)
    project.admin.update("/products", product, change)
    assert alice.read(f"/me/carts/{cart['id']}")["totalPrice"] == money(2600)
    project.wait_for_caches()
    assert (await in_process.get(path, headers=headers)).json()["totalPrice"] == money(2600)


def test_a_product_that_is_off_offer_stays_in_the_cart_without_a_price(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("MUG"), ship_to())
    product = project.admin.read("/products/key=MUG")
    project.admin.update("/products", product, action("unpublish"))
    view = alice.in_store("siteA").read("/me/current-cart")
    assert view["lineItems"][1]["pricingError"]["sku"] == "MUG"
    assert view["totalPrice"] == money(2500)
    refused(submit(alice, view), 400, "MatchingPriceNotFound", sku="MUG")
    update = {"version": cart["version"], "actions": [add("MUG")]}
    refused(alice.post(f"/me/carts/{cart['id']}", update), 400, "InvalidInput")
    cart = open_cart(alice, "siteA", remove(view["lineItems"][1]))
    assert skus(ok(submit(alice, cart), 201)) == [("TEE", 1)]
