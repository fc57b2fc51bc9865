"""Tokens over time: refreshed, revoked, expired, explained."""

import time
from hashlib import sha256

import pytest

from tests.api.oauth import ask, client_token, guest, issued, oauth_refused, refresh, sign_in, sign_in_staff
from tests.client import ok, refused
from tests.conftest import Project

NO_CART = "/me/carts/00000000-0000-4000-8000-000000000000"
"""Not found by any shopper, and refused to whoever is none."""


def works(project: Project, token: str) -> bool:
    response = project.api(token).get(NO_CART)
    assert response.status_code in (404, 401), response.text
    return response.status_code == 404


def test_a_refresh_token_gives_another_token_of_the_same_device(project: Project) -> None:
    first = issued(sign_in(project, scope=f"manage_my_orders:{project.key}"))
    second = issued(refresh(project, first["refresh_token"]))
    assert "refresh_token" not in second
    assert second["scope"] == first["scope"]
    assert second["access_token"] != first["access_token"]
    assert works(project, first["access_token"])
    assert works(project, second["access_token"])
    kept = project.sql.rows("SELECT DISTINCT device, customer_id FROM tokens WHERE project = $1", project.key)
    assert len(kept) == 1
    third = issued(refresh(project, first["refresh_token"]))
    assert works(project, third["access_token"])


def test_a_refresh_may_ask_for_less_and_not_for_more(project: Project) -> None:
    scope = f"manage_my_orders:{project.key} manage_my_profile:{project.key}"
    token = issued(sign_in(project, scope=scope))["refresh_token"]
    less = f"manage_my_profile:{project.key}"
    assert issued(refresh(project, token, scope=less))["scope"] == less
    oauth_refused(refresh(project, token, scope=f"view_published_products:{project.key}"), 400, "invalid_scope")


def test_a_guest_and_an_agent_may_refresh_too(project: Project) -> None:
    first = issued(guest(project))
    assert issued(refresh(project, first["refresh_token"]))["scope"] == first["scope"]
    first = issued(sign_in_staff(project))
    assert issued(refresh(project, first["refresh_token"], client="backend"))["scope"] == first["scope"]


@pytest.mark.parametrize("client", ["backend", "admin"])
def test_a_refresh_token_is_its_clients_own(project: Project, client: str) -> None:
    token = issued(sign_in(project))["refresh_token"]
    oauth_refused(refresh(project, token, client=client), 400, "invalid_grant")


def test_what_is_no_refresh_token_refreshes_nothing(project: Project) -> None:
    access = issued(sign_in(project))["access_token"]
    oauth_refused(refresh(project, access), 400, "invalid_grant")
    oauth_refused(refresh(project, "never-issued"), 400, "invalid_grant")
    oauth_refused(ask(project, "token", grant_type="refresh_token"), 400, "invalid_request")


def test_a_scope_that_the_client_has_lost_is_not_refreshed(project: Project) -> None:
    token = issued(sign_in(project))["refresh_token"]
    project.sql.execute(
        "UPDATE api_clients SET scopes = array_remove(scopes, $2) WHERE project = $1 AND id = 'storefront'",
        project.key,
        f"manage_my_profile:{project.key}",
    )
    oauth_refused(refresh(project, token), 400, "invalid_scope")


def test_a_revoked_access_token_is_nobodys(project: Project) -> None:
    token = issued(sign_in(project))["access_token"]
    assert works(project, token)
    assert ok(ask(project, "token/revoke", token=token), 200) == {}
    refused(project.api(token).get(NO_CART), 401, "invalid_token")


def test_a_revoked_refresh_token_ends_its_own_sign_in_only(project: Project) -> None:
    here, there = issued(sign_in(project)), issued(sign_in(project))
    again = issued(refresh(project, here["refresh_token"]))
    assert all(works(project, each["access_token"]) for each in (here, there, again))
    assert ok(ask(project, "token/revoke", token=here["refresh_token"], token_type_hint="refresh_token"), 200) == {}
    assert not works(project, here["access_token"])
    assert not works(project, again["access_token"])
    assert works(project, there["access_token"])
    oauth_refused(refresh(project, here["refresh_token"]), 400, "invalid_grant")
    issued(refresh(project, there["refresh_token"]))


