"""What is special about each kind of small resource: its fields, its update actions, and what it refuses."""

from typing import Any

import pytest

from tests.client import Api, ok, refused
from tests.conftest import Project

USD = {"type": "centPrecision", "currencyCode": "USD", "fractionDigits": 2}
STANDARD_TAX = {"typeId": "tax-category", "key": "standard"}
ZONE_US, ZONE_MX = {"typeId": "zone", "key": "us"}, {"typeId": "zone", "key": "mx"}


def usd(cents: int) -> dict[str, Any]:
    return {"currencyCode": "USD", "centAmount": cents}


def change(api: Api, path: str, *actions: dict[str, Any]) -> Any:
    """The resource after update actions at its present version."""
    return api.update(path.rpartition("/")[0], api.read(path), *actions)


def refuse(api: Api, path: str, *actions: dict[str, Any], code: str = "InvalidField", **extra: Any) -> Any:
    """The refusal of update actions at the present version, which change nothing."""
    before = api.read(path)
    body = {"version": before["version"], "actions": list(actions)}
    error = refused(api.post(path, body), 400, code, **extra)
    assert api.read(path) == before
    return error


def test_a_channel_without_roles_supplies_stock(project: Project):
    assert project.admin.create("/channels", {"key": "bare"})["roles"] == ["InventorySupply"]


def test_a_channel_changes(project: Project):
    path = "/channels/key=store107"
    address = {"country": "US", "city": "Austin"}
    after = change(
        project.admin,
        path,
        {"action": "addRoles", "roles": ["Primary", "InventorySupply"]},
        {"action": "removeRoles", "roles": ["InventorySupply"]},
        {"action": "setAddress", "address": address},
        {"action": "changeDescription", "description": {"en": "Downtown"}},
        {"action": "setPickup", "pickup": False},
        {"action": "setPickup", "pickup": False},
    )
    assert (after["roles"], after["address"], after["description"]) == (["Primary"], address, {"en": "Downtown"})
    assert "pickup" not in after
    assert after["version"] == 6
    refuse(project.admin, path, {"action": "setRoles", "roles": ["Cashier"]}, invalidValue="Cashier")
    refuse(project.admin, path, {"action": "setAddress", "address": {"country": "USA"}}, field="country")
    unbuilt = {"action": "setGeoLocation", "geoLocation": None}
    refuse(project.admin, path, unbuilt, code="InvalidOperation", reason="NotImplementedYet")
    refuse(project.admin, path, {"action": "paint"}, invalidValue="paint")


def test_a_customer_group_carries_custom_fields_of_its_type(project: Project):
    draft = {"key": "perks", "name": {"en": "Perks"}, "resourceTypeIds": ["customer-group"]}
    definition = {"name": "level", "type": {"name": "Number"}, "label": {"en": "Level"}, "required": True}
    perks = project.admin.create("/types", {**draft, "fieldDefinitions": [definition]})
    of_perks = {"type": {"typeId": "type", "key": "perks"}}
    group = {"groupName": "Gold", "key": "gold", "custom": {**of_perks, "fields": {"level": 3}}}
    gold = project.admin.create("/customer-groups", group)
    assert gold["name"] == "Gold"
    assert gold["custom"] == {"type": {"typeId": "type", "id": perks["id"]}, "fields": {"level": 3}}
    path = "/customer-groups/key=gold"
    assert (
        change(project.admin, path, {"action": "setCustomField", "name": "level", "value": 4})["custom"]["fields"][
            "level"
        ]
        == 4
    )
    refuse(project.admin, path, {"action": "setCustomField", "name": "level", "value": "high"})
    refuse(project.admin, path, {"action": "setCustomField", "name": "level"}, code="RequiredField")
    refuse(project.admin, path, {"action": "setCustomType", **of_perks}, code="RequiredField")
    refused(
        project.admin.delete(f"/types/{perks['id']}?version=1"), 400, "ReferenceExists", referencedBy="customer-group"
    )
    assert "custom" not in change(project.admin, path, {"action": "setCustomType"})
    ok(project.admin.delete(f"/types/{perks['id']}?version=1"), 200)


