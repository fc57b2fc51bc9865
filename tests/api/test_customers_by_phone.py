"""Customers signed up on the phone: without a password, and with what an agent put into a cart for them."""

from typing import Any

import pytest

from tests.api.desk import Desk
from tests.builders import NO_ID, add, open_cart, skus
from tests.client import Api, ok, refused
from tests.conftest import Project

CALLER: dict[str, Any] = {"email": "caller@example.com", "firstName": "Cara", "lastName": "Caller"}


@pytest.fixture
def desk(project: Project) -> Desk:
    return Desk(project)


def serve_walk_in(desk: Desk) -> Any:
    """A cart of the desk's own walk-in, with something in it."""
    return desk.add(desk.select("")["cart"], add("TEE", 2))


def sign_in(project: Project, password: str) -> Any:
    return project.backend.in_store("siteA").post("/login", {"email": CALLER["email"], "password": password})


def is_unknown(project: Project) -> bool:
    """Whether nobody was signed up."""
    query = "SELECT count(*) FROM customers WHERE project = $1 AND email = $2"
    return project.sql.value(query, project.key, CALLER["email"]) == 0


def test_a_customer_on_the_phone_is_signed_up_without_a_password_and_sets_one_by_a_token(project: Project):
    made = project.staff().create("/customers", CALLER)["customer"]
    assert (made["email"], made["authenticationMode"]) == (CALLER["email"], "Password")
    assert "operator" in made["createdBy"]
    for password in ("", "pw", "None"):
        refused(sign_in(project, password), 400, "InvalidCredentials")
    change = {"id": made["id"], "version": made["version"], "currentPassword": "pw", "newPassword": "new"}
    refused(project.backend.post("/customers/password", change), 400, "InvalidCurrentPassword")
    token = project.backend.write("/customers/password-token", {"email": CALLER["email"]})
    project.backend.write("/customers/password/reset", {"tokenValue": token["value"], "newPassword": "own"})
    assert ok(sign_in(project, "own"), 200)["customer"]["id"] == made["id"]


def test_only_staff_need_no_password_to_sign_somebody_up(project: Project):
    refused(project.backend.post("/customers", CALLER), 400, "RequiredField", field="password")
    refused(project.guest().post("/me/signup", CALLER), 400, "RequiredField")
    assert is_unknown(project)
    external = {**CALLER, "authenticationMode": "ExternalAuth"}
    project.staff().create("/customers", external)
    refused(
        project.backend.post("/customers/password-token", {"email": CALLER["email"]}),
        400,
        "InvalidOperation",
        "ExternalAuthentication",
    )


def test_an_e_mail_address_is_needed_on_the_phone_too(project: Project):
    before = project.counts()
    refused(project.staff().post("/customers", {"firstName": "Cara"}), 400, "RequiredField")
    refused(project.staff().post("/customers", {"email": "ALICE@example.com"}), 400, "DuplicateField", field="email")
    assert project.counts() == before


@pytest.mark.parametrize("named_by", ["cart", "session", "both"])
def test_a_walk_ins_cart_becomes_that_of_the_customer_who_is_signed_up(project: Project, desk: Desk, named_by: str):
    cart = serve_walk_in(desk)
    by = {}
    if named_by != "session":
        by["anonymousCart"] = {"typeId": "cart", "id": cart["id"]}
    if named_by != "cart":
        by["anonymousId"] = desk.active
    result = desk.there.create("/customers", {**CALLER, **by})
    assert (result["cart"]["id"], skus(result["cart"])) == (cart["id"], [("TEE", 2)])
    assert result["cart"]["customerId"] == result["customer"]["id"]
    assert "anonymousId" not in result["cart"]
    event = project.admin.read(f"/carts/{cart['id']}/history")["results"][0]
    assert event["via"]["kind"] == "desk"
    assert (event["actor"]["operator"]["typeId"], event["onBehalfOf"]) == ("staff", result["customer"]["id"])
    # The agent goes on serving the same person.
    assert skus(desk.add(result["cart"], add("MUG"))) == [("TEE", 2), ("MUG", 1)]
    assert project.broken_invariants() == []


def assert_not_claimed(project: Project, agent: Api, cart: Any, **by: Any) -> None:
    """That a sign-up which names these things is refused, and nothing came of it."""
    before, row = project.counts(), project.cart_row(cart["id"])
    refused(agent.post("/customers", {**CALLER, **by}), 400, "ReferencedResourceNotFound")
    assert is_unknown(project)
    assert (project.counts(), project.cart_row(cart["id"])) == (before, row)


def test_staff_claim_no_guests_cart_by_knowing_an_id(project: Project, desk: Desk):
    guest = project.guest("a-guests-session")
    cart = open_cart(guest, "siteA", add("TEE"))
    serve_walk_in(desk)
    for agent in (project.staff(), project.staff("admin"), desk.agent, desk.there):
        by_cart = {"typeId": "cart", "id": cart["id"]}
        assert_not_claimed(project, agent, cart, anonymousCart=by_cart)
        assert_not_claimed(project, agent, cart, anonymousCartId=cart["id"])
        assert_not_claimed(project, agent, cart, anonymousId="a-guests-session")
        assert_not_claimed(project, agent, cart, anonymousId="a-guests-session", anonymousCart=by_cart)
        assert_not_claimed(project, agent, cart, anonymousId=desk.active, anonymousCart=by_cart)
    assert guest.read(f"/me/carts/{cart['id']}")["id"] == cart["id"]


def test_staff_claim_no_other_desks_walk_in_and_nothing_that_is_not_there(project: Project, desk: Desk):
    cart = serve_walk_in(desk)
    colleague = Desk(project, "admin")
    serve_walk_in(colleague)
    assert_not_claimed(project, colleague.agent, cart, anonymousCart={"typeId": "cart", "id": cart["id"]})
    assert_not_claimed(project, colleague.agent, cart, anonymousId=desk.active)
    for missing in ({"id": NO_ID}, {"id": "nothing"}, {"key": "nothing"}):
        assert_not_claimed(project, colleague.agent, cart, anonymousCart={"typeId": "cart", **missing})


def test_a_customers_cart_is_claimed_by_nobody_even_from_the_desk(project: Project, desk: Desk):
    cart = desk.add(desk.select("alice")["cart"], add("TEE"))
    assert_not_claimed(project, desk.agent, cart, anonymousCart={"typeId": "cart", "id": cart["id"]})
    assert_not_claimed(project, desk.agent, cart, anonymousId=project.customer_id("alice"))


def test_a_sign_up_on_the_phone_that_is_repeated_makes_one_customer(project: Project, desk: Desk):
    cart = serve_walk_in(desk)
    body = {**CALLER, "anonymousCart": {"typeId": "cart", "id": cart["id"]}}
    first, again = (desk.there.create("/customers", body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first == again
