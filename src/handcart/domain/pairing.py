"""Pairing: a guest reads a short code to an agent, agrees on the screen, and the agent may work on that one cart.

Nobody types a cart's id, the agent learns nothing before the guest agrees, and the grant ends by itself.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from unicodedata import category

from msgspec.structs import replace

from handcart.domain.document import Document, Timestamp, timestamp_of
from handcart.domain.errors import ConcurrentModification
from handcart.domain.states import PAIRING_MOVES, check_move

CODE_ALPHABET = "34679ACDEFGHJKMNPQRTVWXY"
"""Without what is mistaken for something else when it is read out or written down: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V."""
CODE_LENGTH = 6
CODE_LIFETIME = timedelta(minutes=10)
CONSENT_TIME = timedelta(minutes=10)
"""How long the shopper may take to answer."""
GRANT_LIFETIME = timedelta(minutes=60)

PairingState = Literal["AwaitingConsent", "Active", "Refused", "Ended", "Expired"]


class AgentName(Document):
    """An agent as a shopper sees one."""

    name: str


class PairingCode(Document):
    """What the shopper reads out, and until when it works."""

    code: str
    expires_at: Timestamp


class Pairing(Document):
    """An agent's grant on one cart. Its ``cart_id`` is there only while the grant holds, so that it can be shown to
    the agent as it is. ``Expired`` is never stored: it follows from ``expires_at``.
    """

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    state: PairingState
    expires_at: Timestamp
    agent: AgentName
    cart_id: str | None = None


class AskedPairing(Document):
    """What an agent gets for a code."""

    pairing: Pairing
    state: PairingState


def code_from(secret: str) -> str:
    """The code that a secret of the clock comes to, as it is shown: ``K7M-4XP``."""
    number = int.from_bytes(sha256(secret.encode()).digest())
    characters = []
    for _ in range(CODE_LENGTH):
        number, digit = divmod(number, len(CODE_ALPHABET))
        characters.append(CODE_ALPHABET[digit])
    half = CODE_LENGTH // 2
    return "".join(characters[:half]) + "-" + "".join(characters[half:])


def plain_code(typed: str) -> str | None:
    """A code without what does not matter in it: case, spaces and dashes; None for what can be no code."""
    if len(typed) > 64:
        return None
    plain = "".join(each for each in typed.upper() if not each.isspace() and category(each) != "Pd")
    is_code = len(plain) == CODE_LENGTH and all(each in CODE_ALPHABET for each in plain)
    return plain if is_code else None


def new_pairing(pairing_id: str, *, agent: str, now: datetime) -> Pairing:
    """A pairing that waits for the shopper."""
    at = timestamp_of(now)
    return Pairing(
        id=pairing_id,
        version=1,
        created_at=at,
        last_modified_at=at,
        state="AwaitingConsent",
        expires_at=timestamp_of(now + CONSENT_TIME),
        agent=AgentName(name=agent),
    )


def shown(pairing: Pairing, now: datetime) -> Pairing:
    """The pairing as it stands now."""
    is_live = pairing.state in ("AwaitingConsent", "Active")
    if is_live and pairing.expires_at <= timestamp_of(now):
        return replace(pairing, state="Expired", cart_id=None)
    return pairing


def check_version(pairing: Pairing, version: int | None) -> None:
    """Refuse a version that is not the present one; None is content with any. Raises ConcurrentModification."""
    if version is not None and version != pairing.version:
        raise ConcurrentModification(id=pairing.id, expected=version, current_version=pairing.version)


def confirmed(pairing: Pairing, *, cart_id: str, now: datetime) -> Pairing:
    """The pairing with the shopper's consent; its time begins now. Raises IllegalMove."""
    active = _moved(pairing, "Active", now)
    return replace(active, cart_id=cart_id, expires_at=timestamp_of(now + GRANT_LIFETIME))


def refused(pairing: Pairing, *, now: datetime) -> Pairing:
    """The pairing that the shopper did not agree to. Raises IllegalMove."""
    return _moved(pairing, "Refused", now)


def ended(pairing: Pairing, *, now: datetime) -> Pairing:
    """The pairing after one of the two has left. Raises IllegalMove."""
    return _moved(pairing, "Ended", now)


def _moved(pairing: Pairing, target: PairingState, now: datetime) -> Pairing:
    check_move(PAIRING_MOVES, thing="pairing", state=shown(pairing, now).state, target=target)
    return replace(pairing, state=target, version=pairing.version + 1, last_modified_at=timestamp_of(now), cart_id=None)
