"""Erasing a customer: nothing personal is left anywhere, and what is left can still be trusted."""

from typing import Any
from uuid import UUID, uuid4

import lz4.block
import pytest

from handcart.domain.document import Timestamp, encode
from handcart.domain.references import Reference
from handcart.domain.webhook import Attempt, Delivery
from tests.api.hands import take_over
from tests.api.test_sign_in import guest_with
from tests.builders import US_ADDRESS, action, add, amount, open_cart, ship_to, skus
from tests.client import Api, ok, refused
from tests.conftest import Project

MARK = "Zyzzyva"
PASSWORD = "Zyzzyva-secret"
ADDRESS = {
    **US_ADDRESS,
    **{
        name: f"{MARK} {name}"
        for name in "firstName lastName streetName streetNumber postalCode city company additionalAddressInfo "
        "title salutation additionalStreetInfo region department building apartment pOBox fax".split()
    },
    "phone": f"{MARK}-1",
    "mobile": f"{MARK}-2",
    "email": f"{MARK}@example.com",
    "key": f"{MARK}-home",
}
ENGRAVED = {"type": {"typeId": "type", "key": "configuration"}, "fields": {"engraving": MARK}}
NOTED = {"type": {"typeId": "type", "key": "notes"}, "fields": {"PoNumber": MARK}}


def person(project: Project) -> tuple[str, Api]:
    """A customer of whom everything personal is said that can be said."""
    customer = ok(
        project.backend.post(
            "/customers",
            {
                "key": "zed",
                "email": f"{MARK}@example.com",
                "password": PASSWORD,
                "firstName": MARK,
                "lastName": MARK,
                "middleName": MARK,
                "companyName": MARK,
                "addresses": [ADDRESS],
            },
            headers={"Idempotency-Key": "sign-up"},
        ),
        201,
    )["customer"]
    return customer["id"], project.api(project.token(customer_id=customer["id"]))


def filled(project: Project, shopper: Api) -> Any:
    """A cart with everything personal in it, put there by several hands."""
    there = shopper.in_store("siteA")
    cart = open_cart(shopper, "siteA", add("TEE", 2, custom=ENGRAVED), add("MUG"))
    body = {
        "version": cart["version"],
        "actions": [
            ship_to(ADDRESS),
            action("setBillingAddress", address=ADDRESS),
            action("addItemShippingAddress", address=ADDRESS),
            action("setCustomType", **NOTED),
            action("setCustomerEmail", email=f"{MARK}@elsewhere.example.com"),
        ],
    }
    cart = ok(there.post(f"/me/carts/{cart['id']}", body, headers={"Idempotency-Key": "fill"}), 200)
    targets = [{"addressKey": ADDRESS["key"], "quantity": 2}]
    line = cart["lineItems"][0]
    cart = there.change_my_cart(
        cart, action("setLineItemShippingDetails", lineItemId=line["id"], shippingDetails={"targets": targets})
    )
    fee = {"slug": "fee", "name": {"en": "Fee"}, "money": amount(5)}
    return project.backend.in_store("siteA").change_cart(
        cart,
        action("setPurchaseOrderNumber", purchaseOrderNumber=MARK),
        action("adjustLineItemPrice", lineItemId=line["id"], permyriad=100, reason=MARK),
        action("addCustomLineItem", **fee, custom={"type": ENGRAVED["type"], "fields": {"engraving": MARK}})
        if is_for_custom_lines(project)
        else action("addCustomLineItem", **fee),
    )


def is_for_custom_lines(project: Project) -> bool:
    return "custom-line-item" in project.admin.read("/types/key=configuration")["resourceTypeIds"]


