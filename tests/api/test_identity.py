"""Staff signs in once, through an OpenID provider: there and back in a browser, or with an ID token (S0-2)."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from joserfc.jwk import JWKRegistry, RSAKey
from pytest_iam import Server

from tests.api.oauth import ask, issued, oauth_refused, refresh
from tests.client import in_parallel, ok, refused
from tests.identity_provider import SCOPES, Browser, Provider, query_of
from tests.project import Project

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


@pytest.fixture
def provider(iam_server: Server, project: Project) -> Provider:
    """A provider that the project knows."""
    provider = Provider(iam_server, project)
    provider.configure()
    return provider


@pytest.fixture
def browser(provider: Provider) -> Iterator[Browser]:
    """A browser without any cookie."""
    with Browser(provider) as browser:
        yield browser


def rows(project: Project) -> Any:
    """Staff and its tokens, to prove that nobody was let in."""
    return [
        project.sql.rows(f"SELECT * FROM {table} WHERE project = $1 ORDER BY 1, 2", project.key)
        for table in ("staff", "tokens")
    ]


def member(project: Project, token: str) -> dict[str, Any]:
    """The member of staff whose token it is."""
    return project.sql.row(
        "SELECT s.* FROM staff s JOIN tokens t ON t.project = s.project AND t.staff_id = s.id WHERE t.hash = $1",
        sha256(token.encode()).digest(),
    )


def exchange(project: Project, id_token: str, **form: str) -> httpx.Response:
    form = {"client": "backend", "subject_token_type": ID_TOKEN, **form}
    return ask(project, "{pk}/staff/token", grant_type=TOKEN_EXCHANGE, subject_token=id_token, **form)


def test_s0_2_an_agent_signs_in_through_the_provider_and_has_the_roles_of_its_groups(
    project: Project, provider: Provider, browser: Browser
):
    john = provider.person("john", "sales", "unknown")
    answer = browser.sign_in(john)
    token = issued(answer)
    assert "refresh_token" not in token
    assert answer.headers["referrer-policy"] == "no-referrer"
    found = member(project, token["access_token"])
    assert (found["roles"], found["password_hash"], found["issuer"]) == (["SalesAgent"], None, provider.issuer)
    assert (found["username"], found["name"]) == (john.emails[0], "John")
    assert token["scope"].split()[0] == f"staff_id:{found['id']}"
    assert "cart:switch" in token["scope"].split()
    api = project.api(token["access_token"])
    assert api.get("/customers").status_code == 200
    refused(api.get("/carts"), 403, "insufficient_scope")


def test_s0_2_who_signs_in_again_is_the_same_member_of_staff(project: Project, provider: Provider, browser: Browser):
    john = provider.person("john", "sales")
    first, second = issued(browser.sign_in(john)), issued(browser.sign_in(john))
    assert first["access_token"] != second["access_token"]
    assert member(project, first["access_token"])["id"] == member(project, second["access_token"])["id"]


def test_groups_that_change_at_the_provider_are_roles_at_the_next_sign_in(
    project: Project, provider: Provider, browser: Browser
):
    john = provider.person("john", "sales")
    issued(browser.sign_in(john))
    provider.put_into(john, "desk", "sales")
    assert member(project, issued(browser.sign_in(john))["access_token"])["roles"] == ["CSR", "SalesAgent"]
    provider.put_into(john, "desk")
    assert member(project, issued(browser.sign_in(john))["access_token"])["roles"] == ["CSR"]


def test_who_is_in_no_known_group_is_signed_in_and_may_do_nothing(
    project: Project, provider: Provider, browser: Browser
):
    token = issued(browser.sign_in(provider.person("john", "unknown")))["access_token"]
    assert member(project, token)["roles"] == []
    for path in ("/customers", "/orders", "/carts", "/stores"):
        refused(project.api(token).get(path), 403, "insufficient_scope")


def test_a_name_that_is_taken_is_left_to_whoever_has_it(project: Project, provider: Provider, browser: Browser):
    john = provider.person("john", "sales")
    taken = {"name": "Another", "roles": ["Admin"], "password": "pw"}
    ok(project.admin.outside().put(f"/ccadmin/v1/staff/{john.emails[0]}", taken))
    found = member(project, issued(browser.sign_in(john))["access_token"])
    assert found["username"] == f"{john.user_name}@{provider.issuer.removeprefix('http://')}"
    assert found["roles"] == ["SalesAgent"]


def test_a_member_with_a_password_is_the_same_one_at_the_provider_if_somebody_has_said_so(
    project: Project, provider: Provider, browser: Browser
):
    john = provider.person("john", "desk")
    identity = {"issuer": provider.issuer, "subject": john.user_name}
    body = {"name": "Agent", "roles": ["SalesAgent"], "identity": identity}
    linked = ok(project.admin.outside().put("/ccadmin/v1/staff/agent7", body))
    assert linked["hasPassword"]
    found = member(project, issued(browser.sign_in(john))["access_token"])
    assert (str(found["id"]), found["username"], found["roles"]) == (linked["id"], "agent7", ["CSR"])


def test_what_goes_to_the_provider_is_what_comes_back_proves(provider: Provider, browser: Browser):
    sent = browser.go()
    asked = query_of(sent.headers["location"])
    assert sent.headers["location"].startswith(f"{provider.issuer}/oauth/authorize?")
    assert asked.keys() == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge"),
        "code_challenge_method",
    }
    assert (asked["response_type"], asked["client_id"]) == ("code", provider.client_id)
    assert (asked["redirect_uri"], asked["scope"]) == (provider.callback, " ".join(SCOPES))
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[each]) for each in ("state", "nonce", "code_challenge")) >= 43
    cookie = sent.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert f"path=/{provider.project.key}/staff" in cookie
    assert sent.headers["cache-control"] == "no-store"


def test_a_sign_in_leads_back_to_a_page_of_this_host_only(provider: Provider, browser: Browser):
    john = provider.person("john", "sales")
    assert issued(browser.sign_in(john, redirect="/console?a=b"))["redirect"] == "/console?a=b"
    for elsewhere in ("https://example.com", "//example.com", "/\\example.com", "console", "", "/a\nb", "javascript:1"):
        refused(browser.go(redirect=elsewhere), 400, "InvalidField", field="redirect")


def test_a_state_is_good_once(project: Project, provider: Provider, browser: Browser):
    back = browser.prove(provider.person("john", "sales"), browser.go())
    issued(browser.come_back(back))
    before = rows(project)
    refused(browser.come_back(back), 400, "InvalidOperation", "SignInUnknown")
    assert rows(project) == before


def test_a_state_is_good_in_the_browser_and_the_project_that_it_was_made_for(
    project: Project, provider: Provider, browser: Browser, iam_server: Server, other_project: Project
):
    other = Provider(iam_server, other_project)
    other.configure()
    back = browser.prove(provider.person("john", "sales"), browser.go())
    before = rows(project)
    with Browser(provider) as another:
        refused(another.come_back(back), 400, "InvalidOperation", "SignInUnknown")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    elsewhere = back.replace(f"/{project.key}/", f"/{other_project.key}/")
    answer = httpx.get(elsewhere, headers={"Cookie": cookies})
    refused(answer, 400, "InvalidOperation", "SignInUnknown")
    refused(browser.come_back(f"{provider.callback}?state=made-up&code=x"), 400, "InvalidOperation", "SignInUnknown")
    assert rows(project) == before
    issued(browser.come_back(back))


def test_a_state_expires(project: Project, provider: Provider, browser: Browser):
    back = browser.prove(provider.person("john", "sales"), browser.go())
    project.sql.execute("UPDATE begun_sign_ins SET expires_at = now() WHERE project = $1", project.key)
    before = rows(project)
    refused(browser.come_back(back), 400, "InvalidOperation", "SignInUnknown")
    assert rows(project) == before


def test_two_sign_ins_of_one_browser_do_not_get_in_each_others_way(provider: Provider, browser: Browser):
    john = provider.person("john", "sales")
    first, second = browser.go(), browser.go()
    issued(browser.come_back(browser.prove(john, second)))
    issued(browser.come_back(browser.prove(john, first)))


@pytest.mark.parametrize(("column", "code"), [("nonce", "invalid_request"), ("verifier", "invalid_grant")])
def test_a_code_is_worth_nothing_in_another_sign_in(
    project: Project, provider: Provider, browser: Browser, column: str, code: str
):
    back = browser.prove(provider.person("john", "sales"), browser.go())
    other = "x" * 43
    project.sql.execute(f"UPDATE begun_sign_ins SET {column} = $2 WHERE project = $1", project.key, other)
    before = rows(project)
    said = {"nonce": "nonce", "verifier": "invalid_grant"}[column]
    assert said in oauth_refused(browser.come_back(back), 400, code)["message"]
    assert rows(project) == before
    refused(browser.come_back(back), 400, "InvalidOperation", "SignInUnknown")


def test_what_the_provider_refuses_is_told(project: Project, provider: Provider, browser: Browser):
    before = rows(project)
    state = query_of(browser.go().headers["location"])["state"]
    answer = browser.come_back(f"{provider.callback}?state={state}&error=access_denied&error_description=No%0Athanks")
    assert "access_denied (Nothanks)" in oauth_refused(answer, 400, "invalid_grant")["message"]
    state = query_of(browser.go().headers["location"])["state"]
    oauth_refused(browser.come_back(f"{provider.callback}?state={state}&code=made-up"), 400, "invalid_grant")
    state = query_of(browser.go().headers["location"])["state"]
    address = f"{provider.callback}?state={state}&code=x&iss=https://id.example.com"
    oauth_refused(browser.come_back(address), 400, "invalid_grant")
    state = query_of(browser.go().headers["location"])["state"]
    refused(browser.come_back(f"{provider.callback}?state={state}"), 400, "RequiredField", field="code")
    refused(browser.come_back(provider.callback), 400, "RequiredField", field="state")
    assert rows(project) == before


def test_a_wrong_secret_lets_nobody_in(project: Project, provider: Provider, browser: Browser):
    provider.configure(clientSecret="wrong")
    before = rows(project)
    answer = browser.sign_in(provider.person("john", "sales"))
    assert "invalid_client" in oauth_refused(answer, 400, "invalid_grant")["message"]
    assert rows(project) == before


def test_a_provider_that_is_gone_by_then_lets_nobody_in(project: Project, provider: Provider, browser: Browser):
    back = browser.prove(provider.person("john", "sales"), browser.go())
    before = rows(project)
    assert project.admin.outside().delete("/ccadmin/v1/identityProvider").status_code == 204
    refused(browser.come_back(back), 400, "InvalidOperation", "NoIdentityProvider")
    refused(browser.go(), 400, "InvalidOperation", "NoIdentityProvider")
    refused(exchange(project, provider.id_token()), 400, "InvalidOperation", "NoIdentityProvider")
    assert rows(project) == before


def test_an_id_token_is_exchanged_for_one_of_ours(project: Project, provider: Provider):
    claims = {"sub": "00u1", "name": "Jane Doe", "preferred_username": "jane"}
    token = issued(exchange(project, provider.id_token(**claims)))
    assert token["issued_token_type"] == ACCESS_TOKEN
    found = member(project, token["access_token"])
    assert (found["username"], found["name"], found["subject"]) == ("jane", "Jane Doe", "00u1")
    assert found["roles"] == ["SalesAgent"]
    assert project.api(token["access_token"]).get("/customers").status_code == 200
    again = issued(refresh(project, token["refresh_token"], client="backend"))
    assert member(project, again["access_token"])["id"] == found["id"]
    scope = f"view_orders:{project.key}"
    assert issued(exchange(project, provider.id_token(**claims), scope=scope))["scope"] == scope


def test_first_sign_ins_at_once_make_one_member(project: Project, provider: Provider):
    token = provider.id_token(sub="00u1")
    answers = in_parallel([lambda: exchange(project, token) for _ in range(6)])
    assert len({member(project, issued(each)["access_token"])["id"] for each in answers}) == 1
    members = "SELECT count(*) FROM staff WHERE project = $1 AND subject = '00u1'"
    assert project.sql.value(members, project.key) == 1


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"aud": "another"}, "aud"),
        ({"aud": ["another", "third"]}, "aud"),
        ({"aud": ["{client}", "another"]}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"aud": None}, "aud"),
        ({"iss": "https://id.example.com"}, "iss"),
        ({"iss": None}, "iss"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "never"}, "exp"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"nbf": 4_000_000_000}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": "x" * 256}, "subject"),
    ],
)
def test_an_id_token_that_is_not_for_us_and_now_is_refused(
    project: Project, provider: Provider, claims: dict[str, Any], said: str
):
    if isinstance(claims.get("aud"), list):
        claims = {**claims, "aud": [each.format(client=provider.client_id) for each in claims["aud"]]}
    before = rows(project)
    body = oauth_refused(exchange(project, provider.id_token(**claims)), 400, "invalid_request")
    assert said in body["message"]
    assert rows(project) == before


def test_an_id_token_of_several_is_ours_if_it_was_issued_to_us(project: Project, provider: Provider):
    both = [provider.client_id, "another"]
    issued(exchange(project, provider.id_token(aud=both, azp=provider.client_id)))


def test_an_id_token_with_another_signature_is_refused(project: Project, provider: Provider):
    before = rows(project)
    own = JWKRegistry.import_key(provider.keys()[0])
    stranger = RSAKey.generate_key(2048, {"kid": own.kid or ""})
    unknown = RSAKey.generate_key(2048, {"kid": "unknown"})
    head, _, _ = provider.id_token().split(".")
    _, claims, signature = provider.id_token(sub="another").split(".")
    for token in (
        provider.id_token(key=stranger),
        provider.id_token(key=unknown),
        f"{head}.{claims}.{signature[:-4]}AAAA",
        f"eyJhbGciOiJub25lIn0.{claims}.",
        f"{head}.{claims}.",
        "no token",
        "a.b.c",
        "x" * 40_000,
    ):
        oauth_refused(exchange(project, token), 400, "invalid_request")
    assert rows(project) == before


def test_an_exchange_asks_for_what_there_is(project: Project, provider: Provider):
    before = rows(project)
    token = provider.id_token()
    oauth_refused(exchange(project, token, subject_token_type=ACCESS_TOKEN), 400, "invalid_request")
    oauth_refused(exchange(project, token, requested_token_type=ID_TOKEN), 400, "invalid_request")
    oauth_refused(exchange(project, token, scope=f"manage_project:{project.key}"), 400, "invalid_scope")
    oauth_refused(exchange(project, token, client="storefront"), 403, "insufficient_scope")
    oauth_refused(exchange(project, token, secret="wrong"), 401, "invalid_client")
    assert rows(project) == before


def test_a_provider_may_change_its_keys_at_any_time(project: Project, provider: Provider):
    issued(exchange(project, provider.id_token()))
    keys = provider.iam.app.config["CANAILLE_OIDC"]
    signed_before = provider.id_token()
    keys["ACTIVE_JWKS"] = [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)]
    issued(exchange(project, provider.id_token()))
    oauth_refused(exchange(project, signed_before), 400, "invalid_request")


def test_somebody_who_left_ends_up_without_a_token_and_may_be_let_in_anew(project: Project, provider: Provider):
    token = issued(exchange(project, provider.id_token(preferred_username="jane")))
    assert project.admin.outside().delete("/ccadmin/v1/staff/jane").status_code == 204
    refused(project.api(token["access_token"]).get("/customers"), 401, "invalid_token")
    issued(exchange(project, provider.id_token(preferred_username="jane")))
