"""Tokens of clients, guests, customers and staff: what is granted, and what is refused."""

from urllib.parse import quote

import pytest

from tests.api.oauth import (
    SHOPPER,
    ask,
    client_token,
    guest,
    issued,
    oauth_refused,
    sign_in,
    sign_in_staff,
    tokens_kept,
)
from tests.client import refused
from tests.conftest import Project


def shopper(project: Project) -> str:
    return SHOPPER.format(*[project.key] * 3)


def test_a_client_is_granted_the_scope_it_asks_for(project: Project) -> None:
    scope = f"manage_orders:{project.key} view_orders:{project.key}:siteA"
    answer = issued(client_token(project, "backend", scope=scope))
    assert answer["scope"] == scope
    assert "refresh_token" not in answer
    project.api(answer["access_token"]).create("/carts", {"currency": "USD"})


def test_a_scope_may_come_unencoded(project: Project) -> None:
    scope = f"manage_my_orders:{project.key} view_published_products:{project.key}"
    answer = project.http.post(
        "/oauth/token",
        content=f"grant_type=client_credentials&scope={scope}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=("storefront", "storefront-secret"),
    )
    assert issued(answer)["scope"] == scope


def test_parameters_may_come_in_the_query(project: Project) -> None:
    query = f"grant_type=client_credentials&scope={quote(shopper(project))}"
    answer = project.http.post(f"/oauth/token?{query}", auth=("storefront", "storefront-secret"))
    assert issued(answer)["scope"] == shopper(project)


def test_a_client_of_several_projects_has_to_name_one(project: Project, other_project: Project) -> None:
    oauth_refused(ask(project, "token", client="admin", grant_type="client_credentials"), 400, "invalid_request")
    both = f"manage_project:{project.key} manage_project:{other_project.key}"
    oauth_refused(client_token(project, "admin", scope=both), 400, "invalid_request")
    answer = issued(client_token(project, "admin", scope=f"manage_project:{project.key}"))
    admin = project.api(answer["access_token"])
    admin.create("/carts", {"currency": "USD"})
    refused(admin.on_project(other_project.key).post("/carts", {"currency": "USD"}), 403, "insufficient_scope")
    assert other_project.counts()["carts"] == 0


def test_a_client_that_manages_the_project_may_be_granted_any_scope_of_it(project: Project) -> None:
    scope = f"manage_my_orders:{project.key} create_staff_token:{project.key}"
    assert issued(client_token(project, "admin", scope=scope))["scope"] == scope


@pytest.mark.parametrize(
    "scope", ["manage_orders:{}", "manage_project:{}", "manage_my_orders:{} manage_orders:{}:siteA"]
)
def test_a_scope_beyond_the_clients_own_is_refused(project: Project, scope: str) -> None:
    before = tokens_kept(project)
    body = oauth_refused(client_token(project, scope=scope.format(*[project.key] * 2)), 400, "invalid_scope")
    assert scope.format(*[project.key] * 2).split()[-1] in body["message"]
    assert tokens_kept(project) == before


@pytest.mark.parametrize("auth", [None, ("storefront", "wrong"), ("nobody", "storefront-secret"), ("storefront", "")])
@pytest.mark.parametrize("path", ["token", "{}/anonymous/token", "{}/customers/token", "token/revoke", "introspect"])
def test_a_client_without_its_secret_is_refused(project: Project, path: str, auth: tuple[str, str] | None) -> None:
    form = {"grant_type": "client_credentials"}
    response = project.http.post(f"/oauth/{path.format(project.key)}", data=form, auth=auth)
    oauth_refused(response, 401, "invalid_client")
    assert response.headers["www-authenticate"] == 'Basic realm="handcart"'
    # Paths without a project count together, and would lock the client out of other tests.
    project.sql.execute("DELETE FROM sign_in_failures WHERE project = ''")


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic " + "YWJj", "Bearer abc", "Basic /w=="])
def test_credentials_that_are_none_are_refused(project: Project, header: str) -> None:
    form = {"grant_type": "client_credentials"}
    answer = project.http.post("/oauth/token", data=form, headers={"Authorization": header})
    oauth_refused(answer, 401, "invalid_client")


