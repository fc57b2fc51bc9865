"""Querying collections over HTTP: where, sort, pages and expand, the same for every collection."""

from typing import Any

import pytest

from tests.builders import add, order, ship_to
from tests.client import Api, refused
from tests.conftest import Project

NOBODYS_ID = "00000000-0000-4000-8000-00000000dead"


def keys(api: Api, path: str, **parameters: Any) -> list[str]:
    """The keys of what a query finds, in the order of the answer."""
    return [each["key"] for each in api.read(path, params=parameters)["results"]]


@pytest.fixture
def carts(project: Project) -> dict[str, dict[str, Any]]:
    """Alice's carts on siteA and siteB, and a guest's without a store."""
    alice = project.customer_id("alice")
    drafts: dict[str, dict[str, Any]] = {
        "alice-a": {"customerId": alice, "store": {"typeId": "store", "key": "siteA"}},
        "alice-b": {"customerId": alice, "store": {"typeId": "store", "key": "siteB"}},
        "guest-1": {"anonymousId": "guest-of-the-query"},
    }
    return {
        key: project.backend.create("/carts", {"currency": "USD", "key": key, **draft}) for key, draft in drafts.items()
    }


def found(project: Project, where: str, **parameters: Any) -> list[str]:
    return keys(project.backend, "/carts", where=where, sort="key", **parameters)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('key = "alice-a"', ["alice-a"]),
        ('key in ("alice-a", "guest-1", "nothing")', ["alice-a", "guest-1"]),
        ('key > "alice-a" and key <= "guest-1"', ["alice-b", "guest-1"]),
        ('customerId = "{alice}"', ["alice-a", "alice-b"]),
        ('customerId != "{alice}"', ["guest-1"]),
        ('customerId in ("{alice}")', ["alice-a", "alice-b"]),
        ('not(customerId = "{alice}")', ["guest-1"]),
        ("customerId is defined", ["alice-a", "alice-b"]),
        ("customerId is not defined", ["guest-1"]),
        ('anonymousId = "guest-of-the-query"', ["guest-1"]),
        ('anonymousId = "{alice}"', []),
        ('customerId = "guest-of-the-query"', []),
        ('store(key = "siteB")', ["alice-b"]),
        ('store(key not in ("siteB"))', ["alice-a", "guest-1"]),
        ("store is not defined", ["guest-1"]),
        ('cartState = "Active"', ["alice-a", "alice-b", "guest-1"]),
        ('cartState != "Active"', []),
        ('key = "guest-1" or key = "alice-a" and cartState = "Ordered"', ["guest-1"]),
        ('(key = "guest-1" or key = "alice-a") and cartState = "Ordered"', []),
        ('id = "{id}"', ["alice-a"]),
        ('id in ("{id}", "{nobody}", "no-uuid")', ["alice-a"]),
        ('id = "no-uuid"', []),
        ('createdAt = "{at}" and id = "{id}"', ["alice-a"]),
        ('createdAt < "2020-01-01T00:00:00Z"', []),
        ('lastModifiedAt >= "2020-01-01T00:00:00+02:00"', ["alice-a", "alice-b", "guest-1"]),
        ("version = 1", ["alice-a", "alice-b", "guest-1"]),
        ("version > 1", []),
    ],
)
def test_carts_are_found(project: Project, carts: dict[str, Any], where: str, expected: list[str]):
    cart = carts["alice-a"]
    values = {"alice": cart["customerId"], "id": cart["id"], "at": cart["createdAt"], "nobody": NOBODYS_ID}
    for name, value in values.items():
        where = where.replace(f"{{{name}}}", value)
    assert found(project, where) == expected


def test_every_where_has_to_hold(project: Project, carts: dict[str, Any]):
    assert keys(project.backend, "/carts", where=['key != "alice-b"', "customerId is defined"]) == ["alice-a"]


def test_variables_stand_for_values(project: Project, carts: dict[str, Any]):
    parameters = {"var.k": ["alice-a", "guest-1"], "var.state": "Active", "var.v": "1"}
    assert found(project, "key in :k and cartState = :state and version = :v", **parameters) == ["alice-a", "guest-1"]