def test_another_process_forgets_a_revoked_token_within_a_second(project: Project) -> None:
    token = issued(sign_in(project))["access_token"]
    assert works(project, token)
    project.sql.execute("DELETE FROM tokens WHERE project = $1 AND kind = 'access'", project.key)
    assert works(project, token)
    project.sql.execute(
        "INSERT INTO changes (project, kind, epoch) VALUES ($1, 'tokens', 1) "
        "ON CONFLICT (project, kind) DO UPDATE SET epoch = changes.epoch + 1, changed_by = pg_current_xact_id()",
        project.key,
    )
    time.sleep(1.0)
    assert not works(project, token)


@pytest.mark.parametrize("client", ["backend", "admin"])
def test_another_client_revokes_nothing_and_learns_nothing(project: Project, client: str) -> None:
    token = issued(sign_in(project))["access_token"]
    assert ok(ask(project, "token/revoke", client=client, token=token), 200) == {}
    assert ok(ask(project, "token/revoke", client=client, token="never-issued"), 200) == {}
    assert works(project, token)
    oauth_refused(ask(project, "token/revoke"), 400, "invalid_request")


def test_a_client_of_the_same_name_in_another_project_revokes_nothing(project: Project, other_project: Project) -> None:
    project.sql.execute(
        "UPDATE api_clients SET secret_hash = $2 WHERE project = $1 AND id = 'storefront'",
        other_project.key,
        sha256("\0".join((other_project.key, "storefront", "another-secret")).encode()).digest(),
    )
    token = issued(sign_in(project))["access_token"]
    assert ok(ask(project, "token/revoke", secret="another-secret", token=token), 200) == {}
    assert works(project, token)


def test_an_expired_token_is_nobodys(project: Project) -> None:
    answer = issued(sign_in(project))
    project.sql.execute("UPDATE tokens SET expires_at = now() - interval '1 second' WHERE project = $1", project.key)
    refused(project.api(answer["access_token"]).get(NO_CART), 401, "invalid_token")
    oauth_refused(refresh(project, answer["refresh_token"]), 400, "invalid_grant")
    asked = ask(project, "introspect", client="admin", token=answer["access_token"])
    assert ok(asked, 200) == {"active": False}


def test_access_lasts_two_days_and_a_sign_in_two_hundred(project: Project) -> None:
    issued(sign_in(project))
    query = (
        "SELECT kind, round(extract(epoch FROM expires_at - now()) / 60)::int AS minutes FROM tokens "
        "WHERE project = $1 ORDER BY kind"
    )
    rows = [(row["kind"], row["minutes"]) for row in project.sql.rows(query, project.key)]
    assert rows == [("access", 48 * 60), ("refresh", 200 * 24 * 60)]


def test_introspection_says_what_a_token_is_good_for(project: Project) -> None:
    scope = f"manage_my_orders:{project.key}"
    answer = issued(sign_in(project, scope=scope))
    for token, days in ((answer["access_token"], 2), (answer["refresh_token"], 200)):
        asked = ok(ask(project, "introspect", client="admin", token=token), 200)
        assert abs(asked.pop("exp") - time.time() - days * 86_400) < 60
        assert asked == {"active": True, "scope": scope, "client_id": "storefront"}
    assert ok(ask(project, "introspect", client="admin", token="never-issued"), 200) == {"active": False}


def test_introspection_needs_its_scope(project: Project) -> None:
    token = issued(client_token(project))["access_token"]
    oauth_refused(ask(project, "introspect", token=token), 403, "insufficient_scope")
    oauth_refused(ask(project, "introspect", client="backend", token="never-issued"), 403, "insufficient_scope")
    project.sql.execute(
        "UPDATE api_clients SET scopes = scopes || $2::text WHERE project = $1 AND id = 'storefront'",
        project.key,
        f"introspect_oauth_tokens:{project.key}",
    )
    assert ok(ask(project, "introspect", token=token), 200)["active"] is True
