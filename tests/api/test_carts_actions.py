"""Every update action of a cart: what it changes, what it refuses, and that a refusal changes nothing."""

from typing import Any

import pytest

from tests.builders import US_ADDRESS, action, add, amount, change_quantity, money, open_cart, remove, ship_to, skus
from tests.client import refused
from tests.conftest import Project

STANDARD = {"typeId": "shipping-method", "key": "standard"}
EXPRESS = {"typeId": "shipping-method", "key": "express"}
NOTES = {"typeId": "type", "key": "notes"}
CONFIGURATION = {"typeId": "type", "key": "configuration"}
LOCATION = {"key": "home", "country": "US", "streetName": "Main Street"}


def cart_of_alice(project: Project, *actions: dict[str, Any]) -> Any:
    """A cart of alice with two TEE and a custom line, changed by a client that may do everything."""
    cart = open_cart(project.customer(), "siteA", add("TEE", 2, key="tee"))
    wrap = action("addCustomLineItem", name={"en-US": "Wrapping"}, slug="wrap", money=amount(150), key="wrapping")
    return project.admin.in_store("siteA").change_cart(cart, wrap, *actions)


def fails(project: Project, cart: Any, wanted: dict[str, Any], code: str, reason: str | None = None, **extra: Any):
    before = project.cart_row(cart["id"])
    update = {
        "version": cart["version"],
        "actions": [action("setPurchaseOrderNumber", purchaseOrderNumber="7"), wanted],
    }
    response = project.admin.in_store("siteA").post(f"/carts/{cart['id']}", update)
    error = refused(response, 400, code, reason, **extra)
    assert project.cart_row(cart["id"]) == before
    return error


SET = {
    "email": (action("setCustomerEmail", email="new@example.com"), "customerEmail", "new@example.com"),
    "no email": (action("setCustomerEmail"), "customerEmail", None),
    "locale": (action("setLocale", locale="en-US"), "locale", "en-US"),
    "country": (action("setCountry", country="US"), "country", "US"),
    "key": (action("setKey", key="cart-1"), "key", "cart-1"),
    "retention": (action("setDeleteDaysAfterLastModification", deleteDaysAfterLastModification=7), None, 7),
    "po": (action("setPurchaseOrderNumber", purchaseOrderNumber="PO-7"), "purchaseOrderNumber", "PO-7"),
    "shipping": (ship_to(), "shippingAddress", US_ADDRESS),
    "billing": (action("setBillingAddress", address=US_ADDRESS), "billingAddress", US_ADDRESS),
    "item address": (action("addItemShippingAddress", address=LOCATION), "itemShippingAddresses", [LOCATION]),
}


@pytest.mark.parametrize("name", SET)
def test_an_attribute_is_set_and_answered(project: Project, name: str):
    wanted, field, value = SET[name]
    cart = cart_of_alice(project)
    changed = project.admin.change_cart(cart, wanted)
    assert changed.get(field or "deleteDaysAfterLastModification") == value
    assert changed["version"] == cart["version"] + 1
    assert project.admin.read(f"/carts/{cart['id']}") == changed


