"""Presence: whose hands are on a cart now, as far as those who listen to it may know."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.document import Document, Timestamp
from handcart.domain.reach import Via

HandKind = Literal["shopper", "agent"]

SHOPPER = "shopper"


class Hand(Document):
    """A hand as others see it. Of the shopper nothing is said but that it is the shopper."""

    kind: HandKind
    name: str
    since: Timestamp
    via: Via | None = None


class Hands(Document):
    """The ``presence`` of a stream."""

    cart_id: str
    hands: list[Hand]


class Present(msgspec.Struct, frozen=True):
    """Somebody who listens, once for each stream; ``subject`` is the same for all streams of one person."""

    subject: str
    hand: Hand


def subject_of(caller: Caller) -> str | None:
    """Whose hand a caller's is: a cart has one owner, so every shopper who may see it is the same. A program has no
    hands: None.
    """
    if caller.staff_id is not None:
        return f"staff:{caller.staff_id}"
    return SHOPPER if caller.owner is not None else None


def others(present: Iterable[Present], *, subject: str | None) -> list[Hand]:
    """The hands besides one's own, each once, since when it is there; the one that came first leads."""
    by_subject: dict[str, Hand] = {}
    for each in sorted(present, key=lambda each: each.hand.since):
        if each.subject != subject:
            by_subject.setdefault(each.subject, each.hand)
    return list(by_subject.values())
