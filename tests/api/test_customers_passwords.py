"""Passwords and e-mail addresses of customers: changed, forgotten, confirmed, by backends and through ``me``."""

from typing import Any

import pytest

from tests.client import in_parallel, refused


def version_of(project: Any, key: str = "alice") -> int:
    version: int = project.backend.read(f"/customers/key={key}")["version"]
    return version


def password_hash(project: Any, key: str = "alice") -> str | None:
    found: str | None = project.sql.value(
        "SELECT password_hash FROM customers WHERE project = $1 AND key = $2", project.key, key
    )
    return found


def change_of(project: Any, *, current: str = "pw", new: str = "new one", **changes: Any) -> dict[str, Any]:
    customer = project.backend.read("/customers/key=alice")
    body = {"id": customer["id"], "version": customer["version"], "currentPassword": current, "newPassword": new}
    return {**body, **changes}


def password_token(project: Any, **changes: Any) -> Any:
    return project.backend.write("/customers/password-token", {"email": "ALICE@example.com", **changes})


def email_token(project: Any, **changes: Any) -> Any:
    body = {"id": project.customer_id("alice"), "ttlMinutes": 60, **changes}
    return project.backend.write("/customers/email-token", body)


def let_tokens_expire(project: Any) -> None:
    project.sql.execute("UPDATE customer_tokens SET expires_at = now() WHERE project = $1", project.key)


def test_a_password_is_changed_by_the_present_one(project: Any) -> None:
    changed = project.backend.write("/customers/password", change_of(project))
    assert changed["version"] == 2
    assert "password" not in changed
    refused(project.backend.post("/customers/password", change_of(project)), 400, "InvalidCurrentPassword")
    again = project.backend.write("/customers/password", change_of(project, current="new one", new="third"))
    assert again["version"] == 3


def test_a_refused_change_leaves_the_password_and_the_sign_ins(project: Any) -> None:
    before, shopper = password_hash(project), project.customer("alice")
    for changes, status, code in (
        ({"currentPassword": "wrong"}, 400, "InvalidCurrentPassword"),
        ({"version": 4}, 409, "ConcurrentModification"),
        ({"newPassword": ""}, 400, "InvalidInput"),
        ({"newPassword": "x" * 1_001}, 400, "InvalidInput"),
        ({"id": "nobody"}, 404, "ResourceNotFound"),
    ):
        answer = project.backend.post("/customers/password", change_of(project, **changes))
        refused(answer, status, code)
        assert "x" * 1_001 not in answer.text
    assert password_hash(project) == before
    shopper.read("/me")


def test_guessing_the_present_password_is_ended(project: Any) -> None:
    change = change_of(project, current="wrong")
    codes = [project.backend.post("/customers/password", change).status_code for _ in range(11)]
    assert codes == [400] * 10 + [429]
    right = project.backend.post("/customers/password", change_of(project))
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0


def test_of_two_changes_at_once_one_wins(project: Any) -> None:
    bodies = [change_of(project, new=f"new {number}") for number in range(4)]
    answers = in_parallel([lambda body=body: project.backend.post("/customers/password", body) for body in bodies])
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert version_of(project) == 2


def test_a_repeated_change_gets_the_first_answer_and_leaves_no_digest_of_the_password(project: Any) -> None:
    caller, body = project.backend.with_headers(Idempotency_Key="once"), change_of(project)
    first = caller.write("/customers/password", body)
    assert caller.write("/customers/password", body) == first
    kept = project.sql.value("SELECT request_hash FROM answers WHERE project = $1 AND key = 'once'", project.key)
    other = {**body, "newPassword": "another", "currentPassword": "whatever"}
    assert caller.write("/customers/password", other) == first
    assert kept == project.sql.value("SELECT request_hash FROM answers WHERE project = $1", project.key)
    refused(caller.post("/customers/password", {**body, "version": 2}), 400, "InvalidOperation", "IdempotencyKeyReused")


def test_a_forgotten_password_is_reset_by_a_token(project: Any) -> None:
    shopper, token = project.customer("alice"), password_token(project)
    assert set(token) == {
        "id",
        "customerId",
        "value",
        "createdAt",
        "lastModifiedAt",
        "expiresAt",
        "invalidateOlderTokens",
    }
    assert (token["customerId"], token["invalidateOlderTokens"]) == (project.customer_id("alice"), False)
    alice = project.backend.read(f"/customers/password-token={token['value']}")
    assert alice["id"] == token["customerId"]
    unused = password_token(project)
    reset = {"tokenValue": token["value"], "newPassword": "new one", "version": alice["version"]}
    changed = project.backend.write("/customers/password/reset", reset)
    assert changed["version"] == alice["version"] + 1
    refused(shopper.get("/me"), 401, "invalid_token")
    for value in (token["value"], unused["value"]):
        refused(project.backend.get(f"/customers/password-token={value}"), 404, "ResourceNotFound")
        again = {"tokenValue": value, "newPassword": "third"}
        refused(project.backend.post("/customers/password/reset", again), 404, "ResourceNotFound")
    project.backend.write("/customers/password", change_of(project, current="new one"))


