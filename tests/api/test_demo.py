"""The demo project, as `make demo` loads it: its carts are made by the decisions of the API, once, and fit together."""

import json
import runpy
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from handcart import wiring
from handcart.actions.admin.load_project_file import load_project_file
from handcart.domain.permissions import ROLE_BEHAVIOURS
from handcart.domain.project_file import ProjectFileError
from handcart.store.passwords import LEAST_COST, Passwords
from tests.client import Api, refused
from tests.database import Sql
from tests.project import Project

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DEMO = json.loads((EXAMPLES / "demo.json").read_bytes())
TABLES = "carts orders events inventory customers products resources loaded_entries"

ORDERED = "priya-first priya-second jonas-order olive-order heron-cafes-coffee june-collects wanda-order".split()


async def _load(url: str, file: dict[str, Any]) -> dict[str, int]:
    passwords = Passwords(cost=LEAST_COST)
    stores = replace(wiring.stores_on(url), passwords=passwords)
    await stores.database.open()
    try:
        counts = await load_project_file(stores, json.dumps(file, indent=1).encode(), lambda *_: None)
        return {section: count for section, count in counts.items() if count}
    finally:
        await stores.database.close()
        passwords.close()


class Demo(Project):
    """The demo under a key of its own."""

    def __init__(self, key: str, http: httpx.Client, sql: Sql) -> None:
        super().__init__(key, http, sql)
        self.file = json.loads(json.dumps(DEMO))
        self.file["project"]["key"] = key

    def load(self) -> dict[str, int]:
        """What changed, by section, without the zeros."""
        return self.sql.run(_load(self.sql.url, self.file))

    def cart(self, key: str, *, site: str | None = None) -> dict[str, Any]:
        """A cart as an administrator sees it, on a site or as last priced."""
        caller = self.admin.in_store(site) if site is not None else self.admin
        return caller.read(f"/carts/key={key}")

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that a load may write."""
        query = "SELECT * FROM {} t WHERE project = $1 ORDER BY t::text"
        return {table: self.sql.rows(query.format(table), self.key) for table in TABLES.split()}


@pytest.fixture(scope="module")
def make_demo(http: httpx.Client, sql: Sql) -> Callable[[], Demo]:
    def make() -> Demo:
        demo = Demo(f"demo-{secrets.token_hex(4)}", http, sql)
        demo.load()
        return demo

    return make


@pytest.fixture(scope="module")
def demo(make_demo: Callable[[], Demo]) -> Demo:
    """Loaded once, for tests that change nothing."""
    return make_demo()


def test_the_file_is_what_its_program_writes() -> None:
    made = runpy.run_path(str(EXAMPLES / "make_demo.py"))
    products, stock = made["products_and_stock"]()
    written = made["written"]({**DEMO, "products": products, "inventory": stock})
    assert (EXAMPLES / "demo.json").read_text(encoding="utf-8") == written + "\n"


def test_there_is_enough_of_everything() -> None:
    counts = {name: len(entries) for name, entries in DEMO.items() if isinstance(entries, list)}
    assert 140 <= counts["products"] <= 160
    assert (counts["customers"], counts["businessUnits"], counts["sites"]) == (15, 2, 3)
    assert {role for each in DEMO["staff"] for role in each["roles"]} == set(ROLE_BEHAVIOURS)
    assert {each["email"].partition("@")[2] for each in DEMO["customers"]} == {"example.com"}
    currencies = {price["value"]["currencyCode"] for each in DEMO["products"] for price in _prices_of(each)}
    assert currencies == {"USD", "EUR"}
    assert any("discounted" in price for each in DEMO["products"] for price in _prices_of(each))
    places = {each["supplyChannel"]["key"] for each in DEMO["inventory"] if each["quantityOnStock"]}
    assert places == {"stock-birch", "stock-saltmarsh", "stock-inkwell", "pier-7"}


def _prices_of(product: dict[str, Any]) -> list[dict[str, Any]]:
    return [price for each in (product["masterVariant"], *product.get("variants", ())) for price in each["prices"]]


def test_the_demo_breaks_no_invariant(demo: Demo) -> None:
    assert demo.broken_invariants() == []


def test_the_guest_of_the_demo_finds_a_full_cart_in_both_currencies(demo: Demo) -> None:
    guest = demo.guest("guest-on-the-pier")
    cart = guest.in_store("siteA").read("/me/current-cart")
    assert [each["variant"]["sku"] for each in cart["lineItems"]] == (
        "KETTLE DRIPPER BEANS GRINDER MUG FILTERS-LARGE LANTERN LANDFALL-250G CANDLE".split()
    )
    on_sale = next(each for each in cart["lineItems"] if each["variant"]["sku"] == "GRINDER")
    assert on_sale["totalPrice"]["centAmount"] == 7900
    assert (cart["version"], cart["totalPrice"]["currencyCode"]) == (10, "USD")
    there = guest.in_store("siteB").read("/me/current-cart")
    assert (there["id"], there["totalPrice"]["currencyCode"]) == (cart["id"], "EUR")


def test_the_people_of_the_walkthrough_have_nothing_yet(demo: Demo) -> None:
    for key in ("nora", "hilde", "tomasz"):
        for site in ("siteA", "siteB", "siteC"):
            refused(demo.customer(key).in_store(site).get("/me/current-cart"), 404, "ResourceNotFound")


@pytest.mark.parametrize(("key", "site"), [("ida", "siteA"), ("bruno", "siteB"), ("greta", "siteB")])
def test_three_customers_wait_for_an_agent(demo: Demo, key: str, site: str) -> None:
    cart = demo.customer(key).in_store(site).read("/me/current-cart")
    assert cart["cartState"] == "Active"
    assert cart["lineItems"]


def test_a_cart_has_lines_from_both_sites(demo: Demo) -> None:
    cart = demo.cart("bruno-on-both-sites", site="siteA")
    assert [each["siteId"] for each in cart["lineItems"]] == ["siteA", "siteA", "siteB", "siteB"]
    assert (cart["siteId"], cart["createSiteId"], cart["totalPrice"]["currencyCode"]) == ("siteB", "siteA", "USD")


def test_a_cart_is_in_checkout_and_one_is_frozen(demo: Demo) -> None:
    assert demo.cart("greta-in-checkout")["checkout"]["siteId"] == "siteB"
    assert demo.cart("casper-frozen")["cartState"] == "Frozen"


def test_a_company_pays_its_own_prices(demo: Demo) -> None:
    cart = demo.cart("gull-hotels-winter")
    coffee = cart["lineItems"][0]
    assert coffee["price"]["customerGroup"]["typeId"] == "customer-group"
    assert (cart["businessUnit"]["key"], cart["shipTo"]) == ("gull-hotels", "lighthouse")
    assert cart["purchaseOrderNumber"] == "GH-2207"


def test_a_line_has_no_price_on_the_other_site(demo: Demo) -> None:
    def errors(site: str) -> list[str | None]:
        lines = demo.cart("wanda-without-a-price", site=site)["lineItems"]
        return [each.get("pricingError", {}).get("sku") for each in lines]

    assert errors("siteA") == [None, None]
    assert errors("siteB") == ["BELL", None]


def test_a_cart_asks_for_more_than_there_is(demo: Demo) -> None:
    cart, before = demo.cart("june-too-many"), demo.counts()
    draft = {"id": cart["id"], "version": cart["version"]}
    error = refused(demo.customer("june").in_store("siteA").post("/me/orders", draft), 400, "OutOfStock")
    assert "SIPHON" in json.dumps(error)
    assert demo.counts() == before


def test_what_was_ordered_is_ordered_and_out_of_stock(demo: Demo) -> None:
    orders = demo.admin.read("/orders?limit=100")["results"]
    assert len(orders) == len(ORDERED)
    assert {each["orderState"] for each in orders} == {"Open"}
    assert {demo.cart(key)["cartState"] for key in ORDERED} == {"Ordered"}
    assert len({each["orderNumber"] for each in orders}) == len(orders)
    assert (demo.stock("BEANS", "pier-7"), demo.stock("PEN", "stock-inkwell")) == (10, 59)
    assert demo.stock("KETTLE", "stock-birch") == 40  # the walkthrough counts on it
    priya = demo.customer("priya").in_store("siteA").read("/me/orders")
    assert priya["count"] == 2


def test_every_step_of_a_cart_is_in_its_history(demo: Demo) -> None:
    cart = demo.cart("bruno-on-both-sites")
    events = demo.admin.read(f"/carts/{cart['id']}/history")["results"]
    assert [(each["kind"], each["siteId"]) for each in events] == [
        ("CartChanged", "siteB"),
        ("CartChanged", "siteA"),
        ("CartCreated", "siteA"),
    ]


def test_loading_it_again_changes_nothing(make_demo: Callable[[], Demo]) -> None:
    demo = make_demo()
    before = demo.rows()
    assert demo.load() == {}
    assert demo.rows() == before


def test_a_cart_is_left_alone_once_it_is_there(make_demo: Callable[[], Demo]) -> None:
    demo = make_demo()
    ida: Api = demo.customer("ida").in_store("siteA")
    cart = ida.read("/me/current-cart")
    changed = ida.change_my_cart(cart, {"action": "removeLineItem", "lineItemId": cart["lineItems"][0]["id"]})
    entry = next(each for each in demo.file["carts"] if each["key"] == "ida-half-way")
    entry["actions"].append({"action": "addLineItem", "sku": "MUG"})
    demo.file["carts"].append({"key": "ida-later", "site": "siteC", "customer": "ida"})
    assert demo.load() == {"carts": 1}
    assert ida.read("/me/current-cart") == changed
    assert demo.cart("ida-later")["lineItems"] == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"site": "siteA"}, "A cart has either a customer or an anonymousId."),
        (
            {"site": "siteA", "customer": "ida", "anonymousId": "x"},
            "A cart has either a customer or an anonymousId.",
        ),
        ({"site": "siteA", "customer": "nobody"}, "There is no customer nobody."),
        ({"site": "siteX", "customer": "ida"}, "There is no store siteX."),
        ({"site": "siteA", "customer": "ida", "businessUnit": "x-corp"}, "There is no business-unit x-corp."),
        ({"site": "siteA", "customer": "ida", "order": True}, "A cart without line items cannot be ordered or frozen."),
        ({"site": "siteA", "customer": "ida", "actions": [{"action": "addLineItem", "sku": "NONE"}]}, "SKU 'NONE'"),
    ],
)
def test_a_cart_that_is_refused_loads_nothing_at_all(demo: Demo, entry: dict[str, Any], problem: str) -> None:
    before, file = demo.rows(), demo.file
    try:
        demo.file = json.loads(json.dumps(file))
        demo.file["channels"][0]["name"] = {"en-US": "Changed"}
        demo.file["carts"].append({"key": "refused", **entry})
        with pytest.raises(ProjectFileError) as caught:
            demo.load()
    finally:
        demo.file = file
    assert caught.value.path == f"$.carts[{len(file['carts'])}]"
    assert problem in caught.value.problem
    assert demo.rows() == before
