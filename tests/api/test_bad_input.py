"""Whatever a client sends, it gets the documented refusal, and nothing has changed."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.builders import NO_ID, US_ADDRESS, action, add, amount, change_quantity, money, open_cart, skus
from tests.client import ok, refused
from tests.conftest import Project

DEEP = 100_000


def post_raw(project: Project, path: str, content: bytes) -> httpx.Response:
    return project.admin.in_store("siteA").post(path, content=content)


def wrong(project: Project, content: bytes | dict[str, Any], code: str, **extra: Any) -> Any:
    """Refuses the body on an update, and shows that nothing changed."""
    cart = open_cart(project.customer(), "siteA", add("TEE", 2))
    before, counts = project.cart_row(cart["id"]), project.counts()
    if isinstance(content, dict):
        content = json.dumps(content).encode()
    content = content.replace(b"$version", str(cart["version"]).encode())
    content = content.replace(b"$line", cart["lineItems"][0]["id"].encode())
    error = refused(post_raw(project, f"/carts/{cart['id']}", content), 400, code, **extra)
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    return error


MALFORMED = {
    "nothing": b"",
    "blank": b"  ",
    "text": b"hello",
    "half": b'{"version": 1, "actions": [',
    "two": b"{}{}",
    "array": b"[]",
    "null": b"null",
    "number": b"7",
    "single quotes": b"{'version': 1}",
    "trailing comma": b'{"version": 1,}',
    "bad UTF-8": b'{"version": 1, "actions": [{"action": "setCustomerEmail", "email": "\xff\xfe"}]}',
    "bad UTF-8 in a name": b'{"vers\xc3": 1}',
    "overlong UTF-8": b'{"version": 1, "actions": [{"action": "setCustomerEmail", "email": "\xc0\xaf"}]}',
    "control character": b'{"version": 1, "actions": [{"action": "setCustomerEmail", "email": "a\nb"}]}',
    "UTF-16": '{"version": 1}'.encode("utf-16"),
    "NaN": b'{"version": NaN, "actions": []}',
    "deep arrays": b"[" * DEEP,
    "deep arrays in place": b'{"version": 1, "actions": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "wrong, then malformed": b'{"version": "x", "actions": [',
    "wrong, then bad UTF-8": b'{"version": "x", "actions": "\xff"}',
    "unknown, then malformed": b'{"unknown": 1, "actions": [',
    "unknown, then deep": b'{"unknown": ' + b"[" * DEEP + b"]" * DEEP + b"}",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_json_is_refused(project: Project, name: str):
    cart = open_cart(project.customer(), "siteA", add("TEE", 2))
    before = project.cart_row(cart["id"])
    for path in (f"/carts/{cart['id']}", "/carts", "/orders"):
        response = post_raw(project, path, MALFORMED[name])
        assert response.status_code == 400, response.text
        assert response.json()["errors"][0]["code"] in ("InvalidJsonInput", "InvalidField", "RequiredField")
    assert project.cart_row(cart["id"]) == before


def with_action(**fields: Any) -> bytes:
    return json.dumps({"actions": [{"action": "addLineItem", "sku": "TEE", **fields}]}).encode()


WRONG = {
    "no actions": ({"version": 1}, "RequiredField", {"field": "actions"}),
    "no list": ({"version": 1, "actions": {}}, "InvalidField", {"field": "actions"}),
    "no object": ({"version": 1, "actions": [1]}, "InvalidField", {"field": "actions[0]"}),
    "unknown field": ({"version": 1, "actions": [], "x": 1}, "InvalidField", {"field": "x", "invalidValue": 1}),
    "unknown field of an action": (with_action(x=1), "InvalidField", {"field": "actions[0].x"}),
    "no action": ({"actions": [{"sku": "TEE"}]}, "RequiredField", {"field": "actions[0].action"}),
    "unknown action": ({"actions": [action("buyAll")]}, "InvalidField", {"field": "actions[0].action"}),
    "action in another case": ({"actions": [action("AddLineItem")]}, "InvalidField", {"invalidValue": "AddLineItem"}),
    "action that is no text": ({"actions": [{"action": 7}]}, "InvalidField", {"field": "actions[0].action"}),
    "quantity as text": (with_action(quantity="2"), "InvalidField", {"field": "actions[0].quantity"}),
    "quantity as fraction": (with_action(quantity=1.5), "InvalidField", {"field": "actions[0].quantity"}),
    "quantity as truth": (with_action(quantity=True), "InvalidField", {"field": "actions[0].quantity"}),
    "quantity below": (with_action(quantity=-1), "InvalidField", {"field": "quantity"}),
    "SKU as number": ({"actions": [action("addLineItem", sku=7)]}, "InvalidField", {"field": "actions[0].sku"}),
    "version as text": ({"version": "1", "actions": []}, "InvalidField", {"field": "version"}),
    "version as fraction": ({"version": 1.5, "actions": []}, "InvalidField", {"field": "version"}),
    "no quantity": (
        {"version": 2, "actions": [action("changeLineItemQuantity", lineItemId="$line")]},
        "RequiredField",
        {"field": "actions[0].quantity"},
    ),
    "when it was added": (with_action(addedAt="yesterday"), "InvalidField", {"field": "addedAt"}),
    "key of a line": (with_action(key="no key!"), "InvalidField", {"field": "key"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_place(project: Project, name: str):
    body, code, extra = WRONG[name]
    wrong(project, body, code, **extra)


@pytest.mark.parametrize("number", [10**6, 2**31, 2**53, 2**63, 2**64, 10**30, -(10**30)])
def test_a_huge_quantity_is_refused(project: Project, number: int):
    cart = open_cart(project.customer(), "siteA", add("TEE", 2))
    before = project.cart_row(cart["id"])
    update = {"version": cart["version"], "actions": [change_quantity(cart["lineItems"][0], number)]}
    response = project.admin.post(f"/carts/{cart['id']}", update)
    assert response.status_code == 400, response.text
    assert response.json()["errors"][0]["code"] in ("InvalidOperation", "InvalidField", "InvalidJsonInput")
    response = project.admin.post(f"/carts/{cart['id']}", {"actions": [add("TEE", number)]})
    assert response.status_code == 400, response.text
    assert project.cart_row(cart["id"]) == before


@pytest.mark.parametrize("cents", [2**53, -(2**53), 2**63, 10**30])
def test_an_amount_that_a_client_could_not_read_is_refused(project: Project, cents: int):
    cart = open_cart(project.customer(), "siteA", add("TEE", 2))
    before = project.cart_row(cart["id"])
    for wanted in (
        add("TEE", externalPrice=amount(cents)),
        action("addCustomLineItem", name={"en": "x"}, slug="x", money=amount(cents)),
    ):
        response = project.admin.post(f"/carts/{cart['id']}", {"version": cart["version"], "actions": [wanted]})
        assert response.status_code == 400, response.text
        assert response.json()["errors"][0]["code"] in ("MoneyOverflow", "InvalidField")
    assert project.cart_row(cart["id"]) == before


def test_amounts_that_multiply_beyond_what_a_client_could_read_are_refused(project: Project):
    cart = open_cart(project.customer(), "siteA", add("TEE", 2))
    before = project.cart_row(cart["id"])
    for wanted in (
        [add("TEE", 999_999, externalPrice=amount(2**53 - 1))],
        [add("TEE", externalPrice=amount(2**53 - 1)), add("TEE", externalPrice=amount(2**53 - 1))],
        [action("addCustomLineItem", name={"en": "x"}, slug="x", money=amount(2**52), quantity=3)],
    ):
        response = project.admin.post(f"/carts/{cart['id']}", {"version": cart["version"], "actions": wanted})
        refused(response, 400, "MoneyOverflow")
    assert project.cart_row(cart["id"]) == before


TEXTS = {
    "NUL": "a\x00b",
    "emoji": "🛒",
    "right to left": "مرحبا",
    "quotes": "\"';--\\",
    "markup": "<script>alert(1)</script>",
    "line separator": "\u2028",
    "long": "x" * 100_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_is_kept_as_it_is_or_refused(project: Project, name: str):
    text = TEXTS[name]
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    path = f"/me/carts/{cart['id']}"
    body = {"actions": [action("setShippingAddress", address={**US_ADDRESS, "streetName": text})]}
    response = project.customer().post(path, body)
    if response.status_code == 200:
        assert project.customer().read(path)["shippingAddress"]["streetName"] == text
    else:
        refused(response, 400, response.json()["errors"][0]["code"])
    assert project.broken_invariants() == []


@pytest.mark.parametrize("text", [r"\ud800", r"\udc00\ud800", r"\ud83d"])
def test_half_a_character_is_refused(project: Project, text: str):
    for body in ('{"actions": [{"action": "setCustomerEmail", "email": "$"}]}', '{"actions": [], "$": 1}'):
        wrong(project, body.replace("$", text).encode(), "InvalidJsonInput")


INDEXED = {
    "anonymousId": ("/carts", {"currency": "USD"}),
    "customerId": ("/carts", {"currency": "USD"}),
    "key": ("/carts", {"currency": "USD"}),
    "name": ("/me/current-cart", {}),
    "shipTo": ("/me/current-cart", {}),
    "orderNumber": ("/orders", {}),
}


@pytest.mark.parametrize("text", ["a\x00b", "", "x" * 300, "🛒" * 20_000], ids=["NUL", "empty", "300", "long"])
@pytest.mark.parametrize("field", INDEXED)
def test_names_that_a_row_is_found_by_are_kept_or_refused(project: Project, field: str, text: str):
    path, body = INDEXED[field]
    body = {**body, field: text}
    caller = project.admin
    if field == "orderNumber":
        draft = {"currency": "USD", "lineItems": [{"sku": "TEE"}], "shippingAddress": US_ADDRESS}
        cart = project.admin.in_store("siteA").create("/carts", draft)
        body |= {"id": cart["id"], "version": cart["version"]}
    if path.startswith("/me"):
        caller = project.customer()
    response = caller.in_store("siteA").post(path, body)
    assert response.status_code in (201, 400), response.text
    if response.status_code == 400:
        refused(response, 400, response.json()["errors"][0]["code"])
    assert project.broken_invariants() == []


@pytest.mark.parametrize("depth", [100, 900, 950, 970, 980, 990, 1000, 2000])
def test_a_deep_value_for_a_field_is_refused(project: Project, depth: int):
    value = b"[" * depth + b"]" * depth
    fields = b'{"actions": [{"action": "setCustomType", "type": {"key": "notes"}, "fields": {"PoNumber": $}}]}'
    path = f"/carts/{open_cart(project.customer())['id']}"
    assert post_raw(project, path, fields.replace(b"$", value)).status_code == 400
    for body in (b'{"currency": "USD", "unknown": $}', b'{"currency": $}', b'{"currency": "USD", "discountCodes": $}'):
        assert post_raw(project, "/carts", body.replace(b"$", value)).status_code == 400
    assert project.counts()["carts"] == 1


@pytest.mark.parametrize("currency", ["EUR", "MXN", "usd", "US", "DOLLAR", "", "U$D", "ÜSD"])
def test_a_currency_that_the_site_does_not_sell_in_is_refused(project: Project, currency: str):
    response = project.customer().in_store("siteA").post("/me/carts", {"currency": currency})
    refused(response, 400, "InvalidField", field="currency")
    assert project.counts()["carts"] == 0


def test_a_body_that_is_too_long_is_refused_as_soon_as_it_is_known(project: Project):
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    before = project.cart_row(cart["id"])
    path = f"/carts/{cart['id']}"
    refused(post_raw(project, path, b" " * (5 * 1024 * 1024)), 413, "InvalidInput")

    def chunks():
        for _ in range(80):
            yield b" " * 65536

    refused(project.admin.post(path, content=chunks()), 413, "InvalidInput")
    assert project.cart_row(cart["id"]) == before


def test_an_unannounced_length_is_read_no_further_than_allowed(project: Project):
    address = urlsplit(str(project.http.base_url))
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        head = f"POST /{project.key}/carts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {project.admin.token}\r\n"
        connection.sendall(f"{head}Content-Length: 99999999\r\n\r\n".encode())
        assert b" 413 " in connection.recv(100)


PATHS = [
    "/carts/%00",
    "/carts/key=%00",
    "/carts/%ff%fe",
    "/carts/key=%ff",
    "/carts/key=",
    "/carts/key=" + "x" * 5000,
    "/carts/..%2f..%2fetc",
    "/carts/" + "0" * 40,
    "/carts/{id}",
    "/orders/%00",
    "/orders/order-number=%00",
    "/orders/order-number=" + "9" * 5000,
    "/in-store/key=%00/carts/" + NO_ID,
    "/in-store/key=" + "x" * 3000 + "/carts/" + NO_ID,
    "/in-store/carts/" + NO_ID,
    "/nothing",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_strange_path_is_not_found(project: Project, path: str):
    response = project.admin.get(path)
    assert response.status_code in (400, 404), response.text
    refused(response, response.status_code, response.json()["errors"][0]["code"])
    response = project.admin.post(path, {"version": 1, "actions": []})
    assert response.status_code in (400, 404, 405), response.text


@pytest.mark.parametrize("target", [b"/%s/carts/\xff", b"/%s/carts/key=\xc3\xa9", b"/%s/in-store/key=\x80/carts/x"])
def test_a_path_that_is_no_ascii_is_refused(project: Project, target: bytes):
    address = urlsplit(str(project.http.base_url))
    for method in (b"GET", b"POST"):
        with socket.create_connection((address.hostname, address.port), 10) as connection:
            head = method + b" " + target.replace(b"%s", project.key.encode()) + b" HTTP/1.1\r\nHost: x\r\n"
            head += (
                b"Authorization: Bearer "
                + str(project.admin.token).encode()
                + b"\r\nContent-Type: application/json\r\n"
            )
            connection.sendall(head + b"Idempotency-Key: k\r\nContent-Length: 26\r\nConnection: close\r\n\r\n")
            connection.sendall(b'{"version":1,"actions":[]}')
            status = connection.recv(100).split(b" ")[1]
            assert status in (b"400", b"404"), status


HEADERS = [
    {"Authorization": "Bearer"},
    {"Authorization": "Basic YWRtaW46YWRtaW4tc2VjcmV0"},
    {"Authorization": "Bearer nothing"},
    {"Authorization": "Bearer " + "x" * 5000},
    {"Authorization": "Bearer a b c"},
    {"Authorization": ""},
]


@pytest.mark.parametrize("headers", HEADERS)
def test_a_token_that_is_none_is_401(project: Project, headers: dict[str, str]):
    response = project.nobody.get(f"/carts/{NO_ID}", headers=headers)
    error = refused(response, 401, "invalid_token")
    assert error["message"]
    assert response.json()["error"] == "invalid_token"
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_headers_are_checked_or_passed_by(project: Project):
    admin = project.admin
    refused(admin.get(f"/carts/{NO_ID}", headers={"X-External-User-ID": "x" * 129}), 400, "InvalidField")
    refused(admin.get(f"/carts/{NO_ID}", headers={"X-CCSite": "nowhere"}), 400, "InvalidInput")
    response = admin.get(f"/carts/{NO_ID}", headers={"X-Correlation-ID": "abc"})
    assert response.headers["x-correlation-id"] == "abc"
    cart = admin.in_store("siteA").create("/carts", {"currency": "USD"}, headers={"X-External-User-ID": "erp-7"})
    assert cart["createdBy"] == {"clientId": "admin", "externalUserId": "erp-7"}


def test_a_method_that_is_not_there_says_which_are(project: Project):
    response = project.admin.put("/carts", {})
    refused(response, 405, "InvalidOperation")
    assert "POST" in response.headers["allow"]
    refused(project.admin.request("PATCH", f"/carts/{NO_ID}", {}), 405, "InvalidOperation")


def test_null_is_the_same_as_absent(project: Project):
    cart = open_cart(project.customer(), "siteA")
    update = {"version": None, "actions": [{**add("TEE"), "custom": None, "key": None, "externalPrice": None}]}
    changed = ok(project.customer().post(f"/me/carts/{cart['id']}", update), 200)
    assert skus(changed) == [("TEE", 1)]
    assert changed["totalPrice"] == money(2500)


NOT_YET = {
    "shippingRateInput": {"type": "Score", "score": 1},
    "customShipping": [{"key": "x"}],
    "shipping": [{"key": "x"}],
    "externalTaxRateForShippingMethod": {"name": "x"},
    "taxMode": "External",
    "inventoryMode": "ReserveOnCart",
    "shippingMode": "Multiple",
    "origin": "Quote",
}


@pytest.mark.parametrize("field", NOT_YET)
def test_a_published_field_that_is_not_built_is_named(project: Project, field: str):
    response = project.admin.in_store("siteA").post("/carts", {"currency": "USD", field: NOT_YET[field]})
    error = refused(response, 400, "InvalidOperation", "NotImplementedYet")
    assert field in error["message"]
    assert project.counts()["carts"] == 0


def test_a_published_action_that_is_not_built_is_named(project: Project):
    from handcart.domain.updates.apply import AnyCartAction
    from handcart.domain.updates.published import PUBLISHED_CART_ACTIONS

    built = {each.__struct_config__.tag for each in AnyCartAction.__args__}
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    before = project.cart_row(cart["id"])
    missing = sorted(PUBLISHED_CART_ACTIONS - built)
    for name in missing:
        update = {"version": cart["version"], "actions": [add("MUG"), action(name)]}
        error = refused(
            project.admin.post(f"/carts/{cart['id']}", update), 400, "InvalidOperation", "NotImplementedYet"
        )
        assert name in error["message"]
    assert project.cart_row(cart["id"]) == before
    for name in ("externalTaxRate", "perMethodExternalTaxRate", "recurrenceInfo", "inventoryMode"):
        update = {"version": cart["version"], "actions": [add("MUG", **{name: {"name": "x"}})]}
        error = refused(
            project.admin.post(f"/carts/{cart['id']}", update), 400, "InvalidOperation", "NotImplementedYet"
        )
        assert name in error["message"]
    assert project.cart_row(cart["id"]) == before
