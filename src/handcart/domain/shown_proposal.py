"""How a proposal is shown: what each open line would do to the cart as it is now, and what all of them come to."""

from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, LineItem
from handcart.domain.document import Document, LocalizedString, Timestamp
from handcart.domain.errors import Refusal
from handcart.domain.history import CartParts
from handcart.domain.limits import Allowance
from handcart.domain.money import Money
from handcart.domain.pairing import AgentName
from handcart.domain.proposal import LineState, Proposal, ProposalState, check_adjustments, rebase_lines, state_now
from handcart.domain.updates.apply import apply_actions


class Problem(Document):
    """Why a line cannot be accepted as things are: the name of the refusal, and its message."""

    reason: str
    message: str


class LinePreview(Document):
    """What becomes of one line item; what is not there has no units."""

    name: LocalizedString | msgspec.Raw
    quantity_before: int
    quantity_after: int
    line_item_id: str | None = None
    sku: str | None = None
    total_before: Money | None = None
    total_after: Money | None = None


class Preview(Document):
    """What accepting one line alone would do."""

    total_before: Money
    total_after: Money
    line_items: tuple[LinePreview, ...]


class ShownLine(Document):
    """One thing that is proposed. An open line has a preview or a problem."""

    index: int
    action: dict[str, Any]
    state: LineState
    note: str | None = None
    preview: Preview | None = None
    problem: Problem | None = None


class ShownProposal(Document):
    """A proposal as it is answered. Of the cart nothing is told to an agent who has no hand on it any more.

    ``total_after`` is what the cart would come to with every open line that can be accepted; ``conflicts`` are where
    the cart is no longer what the agent saw.
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
    lines: tuple[ShownLine, ...]
    note: str | None = None
    is_cart_changed: bool | msgspec.UnsetType = msgspec.UNSET
    cart_version: int | None = None
    cart_state: str | None = None
    total_before: Money | None = None
    total_after: Money | None = None
    conflicts: tuple[dict[str, Any], ...] | msgspec.UnsetType = msgspec.UNSET
    cart: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def shown(
    proposal: Proposal, now: Timestamp, *, cart_version: int | None = None, cart_state: str | None = None
) -> ShownProposal:
    """The proposal without previews; without a word about the cart where its version is not given."""
    return ShownProposal(
        id=proposal.id,
        version=proposal.version,
        created_at=proposal.created_at,
        last_modified_at=proposal.last_modified_at,
        state=state_now(proposal, now),
        cart_id=proposal.cart_id,
        base_version=proposal.base_version,
        expires_at=proposal.expires_at,
        agent=proposal.agent,
        lines=tuple(
            ShownLine(index=each.index, action=each.action, state=each.state, note=each.note) for each in proposal.lines
        ),
        note=proposal.note,
        cart_version=cart_version,
        cart_state=cart_state,
        is_cart_changed=proposal.has_cart_changed(cart_version) if cart_version is not None else msgspec.UNSET,
    )


def with_previews(
    answer: ShownProposal,
    proposal: Proposal,
    cart: Cart,
    base: CartParts,
    *,
    acting: Acting,
    allowance: Allowance,
) -> ShownProposal:
    """The answer with what each open line would do; the cart's prices are those of the acting site at this moment, and
    the allowance is the agent's.
    """
    lines = list(answer.lines)
    conflicts: list[dict[str, Any]] = []
    together = cart
    for index in proposal.open_lines():
        try:
            rebased = rebase_lines(proposal, [index], cart, base, acting)
            check_adjustments(rebased.actions, allowance)
            alone = apply_actions(cart, rebased.actions, acting, is_settled=True).cart
        except Refusal as refusal:
            lines[index] = replace(lines[index], problem=_problem(refusal))
            continue
        lines[index] = replace(lines[index], preview=preview_of(cart, alone))
        conflicts += rebased.conflicts
        if rebased.conflicts:
            continue
        try:
            together = apply_actions(together, rebased.actions, acting, is_settled=True).cart
        except Refusal as refusal:
            # Each alone would do, but not after the lines before it.
            lines[index] = replace(lines[index], problem=_problem(refusal))
    return replace(
        answer,
        lines=tuple(lines),
        conflicts=tuple(conflicts),
        total_before=cart.total_price,
        total_after=together.total_price,
    )


def _problem(refusal: Refusal) -> Problem:
    return Problem(reason=type(refusal).__name__, message=refusal.message())


def preview_of(before: Cart, after: Cart) -> Preview:
    """What a change does to a cart's lines and total."""
    was, now = ({each.id: each for each in cart.line_items} for cart in (before, after))
    touched = [each for each in {**was, **now} if was.get(each) is not now.get(each)]
    return Preview(
        total_before=before.total_price,
        total_after=after.total_price,
        line_items=tuple(_line_preview(was.get(each), now.get(each)) for each in touched),
    )


def _line_preview(before: LineItem | None, after: LineItem | None) -> LinePreview:
    line = after or before
    assert line is not None
    return LinePreview(
        name=line.name,
        sku=line.variant.sku,
        # A line that is not there yet has no id that could be told.
        line_item_id=before.id if before is not None else None,
        quantity_before=before.quantity if before is not None else 0,
        quantity_after=after.quantity if after is not None else 0,
        total_before=before.total_price if before is not None else None,
        total_after=after.total_price if after is not None else None,
    )
