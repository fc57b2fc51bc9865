"""A customer's own profile through ``me``."""

from typing import Any

import pytest

from tests.client import ok, refused


def test_me_is_the_customer_of_the_token(project: Any) -> None:
    assert project.customer("bob").read("/me") == project.backend.read("/customers/key=bob")
    assert project.customer("bob").request("HEAD", "/me").status_code == 200


def test_a_guest_has_no_profile(project: Any) -> None:
    guest = project.guest()
    refused(guest.get("/me"), 404, "ResourceNotFound")
    refused(guest.post("/me", {"version": 1, "actions": []}), 404, "ResourceNotFound")
    refused(guest.delete("/me", params={"version": 1}), 404, "ResourceNotFound")
    change = {"version": 1, "currentPassword": "pw", "newPassword": "new"}
    refused(guest.post("/me/password", change), 404, "ResourceNotFound")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_staff_and_plain_clients_have_no_profile(project: Any, method: str) -> None:
    for caller in (project.staff("csr1"), project.backend, project.storefront):
        refused(caller.request(method, "/me"), 403, "insufficient_scope")
    refused(project.nobody.request(method, "/me"), 401, "invalid_token")


def test_a_customer_changes_its_own_profile(project: Any) -> None:
    me = project.customer("alice")
    before = me.read("/me")
    changed = me.write(
        "/me",
        {
            "version": before["version"],
            "actions": [
                {"action": "setDateOfBirth", "dateOfBirth": "1990-05-17"},
                {"action": "addAddress", "address": {"country": "US", "city": "Reno"}},
            ],
        },
    )
    assert changed["version"] == before["version"] + 2
    assert changed["dateOfBirth"] == "1990-05-17"
    assert changed["lastModifiedBy"]["customer"] == {"typeId": "customer", "id": before["id"]}
    assert me.read("/me") == changed
    stale = {"version": before["version"], "actions": [{"action": "setDateOfBirth"}]}
    refused(me.post("/me", stale), 409, "ConcurrentModification", currentVersion=changed["version"])
    assert me.read("/me") == changed


def test_a_customer_cannot_make_itself_another(project: Any) -> None:
    me = project.customer("alice")
    before = me.read("/me")
    for action in (
        {"action": "setCustomerGroup"},
        {"action": "setStores", "stores": []},
        {"action": "setKey", "key": "admin"},
        {"action": "setAuthenticationMode", "authMode": "Password", "password": "new"},
    ):
        refused(me.post("/me", {"version": before["version"], "actions": [action]}), 400, "InvalidField")
    assert me.read("/me") == before


def test_a_customer_deletes_itself_and_is_signed_out(project: Any) -> None:
    me, elsewhere = project.customer("alice"), project.customer("alice")
    before = me.read("/me")
    refused(me.delete("/me", params={"version": 5}), 409, "ConcurrentModification", currentVersion=1)
    assert ok(me.delete("/me", params={"version": 1}), 200) == before
    refused(me.get("/me"), 401, "invalid_token")
    refused(elsewhere.get("/me"), 401, "invalid_token")
    refused(project.backend.get("/customers/key=alice"), 404, "ResourceNotFound")


def test_a_new_password_signs_the_customer_out_everywhere_else(project: Any) -> None:
    me, elsewhere = project.customer("alice"), project.customer("alice")
    change = {"version": 1, "currentPassword": "pw", "newPassword": "a better one"}
    refused(me.post("/me/password", {**change, "currentPassword": "wrong"}), 400, "InvalidCurrentPassword")
    elsewhere.read("/me")
    changed = me.write("/me/password", change)
    assert changed["version"] == 2
    assert "password" not in changed
    assert me.read("/me") == changed
    refused(elsewhere.get("/me"), 401, "invalid_token")