def test_a_value_is_never_more_than_a_value(project: Project, carts: dict[str, Any]):
    assert found(project, r'key = "x\" or \"a\" = \"a"') == []
    assert found(project, "key = :k", **{"var.k": "' OR '1'='1"}) == []
    assert len(found(project, "key is defined")) == 3


@pytest.mark.parametrize(
    "where",
    [
        'colour = "red"',
        'key = "a" and',
        "key = 1",
        'version = "1"',
        "version = 1.5",
        "version = 99999999999999999999",
        'createdAt > "yesterday"',
        'createdAt > "2026-01-01T00:00:00"',
        'customerId > "a"',
        'key contains any ("a")',
        'store = "siteA"',
        "key = :missing",
        'key = "\x00"',
        'lineItems(sku = "TEE")',
    ],
)
def test_a_predicate_that_makes_no_sense_is_refused(project: Project, carts: dict[str, Any], where: str):
    refused(project.backend.get("/carts", params={"where": where}), 400, "InvalidInput")
    refused(project.backend.get("/customers", params={"where": where}), 400, "InvalidInput")


@pytest.mark.parametrize("value", ["1e999999999", "-1e999999999", "9223372036854775808", "NaN", "Infinity", "0.5"])
def test_a_number_that_no_version_can_be_is_refused_at_once(project: Project, value: str):
    response = project.backend.get("/carts", params={"where": "version = :v", "var.v": value}, timeout=5)
    refused(response, 400, "InvalidInput")


def test_an_unknown_field_is_refused_with_its_position(project: Project):
    error = refused(
        project.backend.get("/carts", params={"where": 'key = "a" and colour = "red"'}), 400, "InvalidInput"
    )
    assert "colour" in error["message"]
    assert "at position 15" in error["message"]


def test_results_are_sorted(project: Project):
    assert keys(project.backend, "/customers", sort="email desc") == ["wade", "diane", "carol", "bob", "alice"]
    assert keys(project.backend, "/customers", sort=["version asc", "key desc"], limit=2) == ["wade", "diane"]
    ids = [each["id"] for each in project.backend.read("/customers")["results"]]
    assert ids == sorted(ids)
    for sort in ("colour", "email up", "store.key", "id; DROP TABLE carts"):
        refused(project.backend.get("/customers", params={"sort": sort}), 400, "InvalidInput")


def test_the_order_of_results_tells_staff_nothing_of_the_sessions_of_guests(project: Project):
    csr = project.staff("csr1")
    for _ in range(8):
        order(project.guest(), add("TEE"), ship_to())
    refused(csr.get("/orders", params={"sort": "anonymousId"}), 400, "InvalidInput")
    order(project.customer("bob"), add("TEE"), ship_to())
    by_customer = csr.read("/orders", params={"sort": "customerId"})["results"]
    assert by_customer[0]["customerId"] == project.customer_id("bob")
    guests = [each["id"] for each in by_customer[1:]]
    assert guests == sorted(guests)


def test_a_page_says_where_it_is(project: Project):
    def page(**parameters: Any) -> tuple[list[str], dict[str, Any]]:
        answer = project.backend.read("/customers", params={"sort": "key", **parameters})
        return [each["key"] for each in answer.pop("results")], answer

    everybody = ["alice", "bob", "carol", "diane", "wade"]
    assert page() == (everybody, {"limit": 20, "offset": 0, "count": 5, "total": 5})
    assert page(limit=2) == (everybody[:2], {"limit": 2, "offset": 0, "count": 2, "total": 5})
    assert page(limit=2, offset=4) == (everybody[4:], {"limit": 2, "offset": 4, "count": 1, "total": 5})
    assert page(limit=2, offset=9) == ([], {"limit": 2, "offset": 9, "count": 0, "total": 5})
    assert page(limit=0) == ([], {"limit": 0, "offset": 0, "count": 0, "total": 5})
    assert page(limit=2, withTotal="false") == (everybody[:2], {"limit": 2, "offset": 0, "count": 2})


@pytest.mark.parametrize("parameters", [{"limit": 501}, {"limit": -1}, {"offset": 10_001}, {"withTotal": "maybe"}])
def test_a_page_beyond_the_limits_is_refused(project: Project, parameters: dict[str, Any]):
    for path in ("/carts", "/customers", "/channels", "/stores"):
        refused(project.admin.get(path, params=parameters), 400, "InvalidInput")


