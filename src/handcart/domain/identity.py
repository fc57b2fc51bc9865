"""Identity providers: who lets staff in besides the passwords here, and what comes of what one says of somebody."""

from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from handcart.domain.document import Document, Draft
from handcart.domain.errors import InvalidField, InvalidIdToken
from handcart.domain.staff import NAME_LENGTH_MAX, SUBJECT_LENGTH_MAX, is_username

GROUPS_CLAIM = "groups"
SCOPES = ("openid", "profile", "email")
ADDRESS_LENGTH_MAX = 2_000
TEXT_LENGTH_MAX = 1_000
REASON_LENGTH_MAX = 200

CLIENT_OF_SIGN_INS = "staff-sign-in"
"""The client of tokens that a browser gets: it comes without an API client of the project."""


class IdentityProvider(Document):
    """An OpenID provider as it is stored and answered; what we prove ourselves with there is not in it."""

    issuer: str
    client_id: str
    groups_claim: str
    role_of_group: dict[str, str]
    scopes: tuple[str, ...]
    has_client_secret: bool


class ConfiguredProvider(msgspec.Struct, frozen=True):
    """A provider together with our secret there; None where we are a public client, proved by PKCE alone."""

    provider: IdentityProvider
    client_secret: str | None


class IdentityProviderEntry(Draft):
    """What is to be set. ``roleOfGroup`` says which role a group of the provider's gives; other groups give none."""

    issuer: str
    client_id: str
    client_secret: str | None = None
    groups_claim: str = GROUPS_CLAIM
    role_of_group: dict[str, str] = msgspec.field(default_factory=dict)
    scopes: tuple[str, ...] = SCOPES


class KnownIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is, as a provider has proved. ``usernames`` are what to call a new member, the best first."""

    issuer: str
    subject: str
    name: str | None
    usernames: tuple[str, ...]
    groups: tuple[str, ...]


def configured_provider(
    entry: IdentityProviderEntry, former: ConfiguredProvider | None, roles: Collection[str]
) -> ConfiguredProvider:
    """The provider that an entry asks for. Raises InvalidField, also for a role that the project does not have.

    A secret that is left out stays, but never for another issuer, which could have asked for it in this way.
    """
    check_address(entry.issuer, field="issuer")
    for field, text in (("clientId", entry.client_id), ("groupsClaim", entry.groups_claim)):
        if not 1 <= len(text) <= TEXT_LENGTH_MAX or not text.isprintable():
            raise InvalidField(field=field, invalid_value=text)
    for scope in entry.scopes:
        if not scope.isascii() or not scope.isprintable() or " " in scope or not scope:
            raise InvalidField(field="scopes", invalid_value=scope)
    if "openid" not in entry.scopes:
        raise InvalidField(field="scopes", invalid_value=list(entry.scopes))
    for group, role in entry.role_of_group.items():
        if role not in roles:
            raise InvalidField(field=f"roleOfGroup.{group}", invalid_value=role, allowed_values=sorted(roles))
    secret = entry.client_secret
    if secret is None and former is not None and former.provider.issuer == entry.issuer:
        secret = former.client_secret
    provider = IdentityProvider(
        issuer=entry.issuer,
        client_id=entry.client_id,
        groups_claim=entry.groups_claim,
        role_of_group=entry.role_of_group,
        scopes=entry.scopes,
        has_client_secret=secret is not None,
    )
    return ConfiguredProvider(provider, secret)


def check_address(address: str, *, field: str) -> None:
    """Refuse an address that is neither ``https`` nor on this machine, or that has a query. Raises InvalidField."""
    if not is_safe_address(address) or "?" in address:
        raise InvalidField(field=field, invalid_value=address)


def is_safe_address(address: str) -> bool:
    """Whether what is sent there can be read on the way by nobody else: ``https``, or ``http`` to loopback.

    Without credentials and without a fragment in it.
    """
    if len(address) > ADDRESS_LENGTH_MAX or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        is_port_valid = parts.port is None or parts.port > 0
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or "#" in address or not is_port_valid:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def roles_of(groups: Iterable[str], provider: IdentityProvider) -> tuple[str, ...]:
    """The roles that somebody's groups give, in order; a group that is not configured gives none."""
    mapping = provider.role_of_group
    return tuple(sorted({mapping[each] for each in groups if each in mapping}))


def identity_from(claims: Mapping[str, Any], provider: IdentityProvider) -> KnownIdentity:
    """Who the verified claims of an ID token name. Raises InvalidIdToken where they name nobody.

    A claim of another shape than expected counts as absent, but for the subject.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_LENGTH_MAX or not subject.isprintable():
        raise InvalidIdToken(why="it names no subject")
    preferred, email = _text(claims, "preferred_username"), _text(claims, "email")
    last = f"{subject}@{urlsplit(provider.issuer).netloc}"
    return KnownIdentity(
        issuer=provider.issuer,
        subject=subject,
        name=_text(claims, "name"),
        usernames=tuple(each for each in (preferred, email, last) if each is not None and is_username(each)),
        groups=_texts(claims.get(provider.groups_claim)),
    )


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    found = claims.get(name)
    text = found.strip()[:NAME_LENGTH_MAX] if isinstance(found, str) else ""
    return text if text and text.isprintable() else None


def _texts(found: Any) -> tuple[str, ...]:
    """Providers say one group as a text, and several as a list."""
    if isinstance(found, str):
        return (found,)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to the provider with the browser; it comes back, or what comes back has to fit it."""

    callback: str
    state: str
    nonce: str
    challenge: str


def challenge_of(verifier: str) -> str:
    """What a code is bound to, by the method ``S256`` of PKCE (RFC 7636)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorization_url(address: str, provider: IdentityProvider, proof: Proof) -> str:
    """Where the browser goes to sign in."""
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": proof.callback,
        "scope": " ".join(provider.scopes),
        "state": proof.state,
        "nonce": proof.nonce,
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


def check_redirect(redirect: str | None) -> None:
    """Refuse what does not stay on this host: others would send people to their own. Raises InvalidField."""
    if redirect is None:
        return
    is_path = redirect.startswith("/") and not redirect.startswith(("//", "/\\"))
    if not is_path or len(redirect) > ADDRESS_LENGTH_MAX or not redirect.isascii() or not redirect.isprintable():
        raise InvalidField(field="redirect", invalid_value=redirect)


def shown_reason(error: str, description: str | None) -> str:
    """A provider's own words as a refusal repeats them: printable and not endless."""
    text = f"{error} ({description})" if description else error
    return "".join(each for each in text if each.isprintable())[:REASON_LENGTH_MAX]
