"""Takeovers: an agent's lease on one shopper's cart, tied to an offline order (T-30 … T-33).

It is exclusive among members of staff; the shopper is never locked out. The lease is renewed by a heartbeat and by
nothing else: whoever has gone home holds nobody up. Its version counts who holds it and how it ends; heartbeats and
requests of colleagues leave it, so that neither stands in the way of the holder's next step.
"""

from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from handcart.domain.desk import StaffName
from handcart.domain.document import Document, Draft, Timestamp, instant_of, timestamp_of
from handcart.domain.errors import ConcurrentModification, InvalidField, TakeoverEnded, TakeoverHeld
from handcart.domain.states import TAKEOVER_MOVES, check_move

REASON_LENGTH_MAX = 500
TICKET_LENGTH_MAX = 100

TakeoverState = Literal["Open", "Completed", "Cancelled", "Lapsed"]
Ending = Literal[
    "ItemsAdded", "HandedBack", "EndedByShopper", "LeaseRanOut", "OrderSubmitted", "OrderCancelled", "CartClosed"
]

_STATE_AFTER: dict[Ending, TakeoverState] = {
    "ItemsAdded": "Completed",
    "HandedBack": "Cancelled",
    "EndedByShopper": "Cancelled",
    "LeaseRanOut": "Lapsed",
    "OrderSubmitted": "Cancelled",
    "OrderCancelled": "Cancelled",
    "CartClosed": "Cancelled",
}


class TakeoverRequest(Document):
    """A colleague asks for the cart; each has one request, the latest."""

    by: StaffName
    at: Timestamp
    reason: str | None = None


class Forced(Document):
    """The lease was taken from somebody: by whom, from whom, when and why."""

    by: StaffName
    former: StaffName
    at: Timestamp
    reason: str


class Takeover(Document):
    """A takeover as stored, and as members of staff see it. ``ended`` says what ended it."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    state: TakeoverState
    holder: StaffName
    lease_until: Timestamp
    order_id: str
    cart_id: str
    requests: tuple[TakeoverRequest, ...]
    customer_id: str | None = None
    site_id: str | None = None
    reason: str | None = None
    ticket: str | None = None
    forced: tuple[Forced, ...] = ()
    ended: Ending | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether an open takeover's lease has run out, which nobody may have written down yet."""
        return instant_of(self.lease_until) <= now


class MyTakeover(Document):
    """A takeover as the shopper sees it: who helps, why, since when and until when."""

    id: str
    version: int
    state: TakeoverState
    helper: str
    since: Timestamp
    lease_until: Timestamp
    cart_id: str
    reason: str | None = None


class TakeoverDraft(Draft):
    """View User's Cart: why, and for which ticket. The shopper is told the reason, and not the ticket."""

    reason: str | None = None
    ticket: str | None = None


class ReasonDraft(Draft):
    """Why a colleague asks for a takeover."""

    reason: str | None = None


class ForceDraft(Draft):
    """Why a takeover is taken from its holder; that is kept with who did it."""

    reason: str


class HeartbeatDraft(Draft):
    """A heartbeat, at a version or at whichever there is."""

    version: int | None = None


class AddItemsDraft(Draft):
    """Add Items to Order, at a version of the takeover."""

    version: int


def check_words(reason: str | None, ticket: str | None = None, *, is_reason_needed: bool = False) -> None:
    """Refuse words that are too long, or missing. Raises InvalidField."""
    if (reason is not None and len(reason) > REASON_LENGTH_MAX) or (is_reason_needed and not (reason or "").strip()):
        raise InvalidField(field="reason", invalid_value=reason)
    if ticket is not None and len(ticket) > TICKET_LENGTH_MAX:
        raise InvalidField(field="ticket", invalid_value=ticket)


def check_version(takeover: Takeover, version: int | None) -> None:
    """Refuse a decision on another version. Raises ConcurrentModification."""
    if version is not None and version != takeover.version:
        raise ConcurrentModification(id=takeover.id, expected=version, current_version=takeover.version)


def check_holder(takeover: Takeover, staff_id: str | None) -> None:
    """Refuse everybody but the holder of an open takeover. Raises TakeoverEnded, TakeoverHeld."""
    if takeover.state != "Open":
        raise TakeoverEnded(state=takeover.state)
    if takeover.holder.id != staff_id:
        raise TakeoverHeld(holder=takeover.holder.name, lease_until=takeover.lease_until)


def renewed(takeover: Takeover, now: datetime, lease: timedelta) -> Takeover:
    """The takeover with its lease running anew."""
    return replace(takeover, lease_until=timestamp_of(now + lease), last_modified_at=timestamp_of(now))


def requested(takeover: Takeover, by: StaffName, reason: str | None, now: datetime) -> Takeover:
    """The takeover with a colleague's request, in place of an earlier one. Raises TakeoverEnded."""
    if takeover.state != "Open":
        raise TakeoverEnded(state=takeover.state)
    others = tuple(each for each in takeover.requests if each.by.id != by.id)
    at = timestamp_of(now)
    request = TakeoverRequest(by=by, at=at, reason=reason)
    return replace(takeover, requests=(*others, request), last_modified_at=at)


def forced(takeover: Takeover, by: StaffName, reason: str, now: datetime, lease: timedelta) -> Takeover:
    """The takeover in other hands, with who took it and why. Raises TakeoverEnded."""
    if takeover.state != "Open":
        raise TakeoverEnded(state=takeover.state)
    taken = Forced(by=by, former=takeover.holder, at=timestamp_of(now), reason=reason)
    return replace(
        renewed(takeover, now, lease),
        version=takeover.version + 1,
        holder=by,
        forced=(*takeover.forced, taken),
        requests=tuple(each for each in takeover.requests if each.by.id != by.id),
    )


def ended(takeover: Takeover, how: Ending, now: datetime) -> Takeover:
    """The takeover at its end. Raises IllegalMove for one that has ended before."""
    state = _STATE_AFTER[how]
    check_move(TAKEOVER_MOVES, thing="takeover", state=takeover.state, target=state)
    return replace(
        takeover,
        version=takeover.version + 1,
        state=state,
        ended=how,
        last_modified_at=timestamp_of(now),
    )


def as_seen(takeover: Takeover, now: datetime) -> Takeover:
    """The takeover as it is at this moment: one whose lease has run out is Lapsed, written down or not."""
    if takeover.state == "Open" and takeover.is_over(now):
        return replace(takeover, state="Lapsed", ended="LeaseRanOut")
    return takeover


def as_shopper_sees(takeover: Takeover) -> MyTakeover:
    """What the shopper is told."""
    return MyTakeover(
        id=takeover.id,
        version=takeover.version,
        state=takeover.state,
        helper=takeover.holder.name,
        since=takeover.created_at,
        lease_until=takeover.lease_until,
        cart_id=takeover.cart_id,
        reason=takeover.reason,
    )