def test_the_rates_of_a_tax_category_change(project: Project):
    path = "/tax-categories/key=standard"
    before = project.admin.read(path)
    assert [each["country"] for each in before["rates"]] == ["US", "MX"]
    texas = {"name": "Texas", "amount": 0.0825, "includedInPrice": False, "country": "US", "state": "TX", "key": "tx"}
    added = change(project.admin, path, {"action": "addTaxRate", "taxRate": texas})
    rate = added["rates"][2]
    assert {**texas, "id": rate["id"]} == rate
    parts = [{"name": "State", "amount": 0.0625}, {"name": "City", "amount": 0.02}]
    replaced = change(
        project.admin,
        path,
        {"action": "replaceTaxRate", "taxRateId": rate["id"], "taxRate": {**texas, "subRates": parts}},
    )
    assert replaced["rates"][2]["subRates"] == parts
    assert replaced["rates"][2]["id"] != rate["id"]
    removed = change(project.admin, path, {"action": "removeTaxRate", "taxRateKey": "tx"})
    assert [each["country"] for each in removed["rates"]] == ["US", "MX"]
    assert removed["version"] == before["version"] + 3


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"amount": 1.5}, "InvalidField", "taxRate.amount"),
        ({"amount": -0.1}, "InvalidField", "taxRate.amount"),
        ({"amount": None}, "RequiredField", "taxRate.amount"),
        ({"country": "Germany"}, "InvalidField", "country"),
        ({"subRates": [{"name": "Half", "amount": 0.05}]}, "InvalidField", "taxRate.subRates"),
        ({"country": "MX"}, "DuplicateField", "taxRate.country"),
    ],
)
def test_a_wrong_tax_rate_is_refused(project: Project, wrong: dict[str, Any], code: str, field: str):
    rate = {"name": "Wrong", "amount": 0.1, "includedInPrice": False, "country": "DE", **wrong}
    action = {"action": "addTaxRate", "taxRate": rate}
    refuse(project.admin, "/tax-categories/key=standard", action, code=code, field=field)


def test_a_tax_rate_that_is_not_there_cannot_be_removed(project: Project):
    path = "/tax-categories/key=standard"
    refuse(project.admin, path, {"action": "removeTaxRate", "taxRateId": "x"}, field="taxRateId", invalidValue="x")
    refuse(project.admin, path, {"action": "removeTaxRate"}, code="RequiredField", field="taxRateId")


def test_the_locations_of_a_zone_change(project: Project):
    path = "/zones/key=us"
    texas = {"country": "US", "state": "TX"}
    after = change(
        project.admin,
        path,
        {"action": "addLocation", "location": texas},
        {"action": "removeLocation", "location": {"country": "US"}},
        {"action": "removeLocation", "location": {"country": "CA"}},
    )
    assert after["locations"] == [texas]
    assert after["version"] == 3
    refuse(project.admin, path, {"action": "addLocation", "location": texas}, code="DuplicateField")


def test_a_zone_in_use_cannot_be_deleted(project: Project):
    zone = project.admin.read("/zones/key=us")
    path = f"/zones/{zone['id']}?version={zone['version']}"
    refused(project.admin.delete(path), 400, "ReferenceExists", referencedBy="shipping-method")
    assert project.admin.read("/zones/key=us") == zone


