"""Sites over HTTP, as an administrator works with them; a site and a store are one record."""

from typing import Any

import pytest

from tests.api.ccadmin import Ccadmin, ccadmin, refused
from tests.builders import add, open_cart
from tests.project import Project

__all__ = ["ccadmin"]

WHOLE: dict[str, Any] = {
    "id": "siteX",
    "name": "Site X",
    "host": "x.example.com",
    "contextRoot": "/shop",
    "currency": "USD",
    "languages": ["en-US"],
    "country": "US",
    "priceGroup": "pgB",
    "stockLocation": "stockB",
    "catalogs": ["catX"],
    "taxCategory": "standard",
    "gateway": "gwX",
    "showTaxBeforeCheckout": True,
    "default": False,
    "inventoryMode": "ReserveOnOrder",
    "cartProvider": "ByUser",
    "storefrontAccess": "NoSignInRequired",
    "quantityMax": 9,
    "mergeQuantityPolicy": "sum",
}


def test_a_site_is_answered_as_it_was_sent(ccadmin: Ccadmin):
    assert ccadmin.write("POST", "/sites", WHOLE) == WHOLE
    assert ccadmin.read("/sites/siteX") == WHOLE
    assert ccadmin.write("PUT", "/sites/siteX", WHOLE) == WHOLE


def test_a_site_needs_an_id_and_a_name_and_gets_the_rest(ccadmin: Ccadmin):
    assert ccadmin.write("POST", "/sites", {"id": "siteX", "name": "X"}) == {
        "id": "siteX",
        "name": "X",
        "languages": ["en-US", "es-MX"],
        "showTaxBeforeCheckout": False,
        "default": False,
    }


def test_the_price_group_is_the_channel_with_the_sites_id(ccadmin: Ccadmin):
    assert ccadmin.site("pgD")["priceGroup"] == "pgD"


def test_a_new_site_sells_at_once(ccadmin: Ccadmin, project: Project):
    ccadmin.write("POST", "/sites", WHOLE)
    cart = open_cart(project.customer(), "siteX", add("TEE"))
    assert cart["lineItems"][0]["totalPrice"]["centAmount"] == 5000


def test_the_site_is_a_store_too(ccadmin: Ccadmin, project: Project):
    ccadmin.write("POST", "/sites", WHOLE)
    store = project.admin.read("/stores/key=siteX")
    assert (store["name"], store["host"], store["version"]) == ({"en-US": "Site X"}, "x.example.com", 1)
    project.admin.update("/stores", store, {"action": "setName", "name": {"en-US": "Renamed"}})
    assert ccadmin.read("/sites/siteX")["name"] == "Renamed"


def test_a_change_keeps_what_it_omits_and_null_goes_back_to_the_default(ccadmin: Ccadmin, project: Project):
    ccadmin.write("POST", "/sites", WHOLE)
    assert ccadmin.write("PUT", "/sites/siteX", {}) == WHOLE
    assert project.admin.read("/stores/key=siteX")["version"] == 1
    changed = ccadmin.write("PUT", "/sites/siteX", {"id": "other", "name": "New", "gateway": None, "priceGroup": "pgC"})
    expected = {**WHOLE, "name": "New", "priceGroup": "pgC"}
    del expected["gateway"]
    assert changed == expected
    store = project.admin.read("/stores/key=siteX")
    assert store["version"] == 2
    assert len(store["distributionChannels"]) == 1
    refused(ccadmin.api.get("/sites/other"), 404, "ResourceNotFound")
    refused(ccadmin.api.put("/sites/other", {}), 404, "ResourceNotFound")


def test_there_is_one_default_site(ccadmin: Ccadmin):
    ccadmin.write("PUT", "/sites/siteB", {"default": True})
    assert [each["id"] for each in ccadmin.read("/sites")["items"] if each["default"]] == ["siteB"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": "a b"}, "key"),
        ({"id": "siteA"}, "id"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"host": "no host"}, "host"),
        ({"contextRoot": "shop"}, "contextRoot"),
        ({"currency": "US"}, "currency"),
        ({"country": "USA"}, "country"),
        ({"languages": "en"}, "languages"),
        ({"quantityMax": 0}, "quantityMax"),
        ({"inventoryMode": "Always"}, "inventoryMode"),
        ({"cartProvider": "ByCookie"}, "cartProvider"),
        ({"default": "yes"}, "default"),
        ({"unheardOf": 1}, "unheardOf"),
        ({"gateway": "a\0b"}, "gateway"),
    ],
)
def test_what_is_malformed_is_refused_and_nothing_is_stored(ccadmin: Ccadmin, change: dict[str, Any], field: str):
    before = ccadmin.everything()
    response = ccadmin.api.post("/sites", {**WHOLE, **change})
    assert (response.status_code, response.json()["o:errorPath"]) == (400, field), response.text
    assert ccadmin.everything() == before


@pytest.mark.parametrize("field", ["priceGroup", "stockLocation", "taxCategory"])
def test_what_a_site_names_has_to_exist(ccadmin: Ccadmin, field: str):
    refused(ccadmin.api.post("/sites", {**WHOLE, field: "nothing"}), 400, "ReferencedResourceNotFound", key="nothing")
    refused(ccadmin.api.put("/sites/siteA", {field: "nothing"}), 400, "ReferencedResourceNotFound", key="nothing")
    assert ccadmin.read("/publishing/changes")["items"] == []


def test_a_site_in_a_group_is_not_deleted(ccadmin: Ccadmin):
    before = ccadmin.everything()
    refused(ccadmin.api.delete("/sites/siteA"), 400, "ReferenceExists", referencedBy="site-group")
    assert ccadmin.everything() == before
    response = ccadmin.api.delete("/sites/siteD")
    assert (response.status_code, response.content) == (204, b"")
    refused(ccadmin.api.get("/sites/siteD"), 404, "ResourceNotFound")
    refused(ccadmin.api.delete("/sites/siteD"), 404, "ResourceNotFound")


def test_sites_are_listed_found_and_paged(ccadmin: Ccadmin):
    page = ccadmin.read("/sites/", q='host co "EXAMPLE" and not (id eq "siteD")', limit=2)
    assert [each["id"] for each in page["items"]] == ["siteA", "siteB"]
    assert (page["total"], page["limit"]) == (3, 2)
    refused(ccadmin.api.get("/sites", params={"q": 'gateway eq "gwA"'}), 400, "InvalidInput")
    assert ccadmin.api.request("HEAD", "/sites/siteA").status_code == 200
