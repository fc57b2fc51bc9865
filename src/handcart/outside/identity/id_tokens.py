"""ID tokens: whether one was signed by the provider, for us, for this sign-in, and is still good."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
)
from joserfc.jwk import JWKRegistry, KeySet

from handcart.domain.errors import IdentityProviderFailed, InvalidIdToken
from handcart.domain.identity import IdentityProvider
from handcart.outside.identity.asking import Asking, understood

ALGORITHMS = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA".split()
"""Those with a public key alone: whoever knows our secret, or nothing, signs nothing."""

LEEWAY_SECONDS = 60
"""How far two clocks may differ."""

TOKEN_LENGTH_MAX = 32_768

KEYS_KEPT_SECONDS = 3_600
"""A key that a provider has withdrawn is believed no longer than this."""

REFETCHES_MAX, REFETCH_SECONDS = 10, 60
"""Unknown keys make the set be fetched anew, but so often at most: anybody can send a token with an unknown key."""


class _Keys:
    def __init__(self) -> None:
        self.set: KeySet | None = None
        self.fetched_at = float("-inf")
        self.refetches: list[float] = []


class _KeySetAnswer(msgspec.Struct):
    keys: list[dict[str, Any]]


class IdTokens:
    """Verifies ID tokens; the key sets are kept by their address."""

    def __init__(self, asking: Asking, monotonic: Callable[[], float]) -> None:
        self._asking = asking
        self._monotonic = monotonic
        self._keys: dict[str, _Keys] = {}

    async def claims(
        self, token: str, provider: IdentityProvider, *, keys_at: str, nonce: str | None, now: datetime
    ) -> dict[str, Any]:
        """What the token says. ``nonce`` is that of this sign-in, None where it began elsewhere.

        Raises InvalidIdToken, and IdentityProviderFailed where there are no keys to be had.
        """
        if len(token) > TOKEN_LENGTH_MAX:
            raise InvalidIdToken(why="it is too long")
        try:
            claims = await self._verified(token, keys_at)
            _registry(provider, now).validate(claims)
        except ExpiredTokenError as error:
            raise InvalidIdToken(why="it has expired") from error
        except MissingClaimError as error:
            raise InvalidIdToken(why=f"it lacks {error.claim}") from error
        except InvalidClaimError as error:
            raise InvalidIdToken(why=f"its {error.claim} is not the right one") from error
        except (JoseError, ValueError, TypeError) as error:
            raise InvalidIdToken(why="the provider has not signed it") from error
        _check_party(claims, provider)
        if nonce is not None and claims.get("nonce") != nonce:
            raise InvalidIdToken(why="its nonce is not the right one")
        return claims

    async def _verified(self, token: str, keys_at: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, await self._key_set(keys_at), ALGORITHMS).claims
        except (InvalidKeyIdError, BadSignatureError):
            # The provider may have changed its keys since.
            if not self._may_refetch(keys_at):
                raise
            return jwt.decode(token, await self._fetched(keys_at), ALGORITHMS).claims

    async def _key_set(self, address: str) -> KeySet:
        keys = self._keys.get(address)
        if keys is None or keys.set is None or self._monotonic() - keys.fetched_at > KEYS_KEPT_SECONDS:
            return await self._fetched(address)
        return keys.set

    def _may_refetch(self, address: str) -> bool:
        keys, now = self._keys.setdefault(address, _Keys()), self._monotonic()
        keys.refetches = [each for each in keys.refetches if now - each < REFETCH_SECONDS]
        if len(keys.refetches) >= REFETCHES_MAX:
            return False
        keys.refetches.append(now)
        return True

    async def _fetched(self, address: str) -> KeySet:
        found = _public_keys(understood(await self._asking.get(address), _KeySetAnswer))
        keys = self._keys.setdefault(address, _Keys())
        keys.set, keys.fetched_at = found, self._monotonic()
        return found


def _public_keys(answer: _KeySetAnswer) -> KeySet:
    """The keys that signatures are verified with; what else stands in the set is passed over (RFC 7517)."""
    found = []
    for each in answer.keys:
        if each.get("kty") not in ("RSA", "EC", "OKP") or each.get("use", "sig") != "sig":
            continue
        try:
            found.append(JWKRegistry.import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not found:
        raise IdentityProviderFailed(why="it has no keys")
    return KeySet(found)


def _registry(provider: IdentityProvider, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )


def _check_party(claims: dict[str, Any], provider: IdentityProvider) -> None:
    """A token for several is ours only if it was issued to us (OpenID Connect Core, 3.1.3.7)."""
    party = claims.get("azp")
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if party != provider.client_id and (party is not None or is_for_several):
        raise InvalidIdToken(why="its azp is not the right one")