def test_the_zones_and_rates_of_a_shipping_method_change(project: Project):
    path = "/shipping-methods/key=express"
    zone = project.admin.read("/zones/key=us")
    before = project.admin.read(path)
    assert before["zoneRates"][0]["zone"]["id"] == zone["id"]
    free = {"price": usd(1500), "freeAbove": usd(20000)}
    after = change(
        project.admin,
        path,
        {"action": "removeShippingRate", "zone": ZONE_US, "shippingRate": {"price": usd(1500)}},
        {"action": "addShippingRate", "zone": ZONE_US, "shippingRate": free},
        {"action": "removeZone", "zone": ZONE_MX},
        {"action": "changeActive", "active": False},
        {"action": "setLocalizedName", "localizedName": {"en": "Fast"}},
    )
    assert after["zoneRates"] == [
        {
            "zone": {"typeId": "zone", "id": zone["id"]},
            "shippingRates": [{"price": USD | usd(1500), "freeAbove": USD | usd(20000), "tiers": []}],
        }
    ]
    assert (after["active"], after["localizedName"]) == (False, {"en": "Fast"})
    assert after["version"] == before["version"] + 5


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"action": "addZone", "zone": ZONE_US}, "DuplicateField"),
        ({"action": "addZone", "zone": {"typeId": "zone", "key": "moon"}}, "ReferencedResourceNotFound"),
        ({"action": "addShippingRate", "zone": ZONE_US, "shippingRate": {"price": usd(1)}}, "DuplicateField"),
        ({"action": "removeShippingRate", "zone": ZONE_US, "shippingRate": {"price": usd(1)}}, "InvalidField"),
        ({"action": "changeTaxCategory", "taxCategory": {"typeId": "zone", "key": "us"}}, "InvalidField"),
        ({"action": "changeTaxCategory", "taxCategory": {"key": "none"}}, "ReferencedResourceNotFound"),
        ({"action": "setPredicate", "predicate": "1 = 1"}, "InvalidOperation"),
    ],
)
def test_a_wrong_change_of_a_shipping_method_is_refused(project: Project, action: dict[str, Any], code: str):
    refuse(project.admin, "/shipping-methods/key=express", action, code=code)


@pytest.mark.parametrize(
    "rate", [{"price": usd(-1)}, {"price": usd(1), "freeAbove": {"currencyCode": "MXN", "centAmount": 1}}]
)
def test_a_wrong_shipping_rate_is_refused(project: Project, rate: dict[str, Any]):
    draft = {"name": "Odd", "key": "odd", "taxCategory": STANDARD_TAX, "isDefault": False}
    zone_rates = [{"zone": ZONE_US, "shippingRates": [rate]}]
    refused(project.admin.post("/shipping-methods", {**draft, "zoneRates": zone_rates}), 400, "InvalidField")
    refused(project.admin.get("/shipping-methods/key=odd"), 404, "ResourceNotFound")


def test_tiers_and_predicates_are_refused_by_name(project: Project):
    draft = {"name": "Odd", "key": "odd", "taxCategory": STANDARD_TAX, "isDefault": False}
    tiers = [{"type": "CartValue", "minimumCentAmount": 1, "price": usd(1)}]
    zone_rates = [{"zone": ZONE_US, "shippingRates": [{"price": usd(1), "tiers": tiers}]}]
    for extra in ({"zoneRates": zone_rates}, {"zoneRates": [], "predicate": "1 = 1"}):
        error = refused(project.admin.post("/shipping-methods", draft | extra), 400, "InvalidOperation")
        assert error["reason"] == "NotImplementedYet"
    refused(project.admin.get("/shipping-methods/key=odd"), 404, "ResourceNotFound")


def test_there_is_one_default_shipping_method(project: Project):
    standard = project.admin.read("/shipping-methods/key=standard")
    assert standard["isDefault"] is True
    change(project.admin, "/shipping-methods/key=express", {"action": "changeIsDefault", "isDefault": True})
    after = project.admin.read("/shipping-methods/key=standard")
    assert (after["isDefault"], after["version"]) == (False, standard["version"] + 1)
    project.admin.create(
        "/shipping-methods", {"name": "Drone", "key": "drone", "taxCategory": STANDARD_TAX, "isDefault": True}
    )
    defaults = project.admin.read("/shipping-methods", params={"where": "isDefault = true"})["results"]
    assert [each["key"] for each in defaults] == ["drone"]


def test_the_methods_that_ship_to_a_place_say_by_which_rate(project: Project):
    change(
        project.admin,
        "/shipping-methods/key=express",
        {
            "action": "addShippingRate",
            "zone": ZONE_US,
            "shippingRate": {"price": {"currencyCode": "EUR", "centAmount": 9}},
        },
    )
    change(project.admin, "/shipping-methods/key=pickup", {"action": "changeActive", "active": False})
    shop = project.storefront
    page = shop.read("/shipping-methods/matching-location?country=US&currency=USD")
    assert (page["count"], page["total"], page["offset"]) == (2, 2, 0)
    assert [each["key"] for each in page["results"]] == ["standard", "express"]
    marks = {
        rate["price"]["currencyCode"]: rate["isMatching"]
        for each in page["results"][1]["zoneRates"]
        for rate in each["shippingRates"]
    }
    assert marks == {"USD": True, "EUR": False, "MXN": False}
    assert [each["key"] for each in shop.read("/shipping-methods/matching-location?country=MX")["results"]] == [
        "standard",
        "express",
    ]
    assert shop.read("/shipping-methods/matching-location?country=DE")["results"] == []
    assert shop.read("/shipping-methods/matching-location?country=MX&currency=USD")["results"] == []
    refused(shop.get("/shipping-methods/matching-location"), 400, "RequiredField", field="country")