def test_a_guest_resets_the_password_through_me(project: Any) -> None:
    token = password_token(project)
    changed = project.guest().write("/me/password/reset", {"tokenValue": token["value"], "newPassword": "new one"})
    assert changed["id"] == token["customerId"]


def test_only_the_hash_of_a_token_is_kept(project: Any) -> None:
    caller = project.backend.with_headers(Idempotency_Key="once")
    value = caller.write("/customers/password-token", {"email": "alice@example.com"})["value"]
    assert caller.write("/customers/password-token", {"email": "alice@example.com"})["value"] != value
    assert project.sql.value("SELECT count(*) FROM answers WHERE project = $1", project.key) == 0
    rows = project.sql.row(
        "SELECT string_agg(t::text, ' ') AS text FROM customer_tokens t WHERE project = $1", project.key
    )
    assert value not in rows["text"]


@pytest.mark.parametrize("body", [{"ttlMinutes": 0}, {"ttlMinutes": 44_641}, {"ttlMinutes": "1"}])
def test_a_token_lives_from_a_minute_to_31_days(project: Any, body: dict[str, Any]) -> None:
    asked = {"email": "alice@example.com", **body}
    refused(project.backend.post("/customers/password-token", asked), 400, "InvalidField", field="ttlMinutes")
    assert project.sql.value("SELECT count(*) FROM customer_tokens WHERE project = $1", project.key) == 0


def test_an_expired_or_unknown_password_token_changes_nothing(project: Any) -> None:
    before, token = password_hash(project), password_token(project)
    let_tokens_expire(project)
    reset = {"tokenValue": token["value"], "newPassword": "new one"}
    for caller, path in ((project.backend, "/customers/password/reset"), (project.guest(), "/me/password/reset")):
        refused(caller.post(path, reset), 400, "InvalidOperation", "ExpiredCustomerPasswordToken")
        refused(caller.post(path, {**reset, "tokenValue": "made up"}), 404, "ResourceNotFound")
    expired = project.backend.get(f"/customers/password-token={token['value']}")
    refused(expired, 400, "InvalidOperation", "ExpiredCustomerPasswordToken")
    stale = {**reset, "tokenValue": password_token(project)["value"], "version": 9}
    refused(project.backend.post("/customers/password/reset", stale), 409, "ConcurrentModification", currentVersion=1)
    assert password_hash(project) == before


def test_a_token_can_end_the_older_ones_of_its_kind(project: Any) -> None:
    first, confirmation = password_token(project), email_token(project)
    second = password_token(project, invalidateOlderTokens=True)
    assert second["invalidateOlderTokens"] is True
    refused(project.backend.get(f"/customers/password-token={first['value']}"), 404, "ResourceNotFound")
    project.backend.read(f"/customers/password-token={second['value']}")
    project.backend.read(f"/customers/email-token={confirmation['value']}")


def test_of_two_resets_with_one_token_one_wins(project: Any) -> None:
    value = password_token(project)["value"]
    bodies = [{"tokenValue": value, "newPassword": f"new {number}"} for number in range(4)]
    answers = in_parallel(
        [lambda body=body: project.backend.post("/customers/password/reset", body) for body in bodies]
    )
    assert sorted(each.status_code for each in answers) == [200, 404, 404, 404]
    assert version_of(project) == 2


def test_an_email_address_is_confirmed_by_a_token(project: Any) -> None:
    token, unused = email_token(project, version=1), email_token(project)
    assert project.backend.read(f"/customers/email-token={token['value']}")["isEmailVerified"] is False
    refused(project.backend.get(f"/customers/password-token={token['value']}"), 404, "ResourceNotFound")
    confirmed = project.backend.write("/customers/email/confirm", {"tokenValue": token["value"], "version": 1})
    assert (confirmed["isEmailVerified"], confirmed["version"]) == (True, 2)
    for value in (token["value"], unused["value"]):
        refused(project.backend.post("/customers/email/confirm", {"tokenValue": value}), 404, "ResourceNotFound")
    again = project.customer("alice").write("/me/email/confirm", {"tokenValue": email_token(project)["value"]})
    assert again == confirmed