def test_the_grant_type_has_to_be_one_of_the_endpoint(project: Project) -> None:
    oauth_refused(ask(project, "token"), 400, "invalid_request")
    oauth_refused(ask(project, "token", grant_type="password"), 400, "unsupported_grant_type")
    oauth_refused(ask(project, "{pk}/customers/token", grant_type="client_credentials"), 400, "unsupported_grant_type")
    oauth_refused(ask(project, "{pk}/anonymous/token", grant_type="password"), 400, "unsupported_grant_type")


def test_a_parameter_has_one_value(project: Project) -> None:
    answer = project.http.post(
        "/oauth/token?grant_type=client_credentials",
        data={"grant_type": "refresh_token"},
        auth=("storefront", "storefront-secret"),
    )
    oauth_refused(answer, 400, "invalid_request")


def test_a_guest_gets_a_session_that_cannot_be_guessed(project: Project) -> None:
    first, second = issued(guest(project)), issued(guest(project))
    for each in (first, second):
        scope, _, subject = each["scope"].rpartition(" ")
        assert scope == shopper(project)
        assert subject.startswith("anonymous_id:")
        assert len(subject) >= len("anonymous_id:") + 43
        assert each["refresh_token"]
    assert first["scope"] != second["scope"]


def test_a_guests_token_is_issued_again_for_the_same_session(project: Project) -> None:
    scope = f"manage_my_orders:{project.key}"
    first = issued(guest(project, anonymous_id="guest-1", scope=scope))
    cart = project.api(first["access_token"]).create("/me/carts", {"currency": "USD"})
    again = issued(guest(project, anonymous_id="guest-1", scope=scope))
    assert (first["scope"], again["scope"]) == (scope, scope)
    assert again["access_token"] != first["access_token"]
    assert project.api(again["access_token"]).read(f"/me/carts/{cart['id']}") == cart


def test_a_guest_needs_a_client_that_may_make_guests(project: Project) -> None:
    oauth_refused(guest(project, client="backend"), 403, "insufficient_scope")
    assert issued(guest(project, client="admin"))["scope"].startswith(f"view_published_products:{project.key} ")
    assert tokens_kept(project) == 2


@pytest.mark.parametrize("anonymous_id", ["x" * 257, "a\nb", "a\0b"])
def test_an_anonymous_id_is_printable_and_not_endless(project: Project, anonymous_id: str) -> None:
    oauth_refused(guest(project, anonymous_id=anonymous_id), 400, "invalid_request")
    assert tokens_kept(project) == 0


@pytest.mark.parametrize("email", ["alice@example.com", "ALICE@Example.COM"])
def test_s1_37_a_customer_signs_in_with_the_address_in_any_case(project: Project, email: str) -> None:
    answer = issued(sign_in(project, email))
    assert answer["scope"] == shopper(project)
    assert answer["refresh_token"]
    row = project.sql.row("SELECT customer_id FROM tokens WHERE project = $1 AND kind = 'access'", project.key)
    assert str(row["customer_id"]) == project.customer_id("alice")


def test_a_customers_scope_is_the_requested_one(project: Project) -> None:
    scope = f"manage_my_profile:{project.key} manage_my_orders:{project.key}:siteA"
    assert issued(sign_in(project, scope=scope))["scope"] == scope
    oauth_refused(sign_in(project, scope=f"manage_orders:{project.key}"), 400, "invalid_scope")


@pytest.mark.parametrize(
    ("email", "password"),
    [("alice@example.com", "PW"), ("nobody@example.com", "pw"), ("alice@example.com\0", "pw"), ("%", "pw")],
)
def test_s1_29_wrong_credentials_sign_nobody_in(project: Project, email: str, password: str) -> None:
    cart = project.guest("guest-1").create("/me/carts", {"currency": "USD"})
    before = (project.cart_row(cart["id"]), tokens_kept(project))
    response = sign_in(project, email, password)
    if "\0" in email:
        assert response.status_code == 400
    else:
        oauth_refused(response, 400, "invalid_customer_account_credentials")
    assert (project.cart_row(cart["id"]), tokens_kept(project)) == before