def test_head_says_whether_anything_matches(project: Project):
    def status(where: str) -> int:
        return project.admin.request("HEAD", "/customers", params={"where": where}).status_code

    assert status('email = "alice@example.com"') == 200
    assert status('email = "nobody@example.com"') == 404
    assert status("email =") == 400
    assert project.admin.request("HEAD", "/customer-groups").status_code == 404


def test_an_email_address_is_found_however_it_is_written(project: Project):
    assert keys(project.backend, "/customers", where='email = "ALICE@Example.com"') == ["alice"]
    assert keys(project.backend, "/customers", where='email in ("Bob@example.com", "x@example.com")') == ["bob"]


def test_another_projects_things_are_not_found(project: Project, other_project: Project, carts: dict[str, Any]):
    cart_id = carts["alice-a"]["id"]
    where = f'id = "{cart_id}" or key is defined'
    assert other_project.backend.read("/carts", params={"where": where})["total"] == 0
    assert (
        len(other_project.admin.read("/customers", params={"where": 'key = "alice" or id is defined'})["results"]) == 5
    )


def test_a_where_cannot_reach_beyond_what_the_path_shows(project: Project, carts: dict[str, Any]):
    bob = project.customer("bob")
    for where in ("key is defined", 'key = "alice-a" or key = "guest-1"', "not(id is not defined)"):
        assert bob.read("/me/carts", params={"where": where})["results"] == []
    assert keys(project.customer("alice"), "/me/carts", where="id is defined", sort="key") == ["alice-a", "alice-b"]


def test_channels_are_found_by_role_and_methods_by_what_they_are(project: Project):
    admin = project.admin
    assert keys(admin, "/channels", where='roles contains any ("InventorySupply")', limit=1, sort="key") == ["stockA"]
    assert keys(admin, "/channels", where='roles contains all ("InventorySupply", "Primary")') == []
    assert keys(admin, "/shipping-methods", where='isDefault = true and name = "Standard"') == ["standard"]
    zone = admin.read("/tax-categories/key=standard")["id"]
    assert len(keys(admin, "/shipping-methods", where=f'taxCategory(id = "{zone}")')) == 3
    refused(admin.get("/zones", params={"where": "isDefault = true"}), 400, "InvalidInput")


def test_references_to_the_catalogue_are_expanded(project: Project):
    admin = project.admin
    zone, tax = admin.read("/zones/key=us"), admin.read("/tax-categories/key=standard")
    plain = admin.read("/shipping-methods/key=standard")
    expand = ["zoneRates[0].zone", "taxCategory"]
    method = admin.read("/shipping-methods/key=standard", params={"expand": expand})
    assert method["taxCategory"] == {**plain["taxCategory"], "obj": tax}
    assert method["zoneRates"][0]["zone"] == {**plain["zoneRates"][0]["zone"], "obj": zone}
    assert method["zoneRates"][1] == plain["zoneRates"][1]
    page = admin.read("/shipping-methods", params={"expand": "zoneRates[*].zone"})
    assert all("obj" in each["zone"] for result in page["results"] for each in result["zoneRates"])
    assert admin.read("/shipping-methods/key=standard") == plain


def test_a_path_that_leads_nowhere_expands_nothing(project: Project):
    plain = project.admin.read("/stores/key=siteA")
    for expand in ("custom.type", "nothing", "name.en", "distributionChannels[7]", "obj", "languages[*].x"):
        assert project.admin.read("/stores/key=siteA", params={"expand": expand}) == plain
    refused(project.admin.get("/stores/key=siteA", params={"expand": "a..b"}), 400, "InvalidInput")


@pytest.mark.parametrize("index", ["7", "²", "9" * 5000])
def test_an_element_that_no_list_has_expands_nothing(project: Project, index: str):
    method = project.admin.read("/shipping-methods/key=standard")
    for path in (f"zoneRates.{index}.zone", f"zoneRates[{index}].zone"):
        response = project.admin.get("/shipping-methods/key=standard", params={"expand": path})
        assert response.status_code in (200, 400), response.text
        assert response.json() == method if response.status_code == 200 else "expand" in response.text
