"""A real OpenID provider beside the tests, and a browser that somebody signs in with."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from canaille.core.models import User
from canaille.oidc.basemodels import Client
from joserfc import jwt
from joserfc.jwk import JWKRegistry, Key
from pytest_iam import Server

from tests.client import ok
from tests.project import Project

SCOPES = ["openid", "profile", "email", "groups"]


class Provider:
    """The provider as one project knows it: a client of its own, and groups."""

    def __init__(self, iam: Server, project: Project) -> None:
        self.iam = iam
        self.project = project
        self.issuer = iam.url.rstrip("/")
        self.callback = f"{str(project.http.base_url).rstrip('/')}/{project.key}/staff/callback"
        self.client_id, self.client_secret = f"handcart-{project.key}", secrets.token_hex(16)
        self.client = self.register(self.client_id, self.client_secret)

    def register(self, client_id: str, client_secret: str) -> Client:
        """A client at the provider."""
        client = self.iam.models.Client(
            client_id=client_id,
            client_secret=client_secret,
            client_name=client_id,
            client_uri="http://localhost",
            redirect_uris=[self.callback],
            grant_types=["authorization_code", "refresh_token"],
            response_types=["code"],
            scope=SCOPES,
            token_endpoint_auth_method="client_secret_basic",
            id_token_signed_response_alg="RS256",
        )
        self.iam.backend.save(client)
        client.audience = [client]
        self.iam.backend.save(client)
        return client

    def configure(self, **fields: Any) -> Any:
        """Tell the project of the provider."""
        body = {
            "issuer": self.issuer,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "scopes": SCOPES,
            "roleOfGroup": {"sales": "SalesAgent", "desk": "CSR"},
            **fields,
        }
        return ok(self.project.admin.outside().put("/ccadmin/v1/identityProvider", body), 200)

    def person(self, username: str, *groups: str, **fields: Any) -> User:
        """Somebody who has an account there and lets Handcart see who it is."""
        name = f"{username}-{self.project.key}"
        user = self.iam.models.User(
            user_name=name, formatted_name=username.title(), family_name="X", emails=[f"{name}@example.com"], **fields
        )
        self.iam.backend.save(user)
        self.put_into(user, *groups)
        self.iam.consent(user, self.client)
        return user

    def put_into(self, user: User, *groups: str) -> None:
        """Let somebody be in these groups and no others."""
        found = []
        for name in groups:
            group = self.iam.backend.get(self.iam.models.Group, display_name=name)
            if group is None:
                group = self.iam.models.Group(display_name=name, members=[user])
                self.iam.backend.save(group)
            found.append(group)
        user.groups = found
        self.iam.backend.save(user)

    def keys(self) -> list[dict[str, Any]]:
        """The keys that the provider signs with, the first of them."""
        keys: list[dict[str, Any]] = self.iam.app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"]
        return keys

    def id_token(self, *, key: Key | None = None, **claims: Any) -> str:
        """An ID token with the provider's signature and whatever claims; None leaves one out."""
        key = key or JWKRegistry.import_key(self.keys()[0])
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "sub": "somebody",
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "groups": ["sales"],
            **claims,
        }
        given = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": key.kid}, given, key)


class Browser:
    """A browser with its cookies, at Handcart and at the provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.project = provider.project
        self.http = httpx.Client(base_url=self.project.http.base_url, timeout=30)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def go(self, **query: str) -> httpx.Response:
        """Ask Handcart to be signed in."""
        return self.http.get(f"/{self.project.key}/staff/login", params=query)

    def prove(self, user: User, sent: httpx.Response) -> str:
        """Sign in at the provider that Handcart has sent us to; answers where that sends us back to."""
        assert sent.status_code == 302, sent.text
        self.provider.iam.login(user)
        try:
            back = httpx.get(sent.headers["location"], timeout=30)
        finally:
            self.provider.iam.logout()
        assert back.status_code == 302, back.text
        return str(back.headers["location"])

    def come_back(self, address: str) -> httpx.Response:
        """Follow the provider back to Handcart."""
        return self.http.get(address)

    def sign_in(self, user: User, **query: str) -> httpx.Response:
        """All of it."""
        return self.come_back(self.prove(user, self.go(**query)))


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))