def test_username_and_password_are_required(project: Project) -> None:
    oauth_refused(ask(project, "{pk}/customers/token", grant_type="password", username="a"), 400, "invalid_request")
    oauth_refused(ask(project, "{pk}/customers/token", grant_type="password", password="a"), 400, "invalid_request")


def test_s1_38_a_customer_of_another_store_is_refused_in_this_one(project: Project) -> None:
    alice = project.admin.read("/customers/key=alice")
    stores = [{"typeId": "store", "key": "siteD"}]
    project.admin.update("/customers", alice, {"action": "setStores", "stores": stores})
    path = "{pk}/in-store/key=%s/customers/token"
    before = tokens_kept(project)
    oauth_refused(sign_in(project, path=path % "siteA"), 400, "invalid_customer_account_credentials")
    assert tokens_kept(project) == before
    issued(sign_in(project, path=path % "siteD"))
    issued(sign_in(project))
    issued(sign_in(project, "bob@example.com", path=path % "siteA"))
    refused(sign_in(project, path=path % "nowhere"), 404, "ResourceNotFound")


def test_s0_2_a_member_of_staff_gets_what_its_roles_allow(project: Project) -> None:
    answer = issued(sign_in_staff(project))
    subject, *behaviours = answer["scope"].split()
    assert subject.startswith("staff_id:")
    assert "cart:switch" in behaviours
    assert "admin:staff" not in behaviours
    assert answer["refresh_token"]


def test_s0_19_each_sign_in_of_an_agent_is_a_device_of_its_own(project: Project) -> None:
    issued(sign_in_staff(project))
    issued(sign_in_staff(project))
    devices = project.sql.rows("SELECT DISTINCT device FROM tokens WHERE project = $1", project.key)
    assert len(devices) == 2


def test_a_staff_token_has_no_power_beyond_the_roles(project: Project) -> None:
    scope = f"manage_orders:{project.key} manage_customers:{project.key}"
    answer = issued(sign_in_staff(project, "csr2", scope=scope))
    assert answer["scope"] == scope
    cart = project.backend.create("/carts", {"currency": "USD"})
    change = {"version": 1, "actions": [{"action": "setKey", "key": "mine"}]}
    refused(project.api(answer["access_token"]).post(f"/carts/{cart['id']}", change), 403, "insufficient_scope")
    assert project.backend.read(f"/carts/{cart['id']}") == cart


def test_staff_need_a_client_that_may_sign_them_in(project: Project) -> None:
    oauth_refused(sign_in_staff(project, client="storefront"), 403, "insufficient_scope")
    oauth_refused(sign_in_staff(project, scope=f"manage_project:{project.key}"), 400, "invalid_scope")
    oauth_refused(sign_in_staff(project, password="wrong"), 400, "invalid_grant")
    oauth_refused(sign_in_staff(project, "nobody"), 400, "invalid_grant")
    assert tokens_kept(project) == 0


def test_staff_without_a_password_sign_in_elsewhere(project: Project) -> None:
    project.sql.execute("UPDATE staff SET password_hash = NULL WHERE project = $1", project.key)
    oauth_refused(sign_in_staff(project), 400, "invalid_grant")


def test_an_unknown_project_has_no_tokens(project: Project) -> None:
    refused(project.http.post("/oauth/nowhere/customers/token"), 404, "ResourceNotFound")


def test_secrets_are_kept_as_hashes_only(project: Project) -> None:
    answer = issued(sign_in(project))
    for table in ("tokens", "api_clients"):
        text = project.sql.value(f"SELECT string_agg(t::text, ' ') FROM {table} t WHERE project = $1", project.key)
        for secret in (answer["access_token"], answer["refresh_token"], "storefront-secret"):
            assert secret not in text
            assert secret.encode().hex() not in text