def tell(project: Project, order: Any) -> None:
    """A receiver has answered what it was told of the order, and repeated the customer's name."""
    made = Delivery(
        id=str(uuid4()), version=2, event="orderSubmit", state="Failed",
        source=Reference(type_id="order", id=order["id"]),
        created_at=Timestamp(order["createdAt"]), last_modified_at=Timestamp(order["createdAt"]), tries=1,
        attempts=(Attempt(at=Timestamp(order["createdAt"]), milliseconds=3, status=500, response=f"Who is {MARK}?"),),
    )  # fmt: skip
    url = {"url": "http://127.0.0.1:9/hook", "enabled": False}
    ok(project.admin.outside().put("/ccadmin/v1/webhooks/orderSubmit", url))
    project.sql.execute(
        "INSERT INTO webhook_deliveries (project, id, event, source_id, cart_id, version, state, document, created_at, "
        "message) VALUES ($1, $2, 'orderSubmit', $3, $4, 2, 'Failed', $5, now(), $6)",
        project.key,
        UUID(made.id),
        UUID(order["id"]),
        UUID(order["cart"]["id"]),
        encode(made),
        lz4.block.compress(encode({"order": order})),
    )


def found(project: Project, mark: str) -> list[str]:
    """The columns of the whole database, other projects' rows left out, that have the mark in them, packed or not."""
    sql = project.sql
    places: list[str] = []
    wanted = mark.encode().lower()
    tables = sql.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in [each["tablename"] for each in tables]:
        for row in sql.rows(f'SELECT * FROM "{table}"'):
            if row.get("project", project.key) == project.key:
                places += [f"{table}.{name}" for name, value in row.items() if wanted in unpacked(value)]
    return sorted(set(places))


def unpacked(value: Any) -> bytes:
    if isinstance(value, bytes):
        try:
            return (value + lz4.block.decompress(value)).lower()
        except (lz4.block.LZ4BlockError, ValueError):
            return value.lower()
    return str(value).encode().lower()


def erase(project: Project, customer_id: str, **params: Any) -> Any:
    version = project.backend.read(f"/customers/{customer_id}")["version"]
    return project.backend.delete(
        f"/customers/{customer_id}", params={"version": version, "dataErasure": "true", **params}
    )


def test_after_an_erasure_nothing_personal_is_left_anywhere(project: Project):
    customer_id, shopper = person(project)
    there = shopper.in_store("siteA")
    ordered = filled(project, shopper)
    order = ok(
        there.post(
            "/me/orders", {"id": ordered["id"], "version": ordered["version"]}, headers={"Idempotency-Key": "order"}
        ),
        201,
    )
    tell(project, order)
    _, session, _ = guest_with(project, add("PEN", custom=ENGRAVED))
    signed_in = {"email": f"{MARK}@example.com", "password": PASSWORD, "anonymousId": session}
    active = open_cart(shopper, "siteA", add("MUG"))
    ok(project.backend.in_store("siteA").post("/login", signed_in), 200)
    deleted = ok(there.post("/me/carts", {"currency": "USD", "shippingAddress": ADDRESS}), 201)
    ok(there.delete(f"/me/carts/{deleted['id']}", params={"version": deleted["version"]}), 200)
    agent, _, active = take_over(project, "zed", reason=f"{MARK} called", ticket=MARK)
    agent.change_cart(active, ship_to(ADDRESS))
    project.sql.execute(
        "INSERT INTO proposals (project, id, version, state, cart_id, staff_id, expires_at, document, created_at, "
        "modified_at) SELECT $1, $2, 1, 'Open', $3, id, now(), $4, now(), now() FROM staff "
        "WHERE project = $1 AND username = 'agent7'",
        project.key,
        uuid4(),
        UUID(active["id"]),
        encode({"note": f"For {MARK}"}),
    )
    places = "answers.answer carts.document customers.document customers.email customers.search_text events.personal "
    places += "orders.document proposals.document takeovers.document webhook_deliveries.document "
    places += "webhook_deliveries.message"
    assert found(project, MARK) == places.split()

    gone = ok(erase(project, customer_id), 200)
    assert gone["email"] == f"{MARK}@example.com"
    assert found(project, MARK) == []
    assert project.sql.rows("SELECT 1 FROM carts WHERE former_anonymous_id = $1", session) == []
    assert project.broken_invariants() == []
    refused(shopper.get("/me/carts"), 401, "invalid_token")
    refused(project.backend.get(f"/customers/{customer_id}"), 404, "ResourceNotFound")
    refused(project.backend.get(f"/carts/{active['id']}"), 404, "ResourceNotFound")