REFUSED = {
    "bad locale": (action("setLocale", locale="!!"), "InvalidField"),
    "locale of another site": (action("setLocale", locale="es-MX"), "InvalidField"),
    "lower-case country": (action("setCountry", country="us"), "InvalidField"),
    "country elsewhere": (action("setCountry", country="MX"), "CountryNotConfiguredInStore"),
    "short key": (action("setKey", key="x"), "InvalidField"),
    "key with a space": (action("setKey", key="a b"), "InvalidField"),
    "no days": (action("setDeleteDaysAfterLastModification", deleteDaysAfterLastModification=0), "InvalidField"),
    "no country": (action("setShippingAddress", address={"city": "Berlin"}), "RequiredField"),
    "long country": (action("setBillingAddress", address={"country": "USA"}), "InvalidField"),
    "address without key": (action("addItemShippingAddress", address=US_ADDRESS), "RequiredField"),
    "unknown item address": (action("updateItemShippingAddress", address=LOCATION), "InvalidInput"),
    "removal of no address": (action("removeItemShippingAddress", addressKey="home"), "InvalidInput"),
    "method without address": (action("setShippingMethod", shippingMethod=STANDARD), "InvalidOperation"),
    "unknown method": (action("setShippingMethod", shippingMethod={"key": "owl"}), "InvalidOperation"),
    "group of a customer": (action("setCustomerGroup", customerGroup={"key": "vip"}), "InvalidOperation"),
    "session of a customer": (action("setAnonymousId", anonymousId="a"), "InvalidOperation"),
    "unknown customer": (action("setCustomerId", customerId=US_ADDRESS["city"]), "ReferencedResourceNotFound"),
    "field without type": (action("setCustomField", name="PoNumber", value="7"), "InvalidField"),
    "unknown type": (action("setCustomType", type={"key": "nothing"}), "ReferencedResourceNotFound"),
    "type of lines": (action("setCustomType", type=CONFIGURATION), "InvalidField"),
    "unknown field": (action("setCustomType", type=NOTES, fields={"x": 1}), "InvalidField"),
    "field of another kind": (action("setCustomType", type=NOTES, fields={"gift": "yes"}), "InvalidField"),
    "unknown line": (action("removeLineItem", lineItemId="x"), "InvalidInput"),
    "no line": (action("removeLineItem"), "RequiredField"),
    "unknown custom line": (action("removeCustomLineItem", customLineItemId="x"), "InvalidInput"),
    "slug again": (action("addCustomLineItem", name={}, slug="wrap", money=amount(1)), "DuplicateField"),
    "money abroad": (action("addCustomLineItem", name={}, slug="w2", money=amount(1, "MXN")), "InvalidInput"),
    "money nowhere": (action("addCustomLineItem", name={}, slug="w2", money=amount(1, "usd")), "InvalidField"),
    "too exact": (
        action("addCustomLineItem", name={}, slug="w2", money={**amount(1), "fractionDigits": 3}),
        "InvalidField",
    ),
    "order of lines": (action("changeLineItemsOrder", lineItemOrder=["x"]), "InvalidField"),
    "unknown SKU": (add("NOTHING"), "InvalidInput"),
    "unknown product": (action("addLineItem", productId="x"), "InvalidInput"),
    "no SKU": (action("addLineItem"), "RequiredField"),
    "no quantity": (add("TEE", 0), "InvalidField"),
    "less than nothing": (add("TEE", -1), "InvalidField"),
    "key again": (add("MUG", key="tee"), "DuplicateField"),
    "price abroad": (add("MUG", externalPrice=amount(1, "MXN")), "InvalidField"),
    "unknown channel": (add("MUG", distributionChannel={"key": "x"}), "ReferencedResourceNotFound"),
    "reference of another type": (add("MUG", supplyChannel={"typeId": "store", "key": "siteA"}), "InvalidField"),
    "part to nowhere": (
        add("MUG", shippingDetails={"targets": [{"addressKey": "x", "quantity": 1}]}),
        "InvalidField",
    ),
    "unlock of none": (action("unlockCart"), None),
}


@pytest.mark.parametrize("name", [name for name, (_, code) in REFUSED.items() if code])
def test_what_is_wrong_is_refused_and_changes_nothing(project: Project, name: str):
    wanted, code = REFUSED[name]
    before = ship_to() if name == "unknown method" else action("setLocale")
    if name == "unknown method":
        code = "ReferencedResourceNotFound"
    fails(project, cart_of_alice(project, before), wanted, code)


def test_s3_1_six_digits_are_the_most_of_one_line(project: Project):
    alice = project.customer().in_store("siteA")
    cart = alice.change_my_cart(open_cart(alice), add("MUG", 600_000))
    before = project.cart_row(cart["id"])
    line = cart["lineItems"][0]
    for wanted in (add("MUG", 400_000), add("PEN", 1_000_000), change_quantity(line, 1_000_000)):
        response = alice.post(f"/me/carts/{cart['id']}", {"version": cart["version"], "actions": [wanted]})
        refused(response, 400, "InvalidOperation", "QuantityLimitExceeded", quantityMax=999_999)
    assert project.cart_row(cart["id"]) == before
    assert skus(alice.change_my_cart(cart, change_quantity(line, 999_999))) == [("MUG", 999_999)]


def test_the_same_variant_adds_to_its_line_and_another_makes_one(project: Project):
    admin = project.admin.in_store("siteA")
    custom = {"type": CONFIGURATION, "fields": {"engraving": "A"}}
    cart = cart_of_alice(project)
    cart = admin.change_cart(cart, add("TEE"), add("TEE", custom=custom), add("TEE", custom=custom))
    assert skus(cart) == [("TEE", 3), ("TEE", 2)]
    cart = admin.change_cart(cart, add("TEE", supplyChannel={"key": "store107"}), add("TEE", externalPrice=amount(1)))
    cart = admin.change_cart(cart, add("TEE", externalPrice=amount(1)))
    assert skus(cart) == [("TEE", 3), ("TEE", 2), ("TEE", 1), ("TEE", 1), ("TEE", 1)]


