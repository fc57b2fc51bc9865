"""What the token endpoints answer, and how long tokens live."""

from datetime import timedelta

import msgspec

ACCESS_SECONDS = 172_800
"""Two days. Clients fetch a token anew for every call when this is 300 or less."""

ACCESS_LIFETIME = timedelta(seconds=ACCESS_SECONDS)
REFRESH_LIFETIME = timedelta(days=200)


class IssuedToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token as its client receives it, the only time that it is seen. ``expires_in`` is in seconds."""

    access_token: str
    expires_in: int
    scope: str
    token_type: str
    refresh_token: str | None = None
    issued_token_type: str | None = None
    """Said of a token that was exchanged for another (RFC 8693)."""


class Introspection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a token is good for. ``exp`` is in seconds since 1970, as RFC 7662 has it."""

    active: bool
    scope: str | None = None
    exp: int | None = None
    client_id: str | None = None