def test_what_was_bought_stays_and_its_history_can_be_read(project: Project):
    customer_id, shopper = person(project)
    cart = filled(project, shopper)
    order = ok(shopper.in_store("siteA").post("/me/orders", {"id": cart["id"], "version": cart["version"]}), 201)
    ok(erase(project, customer_id), 200)
    kept = project.backend.read(f"/orders/{order['id']}")
    assert skus(kept) == skus(order)
    for name in ("totalPrice", "orderNumber", "customerId", "orderState", "createdAt"):
        assert kept[name] == order[name]
    assert kept["version"] == order["version"] + 1
    closed = project.backend.read(f"/carts/{cart['id']}")
    assert (skus(closed), closed["cartState"]) == (skus(cart), "Ordered")
    history = project.backend.read(f"/carts/{cart['id']}/history")["results"]
    assert history[0]["kind"] == "PersonalDataErased"
    assert [each["kind"] for each in history][-1] == "CartCreated"
    assert any(each.get("personalDataErased") for each in history)
    then = project.backend.read(f"/carts/{cart['id']}/versions/{cart['version']}")["cart"]
    assert (skus(then), then["totalPrice"]) == (skus(cart), cart["totalPrice"])
    first = project.backend.read(f"/carts/{cart['id']}/versions/1")["cart"]
    assert first["lineItems"] == []


def test_nobody_else_is_touched(project: Project):
    other = project.customer("bob")
    mine = open_cart(other, "siteA", add("TEE"), ship_to())
    rows = (
        project.cart_row(mine["id"]),
        project.sql.rows("SELECT * FROM events WHERE aggregate_id = $1", UUID(mine["id"])),
    )
    repeated = {"version": mine["version"], "actions": [add("MUG")]}
    headers = {"Idempotency-Key": "bobs"}
    customer_id, shopper = person(project)
    filled(project, shopper)
    ok(erase(project, customer_id), 200)
    assert (
        project.cart_row(mine["id"]),
        project.sql.rows("SELECT * FROM events WHERE aggregate_id = $1", UUID(mine["id"])),
    ) == rows
    first = ok(other.in_store("siteA").post(f"/me/carts/{mine['id']}", repeated, headers=headers), 200)
    customer_id = project.customer_id("carol")
    ok(erase(project, customer_id), 200)
    assert ok(other.in_store("siteA").post(f"/me/carts/{mine['id']}", repeated, headers=headers), 200) == first


def test_without_the_word_for_it_a_customer_is_deleted_and_carts_stay(project: Project):
    customer_id, shopper = person(project)
    cart = filled(project, shopper)
    version = project.backend.read(f"/customers/{customer_id}")["version"]
    ok(project.backend.delete(f"/customers/{customer_id}", params={"version": version}), 200)
    assert project.backend.read(f"/carts/{cart['id']}") == cart


@pytest.mark.parametrize("word", ["yes", "", "TRUE"])
def test_another_word_for_it_is_refused(project: Project, word: str):
    customer_id = project.customer_id("alice")
    before = project.counts()
    response = erase(project, customer_id, dataErasure=word)
    refused(response, 400, "InvalidField", field="dataErasure")
    assert project.counts() == before
    assert project.backend.read(f"/customers/{customer_id}")["id"] == customer_id


def test_a_stale_erasure_erases_nothing(project: Project):
    customer_id, shopper = person(project)
    cart = filled(project, shopper)
    before = project.cart_row(cart["id"]), project.counts()
    refused(erase(project, customer_id, version=77), 409, "ConcurrentModification", currentVersion=1)
    assert (project.cart_row(cart["id"]), project.counts()) == before
    assert shopper.read(f"/me/carts/{cart['id']}")["billingAddress"]["city"] == ADDRESS["city"]