def test_a_line_is_named_by_id_or_key_and_removed_whole_or_in_part(project: Project):
    admin = project.admin.in_store("siteA")
    cart = admin.change_cart(cart_of_alice(project), action("changeLineItemQuantity", lineItemKey="tee", quantity=5))
    assert skus(cart) == [("TEE", 5)]
    line = cart["lineItems"][0]
    assert line["state"][0]["quantity"] == 5
    cart = admin.change_cart(cart, remove(line, quantity=2))
    assert skus(cart) == [("TEE", 3)]
    cart = admin.change_cart(cart, action("changeLineItemQuantity", lineItemKey="tee", quantity=0))
    assert cart["lineItems"] == []
    assert "totalLineItemQuantity" not in cart
    assert cart["totalPrice"] == money(150)


def test_lines_change_places(project: Project):
    admin = project.admin.in_store("siteA")
    cart = admin.change_cart(cart_of_alice(project), add("MUG"), add("PEN"))
    order = [line["id"] for line in reversed(cart["lineItems"])]
    cart = admin.change_cart(cart, action("changeLineItemsOrder", lineItemOrder=order))
    assert skus(cart) == [("PEN", 1), ("MUG", 1), ("TEE", 2)]


def test_external_prices_come_and_go(project: Project):
    admin = project.admin.in_store("siteA")
    cart = cart_of_alice(project)
    line = {"lineItemId": cart["lineItems"][0]["id"]}
    cart = admin.change_cart(cart, action("setLineItemPrice", **line, externalPrice=amount(999)))
    assert (cart["lineItems"][0]["priceMode"], cart["lineItems"][0]["totalPrice"]) == ("ExternalPrice", money(1998))
    fails(project, cart, change_quantity(cart["lineItems"][0], 3), "RequiredField")
    total = {"price": amount(900), "totalPrice": amount(1500)}
    cart = admin.change_cart(cart, action("setLineItemTotalPrice", **line, externalTotalPrice=total))
    assert (cart["lineItems"][0]["priceMode"], cart["lineItems"][0]["totalPrice"]) == ("ExternalTotal", money(1500))
    assert cart["totalPrice"] == money(1650)
    cart = admin.change_cart(cart, change_quantity(cart["lineItems"][0], 3))
    assert (cart["lineItems"][0]["priceMode"], cart["lineItems"][0]["totalPrice"]) == ("Platform", money(7500))
    cart = admin.change_cart(cart, action("setLineItemPrice", **line, externalPrice=amount(1)))
    cart = admin.change_cart(cart, action("setLineItemPrice", **line))
    assert cart["lineItems"][0]["totalPrice"] == money(7500)


def test_a_line_is_priced_by_another_channel_on_demand(project: Project):
    admin = project.admin.in_store("siteA")
    cart = cart_of_alice(project)
    line = {"lineItemId": cart["lineItems"][0]["id"]}
    cart = admin.change_cart(cart, action("setLineItemDistributionChannel", **line, distributionChannel={"key": "pgB"}))
    assert cart["lineItems"][0]["totalPrice"] == money(10000)
    cart = admin.change_cart(cart, action("setLineItemDistributionChannel", **line))
    assert cart["lineItems"][0]["totalPrice"] == money(5000)


def test_custom_fields_of_cart_line_and_custom_line(project: Project):
    admin = project.admin.in_store("siteA")
    cart = cart_of_alice(project, action("setCustomType", type=NOTES, fields={"PoNumber": "7", "gift": True}))
    assert cart["custom"]["fields"] == {"PoNumber": "7", "gift": True}
    cart = admin.change_cart(
        cart, action("setCustomField", name="gift"), action("setCustomField", name="PoNumber", value="8")
    )
    assert cart["custom"]["fields"] == {"PoNumber": "8"}
    line = {"lineItemId": cart["lineItems"][0]["id"]}
    cart = admin.change_cart(
        cart,
        action("setLineItemCustomType", **line, type=CONFIGURATION, fields={"size": "L"}),
        action("setLineItemCustomField", **line, name="engraving", value="AA"),
    )
    assert cart["lineItems"][0]["custom"]["fields"] == {"size": "L", "engraving": "AA"}
    cart = admin.change_cart(cart, action("setCustomType"), action("setLineItemCustomType", **line))
    assert "custom" not in cart
    assert "custom" not in cart["lineItems"][0]


