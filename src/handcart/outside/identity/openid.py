"""OpenID Connect: discovery, the authorization code flow with PKCE, and ID tokens (S0-2)."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

import msgspec

from handcart import clock
from handcart.domain.errors import IdentityProviderFailed, Refusal, SignInRefused
from handcart.domain.identity import (
    ConfiguredProvider,
    IdentityProvider,
    KnownIdentity,
    identity_from,
    is_safe_address,
    shown_reason,
)
from handcart.log import logger
from handcart.outside.identity.asking import Asking, understood
from handcart.outside.identity.id_tokens import IdTokens

SECONDS_MAX = 10.0
"""For all that one request of ours asks of the provider together."""

METADATA_KEPT_SECONDS = 3_600

log = logger(__name__)


class _Metadata(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    def addresses(self) -> Iterator[str]:
        yield from (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        if self.userinfo_endpoint is not None:
            yield self.userinfo_endpoint


class _TokenAnswer(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str | None = None


class _TokenRefusal(msgspec.Struct, frozen=True):
    error: str
    error_description: str | None = None


class OpenIdProviders:
    """Speaks to the OpenID providers of all projects; what they say of themselves is kept for an hour."""

    def __init__(self, *, seconds_max: float = SECONDS_MAX, monotonic: Callable[[], float] = clock.monotonic) -> None:
        self._seconds_max = seconds_max
        self._monotonic = monotonic
        self._asking = Asking()
        self._id_tokens = IdTokens(self._asking, monotonic)
        self._metadata: dict[str, tuple[_Metadata, float]] = {}

    async def authorization_address(self, provider: IdentityProvider) -> str:
        """Where a browser signs in. Raises IdentityProviderFailed."""
        async with self._limited(provider):
            return (await self._metadata_of(provider)).authorization_endpoint

    async def identity_for_code(
        self, configured: ConfiguredProvider, *, code: str, callback: str, verifier: str, nonce: str, now: datetime
    ) -> KnownIdentity:
        """Who signed in, by the code that came back. Raises SignInRefused, InvalidIdToken, IdentityProviderFailed."""
        provider = configured.provider
        async with self._limited(provider):
            metadata = await self._metadata_of(provider)
            answer = await self._redeemed(configured, metadata, code=code, callback=callback, verifier=verifier)
            claims = await self._id_tokens.claims(
                answer.id_token, provider, keys_at=metadata.jwks_uri, nonce=nonce, now=now
            )
            if provider.groups_claim not in claims:
                claims = {**await self._more_claims(metadata, answer, claims), **claims}
            return identity_from(claims, provider)

    async def identity_in(self, configured: ConfiguredProvider, id_token: str, *, now: datetime) -> KnownIdentity:
        """Whom an ID token names that a program had from the provider for us. Raises as above."""
        provider = configured.provider
        async with self._limited(provider):
            metadata = await self._metadata_of(provider)
            claims = await self._id_tokens.claims(id_token, provider, keys_at=metadata.jwks_uri, nonce=None, now=now)
            return identity_from(claims, provider)

    async def close(self) -> None:
        """Let connections go."""
        await self._asking.close()

    @asynccontextmanager
    async def _limited(self, provider: IdentityProvider) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds_max):
                yield
        except TimeoutError as error:
            log.warning("an identity provider is too slow", issuer=provider.issuer)
            raise IdentityProviderFailed(why=f"it does not answer within {self._seconds_max:g} seconds") from error
        except Refusal as refusal:
            log.warning("a sign-in by an identity provider failed", issuer=provider.issuer, reason=str(refusal))
            raise

    async def _metadata_of(self, provider: IdentityProvider) -> _Metadata:
        kept = self._metadata.get(provider.issuer)
        if kept is not None and self._monotonic() - kept[1] <= METADATA_KEPT_SECONDS:
            return kept[0]
        address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = understood(await self._asking.get(address), _Metadata)
        if metadata.issuer != provider.issuer:
            # Exactly: or else one provider could pass for another (OpenID Connect Discovery, 4.3).
            raise IdentityProviderFailed(why="it says that it is another issuer")
        if not all(is_safe_address(each) for each in metadata.addresses()):
            raise IdentityProviderFailed(why="it names an address without https")
        self._metadata[provider.issuer] = (metadata, self._monotonic())
        return metadata

    async def _redeemed(
        self, configured: ConfiguredProvider, metadata: _Metadata, *, code: str, callback: str, verifier: str
    ) -> _TokenAnswer:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
        headers = {}
        client_id, secret = configured.provider.client_id, configured.client_secret
        if secret is None:
            form["client_id"] = client_id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client_id, "client_secret": secret}
        status, body = await self._asking.post(metadata.token_endpoint, form, headers=headers)
        if status in (400, 401, 403):
            refusal = understood(body, _TokenRefusal)
            raise SignInRefused(why=shown_reason(refusal.error, refusal.error_description))
        if status != 200:
            raise IdentityProviderFailed(why=f"it answers with HTTP status {status}")
        return understood(body, _TokenAnswer)

    async def _more_claims(self, metadata: _Metadata, answer: _TokenAnswer, claims: dict[str, Any]) -> dict[str, Any]:
        """What the provider says besides: some keep their ID tokens short. Another's claims are none."""
        if metadata.userinfo_endpoint is None or answer.access_token is None:
            return {}
        body = await self._asking.get(metadata.userinfo_endpoint, bearer=answer.access_token)
        found = understood(body, dict[str, Any])
        return found if found.get("sub") == claims["sub"] else {}