def test_a_refused_confirmation_changes_nothing(project: Any) -> None:
    token = email_token(project)
    refused(
        project.backend.post("/customers/email/confirm", {"tokenValue": token["value"], "version": 3}),
        409,
        "ConcurrentModification",
        currentVersion=1,
    )
    body = {"id": token["customerId"], "ttlMinutes": 60, "version": 3}
    refused(project.backend.post("/customers/email-token", body), 409, "ConcurrentModification", currentVersion=1)
    let_tokens_expire(project)
    answer = project.backend.post("/customers/email/confirm", {"tokenValue": token["value"]})
    refused(answer, 400, "InvalidOperation", "ExpiredCustomerEmailToken")
    refused(project.backend.post("/customers/email-token", {**body, "id": "x"}), 404, "ResourceNotFound")
    refused(project.backend.post("/customers/email-token", {"id": body["id"]}), 400, "RequiredField")
    assert project.backend.read("/customers/key=alice")["isEmailVerified"] is False
    assert version_of(project) == 1


def test_a_new_email_address_ends_the_tokens_that_went_to_the_former_one(project: Any) -> None:
    reset, confirmation = password_token(project), email_token(project)
    alice = project.backend.read("/customers/key=alice")
    project.backend.update("/customers", alice, {"action": "changeEmail", "email": "al@example.com"})
    body = {"tokenValue": reset["value"], "newPassword": "new one"}
    refused(project.backend.post("/customers/password/reset", body), 404, "ResourceNotFound")
    body = {"tokenValue": confirmation["value"]}
    refused(project.backend.post("/customers/email/confirm", body), 404, "ResourceNotFound")
    assert project.backend.read("/customers/key=alice")["isEmailVerified"] is False


def test_a_customer_that_signs_in_elsewhere_has_no_password(project: Any) -> None:
    shopper, token = project.customer("alice"), password_token(project)
    alice = project.backend.read("/customers/key=alice")
    changed = project.backend.update(
        "/customers", alice, {"action": "setAuthenticationMode", "authMode": "ExternalAuth"}
    )
    assert changed["authenticationMode"] == "ExternalAuth"
    assert password_hash(project) is None
    refused(shopper.get("/me"), 401, "invalid_token")
    refused(project.backend.get(f"/customers/password-token={token['value']}"), 404, "ResourceNotFound")
    for path, body in (
        ("/customers/password-token", {"email": "alice@example.com"}),
        ("/customers/password", change_of(project)),
    ):
        refused(project.backend.post(path, body), 400, "InvalidOperation", "ExternalAuthentication")
    back = {"action": "setAuthenticationMode", "authMode": "Password", "password": "new one"}
    project.backend.update("/customers", changed, back)
    project.backend.write("/customers/password", change_of(project, current="new one"))


def test_staff_cannot_touch_how_a_customer_signs_in(project: Any) -> None:
    before, csr, token = password_hash(project), project.staff("csr1"), password_token(project)
    alice = project.backend.read("/customers/key=alice")
    mode = {"action": "setAuthenticationMode", "authMode": "Password", "password": "mine"}
    for path, body in (
        (f"/customers/{alice['id']}", {"version": alice["version"], "actions": [mode]}),
        ("/customers/password", change_of(project)),
        ("/customers/password-token", {"email": "alice@example.com"}),
        ("/customers/password/reset", {"tokenValue": token["value"], "newPassword": "mine"}),
        ("/customers/email-token", {"id": alice["id"], "ttlMinutes": 5}),
        ("/me/password/reset", {"tokenValue": token["value"], "newPassword": "mine"}),
    ):
        refused(csr.post(path, body), 403, "insufficient_scope")
    assert password_hash(project) == before
    assert version_of(project) == alice["version"]


def test_tokens_are_good_only_in_the_customers_stores_and_project(project: Any, other_project: Any) -> None:
    alice = project.backend.read("/customers/key=alice")
    project.backend.update("/customers", alice, {"action": "addStore", "store": {"key": "siteD"}})
    token = password_token(project)
    body = {"tokenValue": token["value"], "newPassword": "new one"}
    elsewhere = project.backend.in_store("siteA")
    for caller in (elsewhere, other_project.backend):
        refused(caller.get(f"/customers/password-token={token['value']}"), 404, "ResourceNotFound")
        refused(caller.post("/customers/password/reset", body), 404, "ResourceNotFound")
    refused(elsewhere.post("/customers/password-token", {"email": alice["email"]}), 404, "ResourceNotFound")
    refused(elsewhere.post("/customers/email-token", {"id": alice["id"], "ttlMinutes": 5}), 404, "ResourceNotFound")
    refused(elsewhere.post("/customers/password", change_of(project)), 404, "ResourceNotFound")
    project.backend.in_store("siteD").write("/customers/password/reset", body)


def test_an_unknown_email_address_gets_no_token(project: Any) -> None:
    refused(project.backend.post("/customers/password-token", {"email": "x@example.com"}), 404, "ResourceNotFound")
    assert project.sql.value("SELECT count(*) FROM customer_tokens WHERE project = $1", project.key) == 0
