"""Proposals: changes of a cart that an agent suggests, and that the shopper accepts or refuses line by line.

The cart is not touched before. Accepting applies the lines to the cart as it is by then, rebased over what has happened
to it since the version that the agent saw.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.document import Document, Draft, Timestamp, instant_of, timestamp_from, timestamp_of
from handcart.domain.errors import (
    AdjustmentNotAllowed,
    ConcurrentModification,
    IllegalMove,
    InvalidField,
    MaxResourceLimitExceeded,
    ProposalExpired,
    Unauthorised,
)
from handcart.domain.history import CartParts, RecordedEvent
from handcart.domain.limits import Allowance
from handcart.domain.pairing import AgentName
from handcart.domain.proposed_actions import ProposedAction, action_from, check_note, said_by, steps_of
from handcart.domain.rebase import parts_then, rebase
from handcart.domain.staff_limits import check_allowance
from handcart.domain.states import PROPOSAL_MOVES, check_move
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.adjustments import AdjustLineItemPrice

LINES_MAX = 50
LIFETIME = timedelta(days=7)
LIFETIME_MAX = timedelta(days=30)

ProposalState = Literal["Open", "Accepted", "PartlyAccepted", "Refused", "Withdrawn", "Expired"]
LineState = Literal["Open", "Accepted", "Refused"]


class ProposalDraft(Draft):
    """A proposal as an agent makes it, on the cart of ``base_version``."""

    cart_id: str
    base_version: int
    actions: tuple[ProposedAction, ...]
    note: str | None = None
    expires_at: str | None = None


class ProposalLine(Document):
    """One thing that is proposed; ``action`` is an update action of carts, or ``swapLineItem``."""

    index: int
    action: dict[str, Any]
    state: LineState
    note: str | None = None


class Proposal(Document):
    """A proposal as it is kept. ``Expired`` is never stored: it follows from ``expires_at``.

    ``steps`` counts the versions of the cart that accepting has made so far.
    """

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    state: ProposalState
    cart_id: str
    base_version: int
    expires_at: Timestamp
    agent: AgentName
    lines: tuple[ProposalLine, ...]
    steps: int
    note: str | None = None

    def open_lines(self) -> list[int]:
        """Which lines wait for the shopper."""
        return [each.index for each in self.lines if each.state == "Open"]

    def has_cart_changed(self, cart_version: int) -> bool:
        """Whether anything but this proposal has changed the cart since the agent saw it."""
        return cart_version != self.base_version + self.steps


class AcceptLine(Draft, tag_field="action", tag="acceptLine"):
    """Take one line."""

    index: int


class RefuseLine(Draft, tag_field="action", tag="refuseLine"):
    """Leave one line."""

    index: int


class AcceptAll(Draft, tag_field="action", tag="acceptAll"):
    """Take every line that is still open."""


class RefuseAll(Draft, tag_field="action", tag="refuseAll"):
    """Leave every line that is still open."""


class Withdraw(Draft, tag_field="action", tag="withdraw"):
    """Take the proposal back."""


ProposalAction = AcceptLine | RefuseLine | AcceptAll | RefuseAll | Withdraw


class ProposalUpdate(Draft):
    """An answer to a proposal, or its withdrawal."""

    version: int
    actions: tuple[ProposalAction, ...]


class Decided(msgspec.Struct, frozen=True):
    """A proposal after an answer, and the lines that it accepts."""

    proposal: Proposal
    accepted: tuple[int, ...]


def new_proposal(draft: ProposalDraft, *, proposal_id: str, agent: str, now: Timestamp) -> Proposal:
    """The proposal that a draft asks for.

    Raises InvalidField for one without actions, with a price of its own, too long a note, or an end that is past or
    more than 30 days away; MaxResourceLimitExceeded for more than 50 actions.
    """
    if not draft.actions:
        raise InvalidField(field="actions", invalid_value=[])
    if len(draft.actions) > LINES_MAX:
        raise MaxResourceLimitExceeded(exceeded_resource="actions", resource_max=LINES_MAX)
    check_note(draft.note, field="note")
    lines = []
    for index, action in enumerate(draft.actions):
        said, note = said_by(action, index=index)
        lines.append(ProposalLine(index=index, action=said, state="Open", note=note))
    at = instant_of(now)
    expires_at = timestamp_from(draft.expires_at, field="expiresAt") or timestamp_of(at + LIFETIME)
    if not now < expires_at <= timestamp_of(at + LIFETIME_MAX):
        raise InvalidField(field="expiresAt", invalid_value=draft.expires_at)
    return Proposal(
        id=proposal_id,
        version=1,
        created_at=now,
        last_modified_at=now,
        state="Open",
        cart_id=draft.cart_id,
        base_version=draft.base_version,
        expires_at=expires_at,
        agent=AgentName(name=agent),
        lines=tuple(lines),
        steps=0,
        note=draft.note,
    )


def state_now(proposal: Proposal, now: Timestamp) -> ProposalState:
    """The state at this moment."""
    return "Expired" if proposal.state == "Open" and proposal.expires_at <= now else proposal.state


def check_version(proposal: Proposal, version: int) -> None:
    """Raises ConcurrentModification."""
    if version != proposal.version:
        raise ConcurrentModification(id=proposal.id, expected=version, current_version=proposal.version)


def _check_open(proposal: Proposal, target: ProposalState, now: Timestamp) -> None:
    state = state_now(proposal, now)
    if state == "Expired":
        raise ProposalExpired()
    check_move(PROPOSAL_MOVES, thing="proposal", state=state, target=target)


def answer_proposal(proposal: Proposal, actions: Sequence[ProposalAction], now: Timestamp) -> Decided:
    """What the shopper's answer makes of a proposal.

    Raises ProposalExpired; IllegalMove for a proposal that is closed or a line that is decided; InvalidField for a line
    that is not there, and for what is not the shopper's to do.
    """
    _check_open(proposal, "Accepted", now)
    states: list[LineState] = [each.state for each in proposal.lines]
    accepted: list[int] = []
    for position, action in enumerate(actions):
        if isinstance(action, Withdraw):
            raise InvalidField(field=f"actions[{position}].action", invalid_value="withdraw")
        target: LineState = "Accepted" if isinstance(action, AcceptLine | AcceptAll) else "Refused"
        if isinstance(action, AcceptLine | RefuseLine):
            if not 0 <= action.index < len(states):
                raise InvalidField(field=f"actions[{position}].index", invalid_value=action.index)
            if states[action.index] != "Open":
                raise IllegalMove(thing="line", state=states[action.index], target=target)
            meant = [action.index]
        else:
            meant = [index for index, state in enumerate(states) if state == "Open"]
        for index in meant:
            states[index] = target
        accepted += meant if target == "Accepted" else []
    return Decided(_with_states(proposal, states, now), tuple(sorted(accepted)))


def _with_states(proposal: Proposal, states: Sequence[LineState], now: Timestamp) -> Proposal:
    lines = tuple(replace(each, state=state) for each, state in zip(proposal.lines, states, strict=True))
    if lines == proposal.lines:
        return proposal
    state: ProposalState = "Open"
    if "Open" not in states:
        taken = states.count("Accepted")
        state = "Accepted" if taken == len(states) else "PartlyAccepted" if taken else "Refused"
    return replace(proposal, lines=lines, state=state, version=proposal.version + 1, last_modified_at=now)


def withdraw_proposal(proposal: Proposal, actions: Sequence[ProposalAction], now: Timestamp) -> Proposal:
    """The proposal that its agent has taken back; what was accepted before stays.

    Raises ProposalExpired, IllegalMove, and InvalidField for what is the shopper's to do.
    """
    _check_open(proposal, "Withdrawn", now)
    for position, action in enumerate(actions):
        if not isinstance(action, Withdraw):
            said = action.__struct_config__.tag
            raise InvalidField(field=f"actions[{position}].action", invalid_value=said, allowed_values=["withdraw"])
    if not actions:
        return proposal
    return replace(proposal, state="Withdrawn", version=proposal.version + 1, last_modified_at=now)


def parts_seen(proposal: Proposal, cart: Cart, since: Sequence[RecordedEvent]) -> CartParts:
    """What a proposal's lines go by: the cart as the agent saw it, and with what was accepted of this proposal since.

    ``since`` are the events after the base version, the newest first.
    """
    return parts_then(cart, [each for each in since if each.body.via is None or each.body.via.id != proposal.id])


class RebasedLines(msgspec.Struct, frozen=True):
    """The update actions that lines come to on the present cart, and what conflicts, each with the line's index."""

    actions: list[CartAction]
    conflicts: list[dict[str, Any]]