def test_the_methods_for_a_cart_follow_its_address(project: Project):
    alice = project.customer()
    cart = alice.in_store("siteA").create("/me/current-cart")
    path = f"/shipping-methods/matching-cart?cartId={cart['id']}"
    refused(alice.get(path), 400, "InvalidOperation", "ShippingAddressMissing")
    alice.change_my_cart(cart, {"action": "setShippingAddress", "address": {"country": "US"}})
    keys = ["standard", "express", "pickup"]
    for caller in (alice, alice.in_store("siteA"), project.backend):
        assert [each["key"] for each in caller.read(path)["results"]] == keys
    for stranger in (project.customer("bob"), project.guest(), project.storefront, project.staff("agent7")):
        refused(stranger.get(path), 404, "ResourceNotFound")


def test_the_fields_of_a_type_change(project: Project):
    path = "/types/key=configuration"
    enum = {"name": "Enum", "values": [{"key": "red", "label": "Red"}]}
    definition = {"name": "colour", "type": enum, "label": {"en": "Colour"}, "required": False}
    after = change(
        project.admin,
        path,
        {"action": "addFieldDefinition", "fieldDefinition": definition},
        {"action": "addEnumValue", "fieldName": "colour", "value": {"key": "blue", "label": "Blue"}},
        {"action": "changeLabel", "fieldName": "colour", "label": {"en": "Color"}},
        {"action": "changeInputHint", "fieldName": "colour", "inputHint": "MultiLine"},
        {"action": "removeFieldDefinition", "fieldName": "size"},
        {"action": "changeFieldDefinitionOrder", "fieldNames": ["colour", "engraving"]},
    )
    assert [each["name"] for each in after["fieldDefinitions"]] == ["colour", "engraving"]
    values = [{"key": "red", "label": "Red"}, {"key": "blue", "label": "Blue"}]
    assert after["fieldDefinitions"][0] == {
        "name": "colour",
        "type": {"name": "Enum", "values": values},
        "label": {"en": "Color"},
        "required": False,
        "inputHint": "MultiLine",
    }
    assert after["version"] == 7
    taken = {"action": "addEnumValue", "fieldName": "colour", "value": {"key": "red", "label": "Rot"}}
    refuse(project.admin, path, taken, code="DuplicateField", duplicateValue="red")
    refuse(project.admin, path, {"action": "removeFieldDefinition", "fieldName": "size"}, invalidValue="size")
    refuse(project.admin, path, {"action": "changeFieldDefinitionOrder", "fieldNames": ["colour"]})
    again = {"action": "addFieldDefinition", "fieldDefinition": definition}
    refuse(project.admin, path, again, code="DuplicateField", duplicateValue="colour")
    unbuilt = {"action": "changeEnumValueOrder", "fieldName": "colour", "keys": ["blue", "red"]}
    refuse(project.admin, path, unbuilt, code="InvalidOperation", reason="NotImplementedYet")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ({"name": "Colour"}, "InvalidField"),
        ({"name": "Set"}, "RequiredField"),
        ({"name": "Set", "elementType": {"name": "Set", "elementType": {"name": "String"}}}, "InvalidField"),
        ({"name": "Reference"}, "RequiredField"),
        ({"name": "Enum", "values": [{"key": "a"}]}, "InvalidField"),
        ({"name": "Enum", "values": [{"key": "a", "label": "A"}] * 2}, "DuplicateField"),
    ],
)
def test_a_wrong_kind_of_field_is_refused(project: Project, kind: dict[str, Any], code: str):
    definition = {"name": "field", "type": kind, "label": {"en": "Field"}}
    draft = {"key": "odd", "name": {"en": "Odd"}, "resourceTypeIds": ["order"], "fieldDefinitions": [definition]}
    refused(project.admin.post("/types", draft), 400, code)
    refused(project.admin.get("/types/key=odd"), 404, "ResourceNotFound")


