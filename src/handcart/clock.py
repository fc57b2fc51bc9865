"""The only place that reads time, identity and chance; everyone else is told (so that tests can tell them)."""

import secrets
import time
import uuid
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, with microseconds."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that never run backwards; only differences mean anything."""
    return time.monotonic()


def new_uuid() -> str:
    """A UUID of version 7: unguessable in 74 bits, ordered by creation, so that indexes grow at their end."""
    milliseconds = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    number = (milliseconds << 80) | (0x7 << 76) | ((chance >> 62) << 64) | (0b10 << 62) | (chance & ((1 << 62) - 1))
    return str(uuid.UUID(int=number))


def new_secret() -> str:
    """256 bits for a bearer token or a password-reset token, safe in a URL."""
    return secrets.token_urlsafe(32)


def new_salt() -> bytes:
    """128 bits that make a hash of personal data worthless once they are erased."""
    return secrets.token_bytes(16)