def test_custom_lines_change_quantity_money_and_go(project: Project):
    admin = project.admin.in_store("siteA")
    cart = cart_of_alice(project)
    line = {"customLineItemId": cart["customLineItems"][0]["id"]}
    cart = admin.change_cart(cart, action("changeCustomLineItemQuantity", **line, quantity=3))
    cart = admin.change_cart(cart, action("changeCustomLineItemMoney", **line, money=amount(200)))
    assert cart["customLineItems"][0]["totalPrice"] == money(600)
    assert cart["totalPrice"] == money(5600)
    cart = admin.change_cart(cart, action("removeCustomLineItem", customLineItemKey="wrapping"))
    assert cart["customLineItems"] == []


def test_parts_of_a_line_go_to_several_addresses(project: Project):
    admin = project.admin.in_store("siteA")
    cart = cart_of_alice(project, action("addItemShippingAddress", address=LOCATION))
    line = {"lineItemId": cart["lineItems"][0]["id"]}
    target = {"addressKey": "home", "quantity": 1}
    cart = admin.change_cart(cart, action("setLineItemShippingDetails", **line, shippingDetails={"targets": [target]}))
    assert cart["lineItems"][0]["shippingDetails"] == {"targets": [target], "valid": False}
    fails(project, cart, action("removeItemShippingAddress", addressKey="home"), "InvalidInput")
    fails(project, cart, action("addItemShippingAddress", address=LOCATION), "DuplicateField")
    delta = action("applyDeltaToLineItemShippingDetailsTargets", **line, targetsDelta=[target])
    cart = admin.change_cart(cart, delta)
    assert cart["lineItems"][0]["shippingDetails"]["valid"] is True
    cart = admin.change_cart(cart, action("setLineItemShippingDetails", **line))
    cart = admin.change_cart(cart, action("updateItemShippingAddress", address={**LOCATION, "city": "Rome"}))
    assert cart["itemShippingAddresses"] == [{**LOCATION, "city": "Rome"}]
    assert (
        admin.change_cart(cart, action("removeItemShippingAddress", addressKey="home"))["itemShippingAddresses"] == []
    )


def test_a_shipping_method_follows_the_address(project: Project):
    admin = project.admin.in_store("siteA")
    cart = cart_of_alice(project, ship_to(), action("setShippingMethod", shippingMethod=STANDARD))
    assert cart["shippingInfo"]["price"] == money(500)
    cart = admin.change_cart(cart, action("setShippingMethod", shippingMethod=EXPRESS))
    assert cart["totalPrice"] == money(5000 + 150 + 1500)
    cart = admin.change_cart(cart, action("setShippingAddress"))
    assert "shippingInfo" not in cart
    assert cart["totalPrice"] == money(5150)


def test_s1_5_s1_8_a_customer_becomes_the_owner_and_nothing_is_merged(project: Project):
    guest, alice = project.guest(), project.customer()
    of_alice = open_cart(alice, "siteA", add("MUG"))
    cart = open_cart(guest, "siteA", add("TEE"))
    changed = project.admin.change_cart(cart, action("setCustomerId", customerId=project.customer_id("alice")))
    assert changed["customerId"] == project.customer_id("alice")
    assert "anonymousId" not in changed
    refused(guest.get(f"/me/carts/{cart['id']}"), 404, "ResourceNotFound")
    assert skus(alice.read(f"/me/carts/{of_alice['id']}")) == [("MUG", 1)]
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 1)]
    assert project.broken_invariants() == []


def test_a_cart_without_owner_is_given_to_a_session(project: Project):
    cart = project.admin.in_store("siteA").create("/carts", {"currency": "USD"})
    changed = project.admin.change_cart(cart, action("setAnonymousId", anonymousId="session-1"))
    assert changed["anonymousId"] == "session-1"
    assert project.guest("session-1").read(f"/me/carts/{cart['id']}") == changed


def test_a_frozen_cart_keeps_its_lines_and_prices(project: Project):
    admin = project.admin.in_store("siteA")
    cart = cart_of_alice(project, ship_to(), action("freezeCart"))
    assert (cart["cartState"], cart["freezeStrategy"]) == ("Frozen", "SoftFreeze")
    line = cart["lineItems"][0]
    for wanted in (
        add("MUG"),
        change_quantity(line, 1),
        remove(line),
        action("setLineItemPrice", lineItemId=line["id"]),
    ):
        fails(project, cart, wanted, "InvalidOperation", "CartFrozen")
    cart = admin.change_cart(cart, action("setShippingMethod", shippingMethod=STANDARD))
    cart = admin.change_cart(cart, action("unfreezeCart"))
    assert cart["cartState"] == "Active"
    assert "freezeStrategy" not in cart
    cart = admin.change_cart(cart, action("freezeCart", strategy="HardFreeze"))
    fails(project, cart, action("setShippingMethod", shippingMethod=EXPRESS), "InvalidOperation", "CartFrozen")