def test_a_store_is_a_site(project: Project):
    site = project.admin.read("/stores/key=siteA")
    assert site["productSelections"] == []
    assert site["host"] == "www.example.com"
    assert site["countries"] == [{"code": "US"}]
    assert site["languages"] == ["en-US"]
    assert project.admin.read(f"/stores/{site['id']}") == site


def test_a_new_store_sells_at_the_prices_of_its_channel(project: Project):
    price_group = {"typeId": "channel", "key": "pgB"}
    project.admin.create("/stores", {"key": "siteZ", "distributionChannels": [price_group]})
    guest = project.guest().in_store("siteZ")
    cart = guest.create("/me/carts", {"currency": "USD", "lineItems": [{"sku": "TEE"}]})
    assert cart["lineItems"][0]["price"]["value"]["centAmount"] == 5000
    change(
        project.admin,
        "/stores/key=siteZ",
        {"action": "setDistributionChannels", "distributionChannels": [{"typeId": "channel", "key": "pgA"}]},
    )
    assert guest.read(f"/me/carts/{cart['id']}")["lineItems"][0]["price"]["value"]["centAmount"] == 2500


def test_a_store_changes(project: Project):
    path = "/stores/key=siteA"
    channel = {name: project.admin.read(f"/channels/key={name}")["id"] for name in ("pgA", "pgB", "stockA", "stockB")}

    def reference(name: str) -> dict[str, str]:
        return {"typeId": "channel", "id": channel[name]}

    after = change(
        project.admin,
        path,
        {"action": "setName", "name": {"en": "One"}},
        {"action": "setLanguages", "languages": ["en"]},
        {"action": "addCountry", "country": {"code": "CA"}},
        {"action": "removeCountry", "country": {"code": "US"}},
        {"action": "addDistributionChannel", "distributionChannel": {"key": "pgB"}},
        {"action": "removeDistributionChannel", "distributionChannel": {"key": "pgA"}},
        {"action": "setSupplyChannels", "supplyChannels": [{"key": "stockB"}]},
        {"action": "setProductSelections", "productSelections": []},
    )
    assert (after["name"], after["languages"], after["countries"]) == ({"en": "One"}, ["en"], [{"code": "CA"}])
    assert after["distributionChannels"] == [reference("pgB")]
    assert after["supplyChannels"] == [reference("stockB")]
    assert (after["priceChannel"], after["stockChannel"]) == (reference("pgB"), reference("stockB"))
    assert after["version"] == 8
    assert after["host"] == "www.example.com"
    assert after["registrableDomain"] == "example.com"
    refuse(project.admin, path, {"action": "addDistributionChannel", "distributionChannel": {"key": "no"}},
           code="ReferencedResourceNotFound")  # fmt: skip
    refuse(project.admin, path, {"action": "setCountries", "countries": [{"code": "us"}]}, invalidValue="us")
    unbuilt = {"action": "setContactUrl", "contactUrl": "https://www.example.com"}
    refuse(project.admin, path, unbuilt, code="InvalidOperation", reason="NotImplementedYet")


def test_a_store_in_a_site_group_cannot_be_deleted(project: Project):
    site = project.admin.read("/stores/key=siteA")
    refused(
        project.admin.delete(f"/stores/key=siteA?version={site['version']}"),
        400,
        "ReferenceExists",
        referencedBy="site-group",
    )
    assert project.admin.read("/stores/key=siteA") == site


def test_business_units_are_read(project: Project):
    unit = project.backend.read("/business-units/key=companyA")
    assert unit["name"] == "Company A"
    assert [each["key"] for each in unit["addresses"]] == ["loc1", "loc2"]
    page = project.backend.read("/business-units", params={"where": 'name = "Company B"'})
    assert [each["key"] for each in page["results"]] == ["companyB"]
    assert project.backend.post("/business-units", {}).status_code == 405
    refused(project.customer().get("/business-units"), 403, "insufficient_scope")
