"""What shoppers see of products: prices as selected or of the site, stock, and the search of a site."""

from typing import Any

import pytest

from tests.api.test_products import draft, usd
from tests.client import refused
from tests.conftest import Project


def channel(project: Project, key: str) -> str:
    return project.admin.read(f"/channels/key={key}")["id"]


def price_of(projection: dict[str, Any]) -> int | None:
    price = projection["masterVariant"].get("price")
    return price["value"]["centAmount"] if price else None


def test_a_projection_is_the_current_face_and_staged_the_other(project: Project) -> None:
    product = project.admin.create("/products", draft(description={"en": "Light"}))
    product = project.admin.update("/products", product, {"action": "changeName", "name": {"en": "Felt Hat"}})
    current = project.admin.read("/product-projections/key=hat")
    assert current["name"] == {"en": "Straw Hat"}
    assert (current["id"], current["version"], current["published"]) == (product["id"], 2, True)
    assert (current["description"], current["hasStagedChanges"]) == ({"en": "Light"}, True)
    assert "price" not in current["masterVariant"]
    staged = project.admin.read(f"/product-projections/{product['id']}?staged=true")
    assert staged["name"] == {"en": "Felt Hat"}
    refused(project.admin.get("/product-projections/key=hat?staged=maybe"), 400, "InvalidField", field="staged")


def test_s4_15_a_site_shows_its_own_price(project: Project) -> None:
    shopper = project.guest()
    seen = {site: shopper.in_store(site).read("/product-projections/key=TEE") for site in ("siteA", "siteB", "siteM")}
    assert {site: price_of(each) for site, each in seen.items()} == {"siteA": 2500, "siteB": 5000, "siteM": 48000}
    assert seen["siteM"]["masterVariant"]["price"]["value"]["currencyCode"] == "MXN"
    by_id = shopper.in_store("siteB").read(f"/product-projections/{seen['siteB']['id']}")
    assert by_id == seen["siteB"]


def test_s4_22_another_site_s_price_is_never_shown(project: Project) -> None:
    shopper = project.guest()
    assert price_of(shopper.in_store("siteA").read("/product-projections/key=NOLIST")) == 1200
    assert price_of(shopper.in_store("siteB").read("/product-projections/key=NOLIST")) is None
    assert price_of(shopper.in_store("siteB").read("/product-projections/key=MUG")) == 800


def test_a_price_is_selected_by_currency_country_and_channel(project: Project) -> None:
    prices = [
        {"value": {"currencyCode": "USD", "centAmount": 1000}},
        {"value": {"currencyCode": "USD", "centAmount": 1100}, "country": "DE"},
        {"value": {"currencyCode": "USD", "centAmount": 1200}, "channel": {"typeId": "channel", "key": "pgB"}},
        {"value": {"currencyCode": "USD", "centAmount": 1300}, "validUntil": "2020-01-01T00:00:00Z"},
    ]
    project.admin.create("/products", draft(masterVariant={"sku": "HAT", "prices": prices}))
    path = "/product-projections/key=hat"
    for parameters, expected in (
        ({}, None),
        ({"priceCurrency": "USD"}, 1000),
        ({"priceCurrency": "USD", "priceCountry": "DE"}, 1100),
        ({"priceCurrency": "USD", "priceCountry": "DE", "priceChannel": channel(project, "pgB")}, 1200),
        ({"priceCurrency": "EUR"}, None),
    ):
        assert price_of(project.admin.read(path, params=parameters)) == expected
    refused(project.admin.get(path, params={"priceCountry": "DE"}), 400, "InvalidInput")
    refused(project.admin.get(path, params={"priceCurrency": "dollars"}), 400, "InvalidInput")


def test_a_variant_says_what_is_on_stock_and_where(project: Project) -> None:
    mug = project.guest().read("/product-projections/key=MUG")
    channels = mug["masterVariant"]["availability"]["channels"]
    assert channels[channel(project, "store107")]["availableQuantity"] == 5
    assert channels[channel(project, "store107")]["isOnStock"] is True
    project.admin.create("/products", draft())
    assert "availability" not in project.guest().read("/product-projections/key=hat")["masterVariant"]
    project.admin.create("/inventory", {"sku": "HAT", "quantityOnStock": 0})
    found = project.guest().read("/product-projections/key=hat")["masterVariant"]["availability"]
    assert (found["isOnStock"], found["availableQuantity"]) == (False, 0)


def test_projections_are_queried_published_ones_only(project: Project) -> None:
    project.admin.create("/products", draft(publish=False))
    page = project.guest().read("/product-projections", params={"limit": 100})
    assert page["total"] == page["count"]
    keys = {each["key"] for each in page["results"]}
    assert {"TEE", "SHIRT", "MUG", "NOLIST", "PEN"} <= keys
    assert "hat" not in keys
    staged = project.admin.read("/product-projections", params={"staged": "true", "where": 'key = "hat"'})
    assert [each["published"] for each in staged["results"]] == [False]
    where = {"where": 'masterVariant(sku = "TEE")', "priceCurrency": "MXN", "priceChannel": channel(project, "pgM")}
    (tee,) = project.guest().read("/product-projections", params=where)["results"]
    assert price_of(tee) == 48000


@pytest.mark.parametrize("query", ["ruffles", "RUFFLES white", "shirt", "SHI"])
def test_s2_27_a_product_is_found_by_words_of_its_name_or_sku(project: Project, query: str) -> None:
    page = project.staff("csr1").in_store("siteB").read("/product-search", params={"q": query})
    (found,) = page["results"]
    assert (page["total"], found["sku"], found["name"]["en-US"]) == (1, "SHIRT", "White Shirt with Ruffles")
    assert (found["price"]["value"], found["availableQuantity"]) == (usd(3300), 100)


def test_a_search_finds_what_is_on_offer_and_nothing_else(project: Project) -> None:
    shop = project.guest().in_store("siteA")

    def found(query: str) -> list[str]:
        return [each["sku"] for each in shop.read("/product-search", params={"q": query})["results"]]

    product = project.admin.create(
        "/products",
        draft(
            name={"en": "Café Hat 100%"},
            variants=[{"sku": "HAT_L", "prices": [{"value": {"currencyCode": "USD", "centAmount": 1}}]}],
            searchKeywords={"en": [{"text": "sunshine"}]},
        ),
    )
    assert found("cafe hat") == ["HAT", "HAT_L"]
    assert found("100%") == ["HAT", "HAT_L"]
    assert found("t_l") == ["HAT_L"]
    assert found("sunshine") == ["HAT", "HAT_L"]
    assert found("hat mug") == []
    staged = project.admin.update("/products", product, {"action": "changeName", "name": {"en": "Beret"}})
    assert found("beret") == []
    hidden = project.admin.update("/products", staged, {"action": "publish"}, {"action": "unpublish"})
    assert hidden["masterData"]["current"]["name"] == {"en": "Beret"}
    assert found("beret") == found("hat") == []


def test_a_search_is_paged(project: Project) -> None:
    shop = project.guest().in_store("siteA")
    whole = shop.read("/product-search", params={"limit": 100})
    pages = [shop.read("/product-search", params={"limit": 2, "offset": offset}) for offset in (0, 2, 100)]
    assert [page["total"] for page in pages] == [whole["total"]] * 3
    assert pages[0]["results"] + pages[1]["results"] == whole["results"][:4]
    assert pages[2]["results"] == []


def test_a_search_needs_a_site_that_exists(project: Project) -> None:
    refused(project.guest().in_store("nowhere").get("/product-search"), 404, "ResourceNotFound")