def steps_in(proposal: Proposal, cart: Cart) -> list[CartAction]:
    """The cart's update actions that all lines come to."""
    return [step for line in proposal.lines for step in steps_of(action_from(line.action), cart)]


def check_adjustments(actions: Iterable[CartAction], allowance: Allowance) -> None:
    """Refuse a price adjustment that its agent could not make now: accepting lends it no more than the agent has.

    Raises AdjustmentNotAllowed.
    """
    adjustments = [each for each in actions if isinstance(each, AdjustLineItemPrice)]
    try:
        check_allowance(adjustments, allowance)
    except Unauthorised:
        raise AdjustmentNotAllowed() from None


def rebase_lines(
    proposal: Proposal, indexes: Sequence[int], cart: Cart, base: CartParts, acting: Acting
) -> RebasedLines:
    """The lines as they apply to the cart now. Raises what their actions raise."""
    steps: list[CartAction] = []
    lines: list[int] = []
    for index in indexes:
        for step in steps_of(action_from(proposal.lines[index].action), cart):
            steps.append(step)
            lines.append(index)
    rebased = rebase(cart, base, steps, acting)
    conflicts = [
        {"index": lines[position], **each} for position, each in zip(rebased.positions, rebased.conflicts, strict=True)
    ]
    return RebasedLines(rebased.actions, conflicts)
