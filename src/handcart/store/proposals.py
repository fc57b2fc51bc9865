"""Proposals in the database, each beside the cart that it is about."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.document import encode, instant_of
from handcart.domain.proposal import Proposal
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement

OPEN_LISTED_MAX = 100

_decoder = msgspec.json.Decoder(Proposal)


class StoredProposal:
    """A proposal as a row has it, and how its cart stood then; None throughout where there is no such cart any more."""

    def __init__(self, row: Row) -> None:
        self.proposal: Proposal = _decoder.decode(row["document"])
        self.staff_id: str = str(row["staff_id"])
        self.owner: str | None = row["owner"]
        self.cart_version: int | None = row["cart_version"]
        self.cart_state: str | None = row["cart_state"]


class LockedProposal(StoredProposal):
    """A proposal whose row this transaction has locked."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which proposals are asked for, as a page."""

    cart_id: str | None
    state: str | None
    limit: int
    offset: int


class ProposalPage(msgspec.Struct, frozen=True):
    """A page of proposals and how many there are in all."""

    found: list[StoredProposal]
    total: int


async def insert_proposal(transaction: Transaction, project: str, proposal: Proposal, *, staff_id: str) -> None:
    """Keep a new proposal."""
    await transaction.execute(
        statement("insert_proposal"),
        project,
        UUID(proposal.id),
        proposal.version,
        proposal.state,
        UUID(proposal.cart_id),
        UUID(staff_id),
        instant_of(proposal.expires_at),
        encode(proposal),
        instant_of(proposal.created_at),
    )


async def load_proposal(querying: Querying, project: str, proposal_id: str) -> StoredProposal | None:
    """The proposal with that id, without a lock."""
    row = await querying.row(statement("load_proposal"), project, UUID(proposal_id))
    return StoredProposal(row) if row is not None else None


async def lock_proposal(transaction: Transaction, project: str, proposal_id: str) -> LockedProposal | None:
    """The proposal with that id, locked until the transaction ends; before any owner or cart."""
    row = await transaction.row(statement("lock_proposal"), project, UUID(proposal_id))
    return LockedProposal(row) if row is not None else None


async def change_proposal(transaction: Transaction, project: str, before: LockedProposal, proposal: Proposal) -> None:
    """Write a changed proposal."""
    done = await transaction.row(
        statement("change_proposal"),
        project,
        UUID(proposal.id),
        before.proposal.version,
        proposal.version,
        proposal.state,
        encode(proposal),
        instant_of(proposal.last_modified_at),
    )
    assert done is not None, "a locked proposal changed"


async def list_proposals_of_owner(
    querying: Querying, project: str, owner: str, asked: Asked, now: datetime
) -> ProposalPage:
    """The proposals on an owner's carts."""
    return _page(
        await querying.rows(
            statement("list_proposals_of_owner"),
            project,
            owner,
            UUID(asked.cart_id) if asked.cart_id is not None else None,
            asked.state,
            now,
            asked.limit,
            asked.offset,
        )
    )


async def list_proposals_in_reach(querying: Querying, caller: Caller, asked: Asked, now: datetime) -> ProposalPage:
    """The agent's own proposals, and all on the carts that the agent has a hand on."""
    reach = caller.reach
    owners = set[str]()
    if reach.desk is not None:
        owners |= reach.desk.walk_ins | ({reach.desk.active_owner} if reach.desk.active_owner is not None else set())
    return _page(
        await querying.rows(
            statement("list_proposals_in_reach"),
            caller.project,
            UUID(caller.staff_id or ""),
            [UUID(each) for each in (*reach.takeovers, *reach.pairings)],
            sorted(owners),
            UUID(asked.cart_id) if asked.cart_id is not None else None,
            asked.state,
            now,
            asked.limit,
            asked.offset,
        )
    )


def _page(rows: Sequence[Row]) -> ProposalPage:
    return ProposalPage([StoredProposal(row) for row in rows], rows[0]["total"] if rows else 0)


async def list_open_proposals(querying: Querying, project: str, staff_id: str, now: datetime) -> list[Proposal]:
    """The proposals of an agent that wait for the shopper, the latest first."""
    rows = await querying.rows(statement("list_open_proposals"), project, UUID(staff_id), now, OPEN_LISTED_MAX)
    return [_decoder.decode(row["document"]) for row in rows]
