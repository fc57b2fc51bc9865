"""Limits per role: which verbs, how much off a price; refusals are in the log, and adjustments outlive repricing."""

import json
from typing import Any

import pytest

from tests.api.desk import Desk
from tests.builders import action, add, amount, change_quantity, money, open_cart, remove, ship_to, skus
from tests.client import refused
from tests.conftest import Project

REASON = "The last one has a scratch"


def adjust(line: dict[str, Any], percent: int, reason: str | None = REASON) -> dict[str, Any]:
    return action("adjustLineItemPrice", lineItemId=line["id"], permyriad=100 * percent, reason=reason)


def limit(project: Project, role: str, **limits: Any) -> None:
    """Give a role limits, at run time."""
    project.sql.execute(
        "UPDATE roles SET limits = $3 WHERE project = $1 AND key = $2", project.key, role, json.dumps(limits).encode()
    )


def allow(project: Project, role: str, behaviour: str) -> None:
    """Give a role one behaviour more."""
    project.sql.execute(
        "UPDATE roles SET behaviours = behaviours || $3::text WHERE project = $1 AND key = $2",
        project.key,
        role,
        behaviour,
    )


@pytest.fixture
def desk(project: Project) -> Desk:
    return Desk(project)


def test_an_adjustment_takes_a_share_off_and_says_who_and_why(project: Project, desk: Desk) -> None:
    limit(project, "SalesAgent", priceAdjustmentPercentMax=10)
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    cart = desk.there.change_cart(cart, adjust(cart["lineItems"][0], 10))
    line = cart["lineItems"][0]
    assert cart["totalPrice"] == money(4500)
    adjustment = line["priceAdjustment"]
    assert (adjustment["permyriad"], adjustment["reason"]) == (1000, REASON)
    assert adjustment["operator"]["id"] == desk.read()["agent"]["id"]
    assert line["price"]["value"] == money(2500)


def test_an_adjustment_outlives_repricing_on_another_site_and_at_another_price(project: Project, desk: Desk) -> None:
    limit(project, "SalesAgent", priceAdjustmentPercentMax=20)
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    desk.there.change_cart(cart, adjust(cart["lineItems"][0], 20))
    alice = project.customer("alice")
    on_b = open_cart(alice, "siteB")
    assert on_b["lineItems"][0]["totalPrice"] == money(8000)
    after = open_cart(alice, "siteA", add("PEN"), ship_to())
    assert after["lineItems"][0]["totalPrice"] == money(4000)
    made = alice.in_store("siteA").create("/me/orders", {"id": after["id"], "version": after["version"]})
    assert made["lineItems"][0]["priceAdjustment"]["reason"] == REASON


def test_an_adjusted_line_is_only_ever_itself(project: Project, desk: Desk) -> None:
    limit(project, "SalesAgent", priceAdjustmentPercentMax=20)
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    desk.there.change_cart(cart, adjust(cart["lineItems"][0], 20))
    after = open_cart(project.customer("alice"), "siteA", add("TEE", 1))
    assert skus(after) == [("TEE", 2), ("TEE", 1)]
    assert after["totalPrice"] == money(4000 + 2500)


def test_an_adjustment_is_for_the_units_that_it_was_given_for(project: Project, desk: Desk) -> None:
    limit(project, "SalesAgent", priceAdjustmentPercentMax=20)
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    cart = desk.there.change_cart(cart, adjust(cart["lineItems"][0], 20))
    alice = project.customer("alice").in_store("siteA")
    line, before = cart["lineItems"][0], project.cart_row(cart["id"])
    more = {"version": cart["version"], "actions": [change_quantity(line, 3)]}
    error = refused(alice.post(f"/me/carts/{cart['id']}", more), 400, "InvalidOperation", "QuantityLimitExceeded")
    assert error["quantityMax"] == 2
    refused(desk.there.post(f"/carts/{cart['id']}", more), 400, "InvalidOperation", "QuantityLimitExceeded")
    assert project.cart_row(cart["id"]) == before
    cart = alice.change_my_cart(cart, change_quantity(line, 1))
    assert cart["totalPrice"] == money(2000)
    anew = [adjust(line, 0, None), change_quantity(line, 3), adjust(line, 20)]
    assert desk.there.change_cart(cart, *anew)["totalPrice"] == money(6000)


def test_an_adjustment_is_taken_away_again(project: Project, desk: Desk) -> None:
    limit(project, "SalesAgent", priceAdjustmentPercentMax=20)
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    cart = desk.there.change_cart(cart, adjust(cart["lineItems"][0], 20))
    cart = desk.there.change_cart(cart, adjust(cart["lineItems"][0], 0, None))
    assert "priceAdjustment" not in cart["lineItems"][0]
    assert cart["totalPrice"] == money(5000)


