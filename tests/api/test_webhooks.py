"""Subscriptions to what happens, and what their receivers were told; that they are told is in tests/worker."""

from base64 import b64decode
from typing import Any

import pytest

from tests.api.ccadmin import Ccadmin, ccadmin, refused
from tests.builders import NO_ID
from tests.conftest import Project

__all__ = ["ccadmin"]

PATH = "/webhooks/orderSubmit"
URL = "https://erp.example.com/hooks?shop=1"


@pytest.fixture(autouse=True)
def tidy(project: Project) -> Any:
    yield
    project.sql.execute("DELETE FROM webhooks WHERE project = $1", project.key)


def row(project: Project) -> dict[str, Any]:
    return project.sql.row("SELECT * FROM webhooks WHERE project = $1", project.key)


def test_a_subscription_is_enabled_and_shows_its_secret_once(ccadmin: Ccadmin):
    refused(ccadmin.api.get(PATH), 404, "ResourceNotFound")
    made = ccadmin.write("PUT", PATH, {"url": URL})
    secret = made.pop("secret")
    assert made == ccadmin.read(PATH)
    assert {name: made[name] for name in ("event", "version", "url", "enabled")} == {
        "event": "orderSubmit",
        "version": 1,
        "url": URL,
        "enabled": True,
    }
    assert secret.startswith("whsec_")
    assert 24 <= len(b64decode(secret.removeprefix("whsec_"))) <= 64
    assert ccadmin.write("PUT", PATH, {"url": URL}) == made


def test_each_change_raises_the_version_and_a_stale_one_changes_nothing(ccadmin: Ccadmin, project: Project):
    ccadmin.write("PUT", PATH, {"url": URL, "version": 0})
    changed = ccadmin.write("PUT", PATH, {"url": "http://erp.example.com", "enabled": False, "version": 1})
    assert (changed["version"], changed["url"], changed["enabled"]) == (2, "http://erp.example.com", False)
    before = row(project)
    refused(ccadmin.api.put(PATH, {"url": URL, "version": 1}), 409, "ConcurrentModification", currentVersion=2)
    assert row(project) == before
    refused(
        ccadmin.api.put("/webhooks/cartMerge", {"url": URL, "version": 3}),
        *(409, "ConcurrentModification"),
        currentVersion=0,
    )


def test_a_rotation_shows_a_new_secret_and_says_how_long_the_former_one_signs(ccadmin: Ccadmin, project: Project):
    first = ccadmin.write("PUT", PATH, {"url": URL})
    second = ccadmin.write("POST", f"{PATH}/secret", headers={"Idempotency-Key": "r1"})
    assert second["secret"] != first["secret"]
    assert second["version"] == 2
    assert second["formerSecretUntil"] > second["lastModifiedAt"]
    assert ccadmin.write("POST", f"{PATH}/secret", headers={"Idempotency-Key": "r1"}) == second
    assert "secret" not in ccadmin.read(PATH)
    assert (row(project)["secret"], row(project)["former_secret"]) == (second["secret"], first["secret"])
    third = ccadmin.write("POST", f"{PATH}/secret", {"overlapHours": 0})
    assert "formerSecretUntil" not in third
    assert row(project)["former_secret"] is None
    before = row(project)
    for hours in (-1, 169):
        refused(ccadmin.api.post(f"{PATH}/secret", {"overlapHours": hours}), 400, "InvalidField")
    assert row(project) == before


@pytest.mark.parametrize(
    "url",
    [
        *("", "erp", "//erp.example.com", "ftp://erp.example.com", "file:///etc/passwd", "https://", "http:///hooks"),
        *("https://user:pw@erp.example.com", "https://erp.example.com:99999", "https://erp.example.com:0"),
        *("https://[::1", "https://erp.example.com/a b", "https://erp.example.com/\n", "https://é.example.com"),
        f"https://erp.example.com/{'x' * 2_000}",
    ],
)
def test_an_address_that_cannot_be_called_is_refused(ccadmin: Ccadmin, url: str):
    refused(ccadmin.api.put(PATH, {"url": url}), 400, "InvalidField")
    refused(ccadmin.api.get(PATH), 404, "ResourceNotFound")


def test_events_and_deliveries_that_do_not_exist_are_not_found(ccadmin: Ccadmin):
    for path in ("/webhooks/somethingElse", "/webhooks/somethingElse/deliveries", f"{PATH}/deliveries"):
        refused(ccadmin.api.get(path), 404, "ResourceNotFound")
    refused(ccadmin.api.put("/webhooks/somethingElse", {"url": URL}), 404, "ResourceNotFound")
    refused(ccadmin.api.post(f"{PATH}/secret"), 404, "ResourceNotFound")
    ccadmin.write("PUT", PATH, {"url": URL})
    for delivery_id in (NO_ID, "no-uuid"):
        refused(ccadmin.api.post(f"{PATH}/deliveries/{delivery_id}/resend"), 404, "ResourceNotFound")


def test_deliveries_come_in_pages_and_can_be_asked_for_by_state(ccadmin: Ccadmin):
    ccadmin.write("PUT", PATH, {"url": URL})
    empty = {"total": 0, "totalResults": 0, "offset": 0, "limit": 250, "items": []}
    assert ccadmin.read(f"{PATH}/deliveries") == empty
    assert ccadmin.read(f"{PATH}/deliveries", state="Failed", limit=7, offset=3) == {**empty, "offset": 3, "limit": 7}
    refused(ccadmin.api.get(f"{PATH}/deliveries?state=Lost"), 400, "InvalidField")


def test_a_project_sees_only_its_own_subscriptions(ccadmin: Ccadmin, other_project: Project):
    ccadmin.write("PUT", PATH, {"url": URL})
    refused(Ccadmin(other_project).api.get(PATH), 404, "ResourceNotFound")


def test_the_subscriptions_are_listed_without_their_secrets(ccadmin: Ccadmin):
    assert ccadmin.read("/webhooks")["items"] == []
    for event in ("orderSubmit", "cartMerge"):
        ccadmin.write("PUT", f"/webhooks/{event}", {"url": URL})
    listed = ccadmin.read("/webhooks")
    assert listed["total"] == 2
    assert listed["items"] == [ccadmin.read("/webhooks/cartMerge"), ccadmin.read(PATH)]


def test_a_deleted_subscription_is_gone_with_its_deliveries_and_can_begin_anew(ccadmin: Ccadmin, project: Project):
    first = ccadmin.write("PUT", PATH, {"url": URL})
    ccadmin.write("PUT", "/webhooks/cartMerge", {"url": URL})
    project.sql.execute(
        "INSERT INTO webhook_deliveries (project, id, event, source_id, cart_id, version, state, document, created_at) "
        "VALUES ($1, $2, 'orderSubmit', $2, $2, 1, 'Pending', '', now())",
        project.key,
        NO_ID,
    )
    response = ccadmin.api.delete(PATH)
    assert (response.status_code, response.content) == (204, b"")
    for again in (ccadmin.api.get(PATH), ccadmin.api.delete(PATH), ccadmin.api.delete("/webhooks/nothing")):
        refused(again, 404, "ResourceNotFound")
    assert project.sql.rows("SELECT 1 FROM webhook_deliveries WHERE project = $1", project.key) == []
    assert [each["event"] for each in ccadmin.read("/webhooks")["items"]] == ["cartMerge"]
    made = ccadmin.write("PUT", PATH, {"url": URL, "version": 0})
    assert made["version"] == 1
    assert made["secret"] != first["secret"]
