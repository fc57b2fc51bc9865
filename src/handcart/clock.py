"""The only place that reads time, identity and chance; everyone else is told (so that tests can tell them)."""

import secrets
import time
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
    chance = int.from_bytes(secrets.token_bytes(10))
    number = (milliseconds << 80) | (0x7 << 76) | ((chance >> 68) << 64) | (0b10 << 62) | (chance & ((1 << 62) - 1))
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_secret() -> str:
    """256 bits for a bearer token or a password-reset token, safe in a URL."""
    return secrets.token_urlsafe(32)


def new_salt() -> bytes:
    """128 bits that make a hash of personal data worthless once they are erased."""
    return secrets.token_bytes(16)
