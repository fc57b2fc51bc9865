"""Every route with everything that could be wrong: an answer in the documented shape, and never a 5xx."""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from handcart.api.routes import route_table
from tests.api.desk import Desk
from tests.builders import NO_ID, US_ADDRESS, add, open_cart
from tests.client import Api
from tests.conftest import Project
from tests.database import Sql, Template

EVERY = [f"{route.method} {route.pattern}" for route in route_table().routes]
FOR_STAFF = {route.pattern for route in route_table().routes if route.permission.value.is_for_staff}
STREAMS = {route.pattern for route in route_table().routes if route.takes_query_token}
ROUTES = [
    each for each in EVERY if each.replace("/in-store/key={storeKey}", "") not in EVERY or "/in-store" not in each
]
"""Those in a store are the same functions, so one of the two is enough."""

WRITES = [each for each in ROUTES if each.startswith(("POST", "PUT")) and not re.search("/oauth", each)]

NAMES = ["\0", "a\0b", "é", "\ud7ff", "x" * 3000, "%", "'; --", "..", NO_ID, "0", "-1", "{id}"]

VALUES: list[Any] = [None, True, 0, -1, 10**30, 1.5, "", "\0", "x" * 5000, [], [None], [[[]]], {}, {"a": {}}, "🛒"]

FEWER: list[Any] = [True, 10**30, "\0", "x" * 5000, [None], {"a": {}}]

BODIES = [b"", b"null", b"[]", b"{}", b'"x"', b"{", b"\xff", b'{"\\u0000": 1}', b'{"a":' + b"[" * 2000, b"[" * 50_000]

FIELDS = """version actions id key email password name currency store stores customerId anonymousId anonymousCart
anonymousCartId anonymousCartSignInMode lineItems customLineItems cart orderNumber expectedTotal reference tokenValue
newPassword currentPassword ttlMinutes addresses country zoneRates rates locations languages countries sku prices
quantityOnStock supplyChannel roles resourceTypeIds fieldDefinitions groupName masterVariant productType slug publish
taxCategory custom shippingAddress locale planHash strategy cartIds keep mergeMode shipTo businessUnit sites sharedCart
value description attributes host contextRoot origin toSite cartId note reason deskId""".split()

QUERIES: list[dict[str, str]] = [
    {"where": "id ="},
    {"where": 'id = "\0"'},
    {"where": "(" * 2000 + "id" + ")" * 2000},
    {"where": "not " * 3000 + 'id = "x"'},
    {"where": 'id in ("' + '","'.join("x" * 20 for _ in range(500)) + '")'},
    {"where": "id = :x", "var.x": "\0"},
    {"where": "id = :missing"},
    {"where": 'key = "' + "x" * 4000 + '"'},
    {"where": 'createdAt > "yesterday"'},
    {"where": 'createdAt > "0001-01-01T00:00:00+23:59"'},
    {"where": "version = 99999999999999999999999999"},
    {"sort": "nothing asc"},
    {"sort": "id sideways"},
    {"sort": "\0"},
    {"limit": "-1"},
    {"limit": "501"},
    {"limit": "x"},
    {"limit": "9" * 40},
    {"offset": "10001"},
    {"offset": "-1"},
    {"withTotal": "perhaps"},
    {"expand": "lineItems[*].."},
    {"expand": "x" * 4000},
    {"version": "9" * 30},
    {"version": "-1"},
    {"version": "1.5"},
    {"q": "\0"},
    {"q": "%" * 500},
    {"name": "\0"},
    {"shipTo": "\0"},
    {"country": "\0", "state": "\0", "currency": "\0"},
    {"cartId": "\0"},
    {"priceCurrency": "\0", "priceCountry": "\0", "priceChannel": "\0", "storeProjection": "\0"},
]


