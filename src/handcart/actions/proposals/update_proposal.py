"""Answering a proposal, line by line, or taking it back. What is accepted is written with the answer, or neither is."""

import msgspec
from msgspec.structs import replace

from handcart.actions.basing import changes_since
from handcart.actions.deciding import is_priced_for, view_of, written
from handcart.actions.proposing import acting_on_proposal, allowance_of_agent, shown_now
from handcart.domain.access import Access, check_access
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import ProposalOfAnotherAgent, RebaseConflict, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.proposal import (
    Decided,
    ProposalUpdate,
    answer_proposal,
    check_adjustments,
    check_version,
    parts_seen,
    rebase_lines,
    withdraw_proposal,
)
from handcart.domain.reach import Via
from handcart.domain.updates.apply import apply_actions, check_open
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, change_locked_cart, load_cart, lock_carts
from handcart.store.database import Transaction
from handcart.store.proposals import LockedProposal, change_proposal, lock_proposal
from handcart.store.stores import Stores


async def update_proposal(
    stores: Stores, access: Access, proposal_id: str, update: ProposalUpdate, idempotency: Idempotency | None = None
) -> Answer:
    """The proposal as JSON, to the shopper with the cart as it is now. Accepted lines are applied to the present cart,
    rebased over what has happened since the agent saw it; one event says both the shopper and the agent.

    Raises ResourceNotFound, ConcurrentModification, RebaseConflict with both values, ProposalExpired, IllegalMove,
    ProposalOfAnotherAgent, what closes a cart to changes, and what the actions refuse; then nothing has changed.
    """
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_proposal(transaction, project, proposal_id) if is_uuid(proposal_id) else None
        if locked is None:
            raise ResourceNotFound(id=proposal_id)
        if access.caller.staff_id is not None:
            answer = await _withdrawn(stores, transaction, access, locked, update)
        else:
            answer = await _answered(stores, transaction, access, locked, update)
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer


async def _withdrawn(
    stores: Stores, transaction: Transaction, access: Access, locked: LockedProposal, update: ProposalUpdate
) -> Answer:
    caller, proposal = access.caller, locked.proposal
    hold = caller.reach.hold_on(cart_id=proposal.cart_id, owner=locked.owner)
    if locked.staff_id != caller.staff_id:
        if hold is None:
            raise ResourceNotFound(id=proposal.id)
        raise ProposalOfAnotherAgent()
    check_version(proposal, update.version)
    after = withdraw_proposal(proposal, update.actions, timestamp_of(stores.clock.utc_now()))
    if after is not proposal:
        await change_proposal(transaction, caller.project, locked, after)
    stored = await load_cart(transaction, caller.project, proposal.cart_id) if hold is not None else None
    said = await shown_now(stores, access, after, stored, staff_id=locked.staff_id, within=transaction)
    return Answer(encode(said))


async def _answered(
    stores: Stores, transaction: Transaction, access: Access, locked: LockedProposal, update: ProposalUpdate
) -> Answer:
    project, proposal = access.caller.project, locked.proposal
    carts = await lock_carts(transaction, project, [proposal.cart_id])
    if not carts or carts[0].is_gone:
        raise ResourceNotFound(id=proposal.id)
    cart = carts[0]
    check_access(access, thing_id=proposal.id, owner=cart.owner, site=cart.site)
    check_version(proposal, update.version)
    decided = answer_proposal(proposal, update.actions, timestamp_of(stores.clock.utc_now()))
    after = decided.proposal
    if decided.accepted:
        steps = await _accept(stores, transaction, access, locked, cart=cart, decided=decided)
        after = replace(after, steps=proposal.steps + steps)
    if after is not proposal:
        await change_proposal(transaction, project, locked, after)
    stored = await load_cart(transaction, project, cart.id)
    assert stored is not None, "it is locked"
    said = await shown_now(stores, access, after, stored, staff_id=locked.staff_id, within=transaction)
    acting = await acting_on_proposal(stores, access, stored, after, staff_id=locked.staff_id, within=transaction)
    document = await view_of(
        stores, caller=access.caller, catalogue=access.catalogue, stored=stored, site=acting.site, within=transaction
    )
    return Answer(encode(replace(said, cart=msgspec.Raw(document))))


async def _accept(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    locked: LockedProposal,
    *,
    cart: LockedCart,
    decided: Decided,
) -> int:
    """Write what the accepted lines come to; answers by how many versions the cart went on."""
    project, proposal, staff_id = access.caller.project, locked.proposal, locked.staff_id
    check_open(cart.cart, is_locksmith=access.locks)
    acting = await acting_on_proposal(stores, access, cart, proposal, staff_id=staff_id, within=transaction)
    since = await changes_since(transaction, project, cart, proposal.base_version)
    base = parts_seen(proposal, cart.cart, since)
    rebased = rebase_lines(proposal, decided.accepted, cart.cart, base, acting)
    if rebased.conflicts:
        raise RebaseConflict(id=cart.id, base_version=proposal.base_version, conflicts=rebased.conflicts)
    allowance = await allowance_of_agent(stores, project, proposal, cart.cart, staff_id=staff_id, within=transaction)
    check_adjustments(rebased.actions, allowance)
    is_settled = is_priced_for(cart, site=acting.site, epoch=acting.catalogue.epoch, now=stores.clock.utc_now())
    priced = apply_actions(cart.cart, rebased.actions, acting, is_settled=is_settled)
    if priced.cart is cart.cart:
        return 0
    write = written(
        stores,
        caller=access.caller,
        kind="CartChanged",
        before=cart,
        priced=priced,
        acting=acting,
        actions=rebased.actions,
        via=Via(kind="proposal", id=proposal.id),
    )
    await change_locked_cart(transaction, project, write)
    return priced.cart.version - cart.version