def test_an_empty_cart_is_not_frozen(project: Project):
    cart = open_cart(project.customer())
    fails(project, cart, action("freezeCart"), "InvalidOperation", "CartEmpty")


def test_a_locked_cart_is_changed_only_by_who_may(project: Project):
    alice = project.customer()
    cart = cart_of_alice(project, action("lockCart"))
    assert cart["lock"]["clientId"] == "admin"
    before = project.cart_row(cart["id"])
    update = {"version": cart["version"], "actions": [add("MUG")]}
    refused(alice.post(f"/me/carts/{cart['id']}", update), 400, "InvalidOperation", "CartLocked")
    refused(project.backend.post(f"/carts/{cart['id']}", update), 400, "InvalidOperation", "CartLocked")
    assert project.cart_row(cart["id"]) == before
    cart = project.admin.change_cart(cart, add("MUG"), action("unlockCart"))
    assert "lock" not in cart
    alice.change_my_cart(cart, add("MUG"))


MINE_NOT = {
    "setKey": {"key": "mine"},
    "setCustomerId": {},
    "setAnonymousId": {},
    "setCustomerGroup": {},
    "setPurchaseOrderNumber": {},
    "setLineItemPrice": {"lineItemKey": "tee"},
    "setLineItemTotalPrice": {"lineItemKey": "tee"},
    "addCustomLineItem": {"name": {}, "slug": "x", "money": amount(0)},
    "removeCustomLineItem": {"customLineItemKey": "wrapping"},
    "changeCustomLineItemQuantity": {"customLineItemKey": "wrapping", "quantity": 1},
    "changeCustomLineItemMoney": {"customLineItemKey": "wrapping", "money": amount(0)},
    "lockCart": {},
    "unlockCart": {},
    "freezeCart": {},
    "unfreezeCart": {},
}


@pytest.mark.parametrize("name", MINE_NOT)
def test_a_shopper_may_not_do_it_through_me(project: Project, name: str):
    cart = cart_of_alice(project)
    before = project.cart_row(cart["id"])
    update = {"version": cart["version"], "actions": [add("MUG"), action(name, **MINE_NOT[name])]}
    refused(project.customer().post(f"/me/carts/{cart['id']}", update), 400, "InvalidField")
    assert project.cart_row(cart["id"]) == before


MY_DRAFT_NOT = {
    "key": "mine",
    "customerId": "someone",
    "anonymousId": "someone",
    "customerGroup": {"typeId": "customer-group", "key": "vip"},
    "customLineItems": [{"name": {}, "slug": "rebate", "money": amount(-1000)}],
    "priceRoundingMode": "HalfUp",
    "taxRoundingMode": "HalfDown",
    "taxCalculationMode": "UnitPriceLevel",
    "origin": "Merchant",
    "purchaseOrderNumber": "7",
}


@pytest.mark.parametrize("field", MY_DRAFT_NOT)
def test_a_shoppers_own_draft_has_fewer_fields(project: Project, field: str):
    draft = {"currency": "USD", field: MY_DRAFT_NOT[field]}
    refused(project.customer().post("/me/carts", draft), 400, "InvalidField", field=field)
    assert project.counts()["carts"] == 0


@pytest.mark.parametrize("field", ["externalPrice", "externalTotalPrice"])
def test_a_shopper_names_no_price(project: Project, field: str):
    price = {"externalPrice": amount(1), "externalTotalPrice": {"price": amount(1), "totalPrice": amount(1)}}[field]
    alice = project.customer().in_store("siteA")
    cart = open_cart(alice, "siteA", add("TEE", 2))
    before, counts = project.cart_row(cart["id"]), project.counts()
    line = cart["lineItems"][0]
    for wanted in (
        add("TEE", **{field: price}),
        {**change_quantity(line, 1), field: price},
        {**remove(line, quantity=1), field: price},
    ):
        update = {"version": cart["version"], "actions": [wanted]}
        refused(alice.post(f"/me/carts/{cart['id']}", update), 400, "InvalidField")
    draft = {"currency": "USD", "lineItems": [{"sku": "TEE", field: price}]}
    refused(alice.post("/me/carts", draft), 400, "InvalidField")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