class Attacker:
    """Knows a project with something in it, and asks wrongly."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.cart = open_cart(project.customer(), "siteA", add("TEE"))
        self.admin = project.admin.outside()
        self.shopper = project.customer().outside()
        desk = Desk(project, "admin")
        desk.select("alice")
        self.staff = desk.agent.outside()

    def caller(self, pattern: str) -> Api:
        if pattern in FOR_STAFF:
            return self.staff
        return self.shopper if "/me" in pattern else self.admin

    def send(self, pattern: str, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """One request; of a stream that begins only the beginning is looked at."""
        if pattern not in STREAMS or method != "GET":
            return self.caller(pattern).request(method, path, body, **options)
        headers = {"Authorization": f"Bearer {self.caller(pattern).token}"}
        with self.project.http.stream(method, path, headers=headers, **options) as response:
            if response.headers["content-type"] != "text/event-stream":
                response.read()
            return response

    def path(self, pattern: str, **named: str) -> str:
        known = {"pk": self.project.key, "storeKey": "siteA", "id": self.cart["id"]}
        values = {**known, "customerId": self.project.customer_id("alice"), **named}
        return re.sub(r"\{(\w+)\}", lambda found: quote(values.get(found.group(1), "nothing"), safe=""), pattern)


@pytest.fixture(scope="module")
def attacker(template: Template, http: httpx.Client, sql: Sql) -> Attacker:
    return Attacker(Project(template.copy(), http, sql))


def check(response: httpx.Response, sent: object) -> None:
    if response.headers.get("content-type") == "text/event-stream":
        return
    asked = f"{response.request.method} {response.request.url} {str(sent)[:300]}"
    said = f"{asked} → {response.status_code} {response.text[:500]}"
    assert response.status_code < 500, said
    if response.status_code >= 400 and response.request.method != "HEAD":
        body = response.json()
        if response.request.url.path.startswith("/ccadmin"):
            # Oracle's error model has other names.
            assert body["message"], said
            return
        assert body["statusCode"] == response.status_code, said
        assert body["errors"], said
        assert body["errors"][0]["code"], said
        assert body["message"], said
        assert len(response.content) < 20_000, said


@pytest.mark.parametrize("route", [route for route in ROUTES if "{" in route.replace("{pk}", "")])
def test_strange_names_in_the_path(attacker: Attacker, route: str):
    method, pattern = route.split(" ")
    for parameter in re.findall(r"\{(\w+)\}", pattern):
        for name in NAMES:
            path = attacker.path(pattern, **{parameter: name})
            body = {"version": 1, "actions": []} if method in ("POST", "PUT") else None
            check(attacker.send(pattern, method, path, body), name)


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith(("POST", "PUT"))])
def test_strange_bodies(attacker: Attacker, route: str):
    method, pattern = route.split(" ")
    path = attacker.path(pattern)
    for body in BODIES:
        check(attacker.send(pattern, method, path, content=body), body)


@pytest.mark.parametrize("route", WRITES)
def test_strange_values_of_known_fields(attacker: Attacker, route: str):
    method, pattern = route.split(" ")
    path = attacker.path(pattern)
    whole = {"version": 1, "actions": [], "currency": "USD", "email": "x@example.com", "password": "pw"}
    for number, field in enumerate(FIELDS):
        for value in FEWER[number % 2 :: 2]:
            check(attacker.send(pattern, method, path, {**whole, field: value}), {field: value})


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.startswith("POST")])
def test_strange_queries(attacker: Attacker, route: str):
    method, pattern = route.split(" ")
    path = attacker.path(pattern)
    for query in QUERIES:
        check(attacker.send(pattern, method, path, params=query), query)
        if method == "GET":
            check(attacker.send(pattern, "HEAD", path, params=query), query)


def test_strange_fields_of_every_cart_action(attacker: Attacker):
    from handcart.domain.updates.apply import AnyCartAction

    path = attacker.path("/{pk}/in-store/key=siteA/carts/{id}")
    for each in AnyCartAction.__args__:
        for field in each.__struct_encode_fields__:
            for value in VALUES:
                action = {"action": each.__struct_config__.tag, field: value}
                named = {"lineItemId": attacker.cart["lineItems"][0]["id"], **action}
                for body in ({"version": 2, "actions": [action]}, {"version": 2, "actions": [named]}):
                    check(attacker.admin.request("POST", path, body), action)


def test_the_cart_survived_it(attacker: Attacker):
    draft = {"currency": "USD", "lineItems": [{"sku": "MUG"}], "shippingAddress": US_ADDRESS}
    cart = attacker.project.admin.in_store("siteA").create("/carts", draft)
    json.dumps(cart)
    assert attacker.project.broken_invariants() == []