def test_more_than_the_limit_is_refused_and_in_the_log(project: Project, desk: Desk) -> None:
    limit(project, "SalesAgent", priceAdjustmentPercentMax=10)
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    before = project.cart_row(cart["id"])
    body = {"version": cart["version"], "actions": [adjust(cart["lineItems"][0], 11)]}
    error = refused(
        desk.there.post(f"/carts/{cart['id']}", body), 403, "insufficient_scope", "PriceAdjustmentBeyondLimit"
    )
    assert error["percentMax"] == 10
    assert project.cart_row(cart["id"]) == before
    page = project.staff("sup1").read("/refused-actions", params={"cartId": cart["id"]})
    assert page["total"] == 1
    entry = page["results"][0]
    assert entry["operator"]["name"] == "Agent Seven"
    assert entry["cartId"] == cart["id"]
    assert entry["request"] == "POST /{pk}/in-store/key={storeKey}/carts/{id}"
    assert "10 %" in entry["message"]


def test_without_a_limit_or_the_behaviour_no_price_is_touched(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    line, before = cart["lineItems"][0], project.cart_row(cart["id"])
    tries = [
        adjust(line, 1),
        action("setLineItemPrice", lineItemId=line["id"], externalPrice=amount(100)),
        add("MUG", externalPrice=amount(1)),
        action("changeLineItemQuantity", lineItemId=line["id"], quantity=3, externalPrice=amount(1)),
        remove(line, quantity=1, externalPrice=amount(1)),
        action("addCustomLineItem", name={"en": "Rebate"}, slug="rebate", money=amount(-4000), quantity=1),
    ]
    for each in tries:
        answer = desk.there.post(f"/carts/{cart['id']}", {"version": cart["version"], "actions": [each]})
        refused(answer, 403, "insufficient_scope", "PriceAdjustmentBeyondLimit")
    assert project.cart_row(cart["id"]) == before


def test_the_behaviour_allows_any_price_from_the_next_request_on(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    allow(project, "SalesAgent", "price:adjust")
    cart = desk.there.change_cart(cart, adjust(cart["lineItems"][0], 60))
    assert cart["totalPrice"] == money(2000)


def test_a_role_may_be_limited_to_some_verbs(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    limit(project, "SalesAgent", actions=["addLineItem"])
    cart = desk.add(cart, add("MUG"))
    before = project.cart_row(cart["id"])
    body = {"version": cart["version"], "actions": [change_quantity(cart["lineItems"][0], 1)]}
    error = refused(desk.there.post(f"/carts/{cart['id']}", body), 403, "insufficient_scope", "ActionNotAllowed")
    assert error["action"] == "changeLineItemQuantity"
    assert project.cart_row(cart["id"]) == before


@pytest.mark.parametrize(
    "forbidden",
    [
        action("setCustomerId"),
        action("setAnonymousId", anonymousId="taken"),
        action("setKey", key="mine"),
        action("lockCart"),
        action("freezeCart"),
    ],
    ids=lambda each: each["action"],
)
def test_owners_keys_and_states_are_not_staffs_to_set(project: Project, desk: Desk, forbidden: dict[str, Any]) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    before = project.cart_row(cart["id"])
    body = {"version": cart["version"], "actions": [forbidden]}
    refused(desk.there.post(f"/carts/{cart['id']}", body), 403, "insufficient_scope", "ActionNotAllowed")
    assert project.cart_row(cart["id"]) == before


def test_a_shopper_adjusts_no_price(project: Project) -> None:
    alice = project.customer("alice")
    cart = open_cart(alice, "siteA", add("TEE", 2))
    body = {"version": cart["version"], "actions": [adjust(cart["lineItems"][0], 10)]}
    refused(alice.post(f"/me/carts/{cart['id']}", body), 400, "InvalidField")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"permyriad": 1000}, "RequiredField"),
        ({"permyriad": 1000, "reason": "  "}, "RequiredField"),
        ({"permyriad": -1, "reason": REASON}, "InvalidField"),
        ({"permyriad": 10001, "reason": REASON}, "InvalidField"),
        ({"permyriad": "10", "reason": REASON}, "InvalidField"),
    ],
)
def test_a_malformed_adjustment_is_refused(project: Project, fields: dict[str, Any], code: str) -> None:
    cart = open_cart(project.customer("alice"), "siteA", add("TEE", 2))
    body = {
        "version": cart["version"],
        "actions": [action("adjustLineItemPrice", lineItemId=cart["lineItems"][0]["id"], **fields)],
    }
    refused(project.backend.post(f"/carts/{cart['id']}", body), 400, code)
