"""How the tests of sign-in ask for tokens: HTTP Basic, and a form as the official SDKs send it."""

from typing import Any

import httpx

from tests.client import ok
from tests.conftest import CLIENTS, Project

SHOPPER = "view_published_products:{} manage_my_orders:{} manage_my_profile:{}"


def ask(
    project: Project, path: str, *, client: str = "storefront", secret: str | None = None, **form: str
) -> httpx.Response:
    """A request to a token endpoint; ``path`` is behind ``/oauth/``, and ``{pk}`` in it is the project's key."""
    url = "/oauth/" + path.replace("{pk}", project.key)
    return project.http.post(url, data=form, auth=(client, secret or CLIENTS.get(client, "?")))


def sign_in(project: Project, email: str = "alice@example.com", password: str = "pw", **options: str) -> httpx.Response:
    """A customer's password sign-in."""
    path = options.pop("path", "{pk}/customers/token")
    return ask(project, path, grant_type="password", username=email, password=password, **options)


def sign_in_staff(project: Project, username: str = "agent7", password: str = "pw", **options: str) -> httpx.Response:
    """A member of staff's password sign-in."""
    options = {"client": "backend", **options}
    return ask(project, "{pk}/staff/token", grant_type="password", username=username, password=password, **options)


def guest(project: Project, **options: str) -> httpx.Response:
    """A guest's token."""
    return ask(project, "{pk}/anonymous/token", grant_type="client_credentials", **options)


def client_token(project: Project, client: str = "storefront", **options: str) -> httpx.Response:
    """A client's own token, in this project by its scope."""
    options.setdefault("scope", f"manage_my_orders:{project.key}")
    return ask(project, "token", client=client, grant_type="client_credentials", **options)


def refresh(project: Project, token: str, **options: str) -> httpx.Response:
    """A new access token for a refresh token."""
    return ask(project, "token", grant_type="refresh_token", refresh_token=token, **options)


def issued(response: httpx.Response) -> dict[str, Any]:
    """The token that an answer has to be."""
    answer: dict[str, Any] = ok(response, 200)
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 172_800
    assert len(answer["access_token"]) >= 43
    assert response.headers["cache-control"] == "no-store"
    return answer


def oauth_refused(response: httpx.Response, status: int, error: str) -> dict[str, Any]:
    """The body of a refusal as OAuth and the commerce API both read it."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert (body["statusCode"], body["error"]) == (status, error)
    assert body["errors"][0]["code"] == error
    assert body["message"] == body["error_description"] == body["errors"][0]["message"]
    assert response.headers["cache-control"] == "no-store"
    return body


def tokens_kept(project: Project) -> int:
    """How many tokens the project has."""
    count: int = project.sql.value("SELECT count(*) FROM tokens WHERE project = $1", project.key)
    return count
