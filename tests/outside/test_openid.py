"""What becomes of a provider that is slow, silent or strange; and of those that do some things in another way."""

import asyncio
import contextlib
import json
import threading
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from handcart.domain.errors import IdentityProviderFailed, InvalidIdToken, SignInRefused
from handcart.domain.identity import ConfiguredProvider, IdentityProvider, KnownIdentity
from handcart.outside.identity.id_tokens import REFETCHES_MAX
from handcart.outside.identity.openid import OpenIdProviders

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "s3cr3t &+"
KEY = RSAKey.generate_key(2048, {"kid": "one"})

Asked = dict[str, str]
Answer = tuple[int, bytes]
DISCOVERY = "/.well-known/openid-configuration"


class Provider:
    """A provider on loopback that answers what a test says, by path; ``asked`` is what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Asked], Answer]] = {}
        self.asked: list[tuple[str, Asked]] = []
        provider = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                self._answer(dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode())))

            def _answer(self, form: Asked) -> None:
                asked = {**form, "authorization": self.headers.get("authorization", "")}
                provider.asked.append((self.path, asked))
                status, body = provider.answers.get(self.path, lambda _: (404, b"{}"))(asked)
                with contextlib.suppress(ConnectionError):  # whoever asked may have given up
                    self.send_response(status)
                    if status == 302:
                        self.send_header("Location", DISCOVERY)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()
        self.issuer = f"http://127.0.0.1:{self.http.server_port}"
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        self.claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "00u1",
            "aud": "handcart",
            "nonce": "n",
            "iat": int(NOW.timestamp()),
            "exp": int(NOW.timestamp()) + 60,
            "groups": ["sales"],
        }
        self.says(DISCOVERY, lambda: self.metadata)
        self.says("/keys", lambda: {"keys": [KEY.as_dict(private=False)]})
        self.says("/token", lambda: {"id_token": self.id_token(), "access_token": "at", "token_type": "Bearer"})

    def says(self, path: str, answer: Callable[[], Any], status: int = 200) -> None:
        """Answer JSON at a path."""
        self.answers[path] = lambda _: (status, json.dumps(answer()).encode())

    def id_token(self, key: Any = KEY, algorithm: str = "RS256") -> str:
        """An ID token with the present claims."""
        return jwt.encode({"alg": algorithm, "kid": key.kid}, self.claims, key, [algorithm])

    def configured(self, secret: str | None = SECRET) -> ConfiguredProvider:
        """How a project has it set up."""
        provider = IdentityProvider(
            issuer=self.issuer,
            client_id="handcart",
            groups_claim="groups",
            role_of_group={},
            scopes=("openid",),
            has_client_secret=secret is not None,
        )
        return ConfiguredProvider(provider, secret)

    def count(self, path: str) -> int:
        """How often it was asked for that."""
        return [each for each, _ in self.asked].count(path)

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(10)


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


class Hands:
    """A clock that a test turns."""

    at = 0.0


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def providers(hands: Hands) -> AsyncIterator[OpenIdProviders]:
    providers = OpenIdProviders(seconds_max=0.5, monotonic=lambda: hands.at)
    yield providers
    await providers.close()


async def sign_in(providers: OpenIdProviders, provider: Provider, **options: Any) -> KnownIdentity:
    """Who comes back with a code."""
    configured = provider.configured(**options)
    return await providers.identity_for_code(
        configured, code="c", callback="https://shop/cb", verifier="v", nonce="n", now=NOW
    )


def slow() -> Any:
    time.sleep(1)
    return {}


async def test_a_code_is_redeemed_with_the_verifier_and_our_secret(providers: OpenIdProviders, provider: Provider):
    provider.claims |= {"name": "Jane", "preferred_username": "jane", "email": "jane@example.com"}
    assert await sign_in(providers, provider) == KnownIdentity(
        issuer=provider.issuer,
        subject="00u1",
        name="Jane",
        usernames=("jane", "jane@example.com", f"00u1@{provider.issuer.removeprefix('http://')}"),
        groups=("sales",),
    )
    (form,) = [form for path, form in provider.asked if path == "/token"]
    pair = b64encode(b"handcart:s3cr3t+%26%2B").decode()
    assert form == {
        "grant_type": "authorization_code",
        "code": "c",
        "redirect_uri": "https://shop/cb",
        "code_verifier": "v",
        "authorization": f"Basic {pair}",
    }


async def test_the_secret_goes_into_the_form_where_the_provider_wants_it_there(
    providers: OpenIdProviders, provider: Provider
):
    provider.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    await sign_in(providers, provider)
    (form,) = [form for path, form in provider.asked if path == "/token"]
    assert (form["client_id"], form["client_secret"], form["authorization"]) == ("handcart", SECRET, "")


async def test_without_a_secret_the_verifier_alone_proves_it(providers: OpenIdProviders, provider: Provider):
    await sign_in(providers, provider, secret=None)
    (form,) = [form for path, form in provider.asked if path == "/token"]
    assert (form["client_id"], form["authorization"]) == ("handcart", "")
    assert "client_secret" not in form


async def test_groups_that_are_not_in_the_token_are_asked_for(providers: OpenIdProviders, provider: Provider):
    del provider.claims["groups"]
    provider.says("/userinfo", lambda: {"sub": "00u1", "groups": ["desk"], "name": "Jane", "exp": 1})
    found = await sign_in(providers, provider)
    assert (found.groups, found.name) == (("desk",), "Jane")
    assert [form["authorization"] for path, form in provider.asked if path == "/userinfo"] == ["Bearer at"]
    provider.says("/userinfo", lambda: {"sub": "another", "groups": ["desk"]})
    assert (await sign_in(providers, provider)).groups == ()


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"groups": "sales"}, ("sales",)),
        ({"groups": ["sales", 7, None, "desk"]}, ("sales", "desk")),
        ({"groups": 7}, ()),
        ({"groups": []}, ()),
    ],
)
async def test_a_groups_claim_is_a_text_or_a_list(
    providers: OpenIdProviders, provider: Provider, claims: dict[str, Any], groups: tuple[str, ...]
):
    provider.claims |= claims
    assert (await sign_in(providers, provider)).groups == groups


@pytest.mark.parametrize(("claims", "usernames"), [({"preferred_username": " a\nb"}, 1), ({"email": 7}, 1), ({}, 1)])
async def test_names_that_are_none_are_left_out(
    providers: OpenIdProviders, provider: Provider, claims: dict[str, Any], usernames: int
):
    provider.claims |= claims
    found = await sign_in(providers, provider)
    assert (len(found.usernames), found.name) == (usernames, None)


@pytest.mark.parametrize("path", [DISCOVERY, "/keys", "/token"])
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _: (500, b"oops"), "it answers with HTTP status 500"),
        (lambda _: (302, b""), "it answers with HTTP status 302"),
        (lambda _: (200, b"<html>Maintenance</html>"), "its answer is not understood"),
        (lambda _: (200, b"[" * 100_000), "its answer is not understood"),
        (lambda _: (200, b"\xff\xfe"), "its answer is not understood"),
        (lambda _: (200, b" " * 300_000), "its answer is too long"),
        (lambda _: (200, json.dumps(slow()).encode()), "it does not answer within 0.5 seconds"),
    ],
)
async def test_a_provider_that_fails_is_said_to(
    providers: OpenIdProviders, provider: Provider, path: str, answer: Callable[[Asked], Answer], why: str
):
    provider.answers[path] = answer
    with pytest.raises(IdentityProviderFailed) as failed:
        await sign_in(providers, provider)
    assert failed.value.why == why


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("issuer", "https://another.example.com", "it says that it is another issuer"),
        ("token_endpoint", "http://id.example.com/token", "it names an address without https"),
        ("jwks_uri", "file:///etc/passwd", "it names an address without https"),
        ("jwks_uri", "", "it names an address without https"),
        ("token_endpoint", 7, "its answer is not understood"),
    ],
)
async def test_a_provider_that_says_strange_things_of_itself_is_not_used(
    providers: OpenIdProviders, provider: Provider, field: str, value: Any, why: str
):
    provider.metadata[field] = value
    with pytest.raises(IdentityProviderFailed) as failed:
        await sign_in(providers, provider)
    assert failed.value.why == why


async def test_a_browser_is_sent_nowhere_without_https(providers: OpenIdProviders, provider: Provider):
    provider.metadata["authorization_endpoint"] = "http://id.example.com/authorize"
    with pytest.raises(IdentityProviderFailed):
        await providers.authorization_address(provider.configured().provider)


async def test_what_the_provider_refuses_is_told(providers: OpenIdProviders, provider: Provider):
    provider.says("/token", lambda: {"error": "invalid_grant", "error_description": "Too\x07 late" + "!" * 500}, 400)
    with pytest.raises(SignInRefused) as refused:
        await sign_in(providers, provider)
    assert refused.value.why.startswith("invalid_grant (Too late!")
    assert len(refused.value.why) == 200


async def test_a_key_that_nobody_else_has_signs(providers: OpenIdProviders, provider: Provider):
    curve = ECKey.generate_key("P-256", {"kid": "curve"})
    shared = OctKey.import_key(SECRET * 8, {"kid": "shared"})
    odd = [{"kty": "PQ", "kid": "new"}, {"kty": "RSA", "kid": "broken"}, {"kty": "RSA", "n": 7, "e": None}, {}]
    keys = [*odd, shared.as_dict(private=True), KEY.as_dict(private=False), curve.as_dict(private=False)]
    provider.says("/keys", lambda: {"keys": keys})
    configured = provider.configured()
    assert (await providers.identity_in(configured, provider.id_token(curve, "ES256"), now=NOW)).subject == "00u1"
    for token in (
        provider.id_token(shared, "HS256"),
        jwt.encode({"alg": "HS256", "kid": "one"}, provider.claims, shared, ["HS256"]),
    ):
        with pytest.raises(InvalidIdToken):
            await providers.identity_in(configured, token, now=NOW)


async def test_unknown_keys_are_looked_for_so_often_and_no_more(
    providers: OpenIdProviders, provider: Provider, hands: Hands
):
    configured = provider.configured()
    stranger = RSAKey.generate_key(2048, {"kid": "two"})
    for _ in range(REFETCHES_MAX + 5):
        with pytest.raises(InvalidIdToken):
            await providers.identity_in(configured, provider.id_token(stranger), now=NOW)
    assert provider.count("/keys") == 1 + REFETCHES_MAX
    assert (await providers.identity_in(configured, provider.id_token(), now=NOW)).subject == "00u1"
    assert provider.count("/keys") == 1 + REFETCHES_MAX
    provider.says("/keys", lambda: {"keys": [stranger.as_dict(private=False)]})
    hands.at += 61
    assert (await providers.identity_in(configured, provider.id_token(stranger), now=NOW)).subject == "00u1"
    assert (provider.count("/keys"), provider.count(DISCOVERY)) == (2 + REFETCHES_MAX, 1)


async def test_a_withdrawn_key_is_believed_for_an_hour_at_most(
    providers: OpenIdProviders, provider: Provider, hands: Hands
):
    configured = provider.configured()
    await providers.identity_in(configured, provider.id_token(), now=NOW)
    provider.says("/keys", lambda: {"keys": [RSAKey.generate_key(2048, {"kid": "two"}).as_dict(private=False)]})
    await providers.identity_in(configured, provider.id_token(), now=NOW)
    hands.at += 3_601
    with pytest.raises(InvalidIdToken):
        await providers.identity_in(configured, provider.id_token(), now=NOW)
    assert provider.count(DISCOVERY) == 2


async def test_clocks_may_differ_by_a_minute(providers: OpenIdProviders, provider: Provider):
    configured, now = provider.configured(), int(NOW.timestamp())
    provider.claims |= {"exp": now - 59, "iat": now + 59}
    await providers.identity_in(configured, provider.id_token(), now=NOW)
    for late in ({"exp": now - 61}, {"iat": now + 61}):
        provider.claims |= {"exp": now + 60, "iat": now, **late}
        with pytest.raises(InvalidIdToken):
            await providers.identity_in(configured, provider.id_token(), now=NOW)


async def test_a_slow_provider_keeps_nobody_from_another(providers: OpenIdProviders, provider: Provider):
    quick = Provider()
    try:
        provider.answers[DISCOVERY] = lambda _: (200, json.dumps(slow()).encode())
        waiting = asyncio.create_task(sign_in(providers, provider))
        await asyncio.sleep(0)
        assert (await sign_in(providers, quick)).subject == "00u1"
        assert not waiting.done()
        with pytest.raises(IdentityProviderFailed):
            await waiting
    finally:
        quick.close()
