"""Proposing changes of a cart to its shopper."""

from msgspec.structs import replace

from handcart.actions.basing import changes_since
from handcart.actions.holding import keep_hold
from handcart.actions.proposing import acting_on_proposal, shown_now
from handcart.domain.access import Access, check_access
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import RebaseConflict, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.proposal import Proposal, ProposalDraft, new_proposal, parts_seen, rebase_lines, steps_in
from handcart.domain.staff_limits import check_allowance
from handcart.domain.updates.apply import apply_actions, check_open
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import StoredCart, load_cart, lock_carts
from handcart.store.database import Transaction
from handcart.store.desks import load_staff_name
from handcart.store.proposals import insert_proposal
from handcart.store.stores import Stores


async def create_proposal(
    stores: Stores, access: Access, draft: ProposalDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The proposal as JSON. What could not be accepted as things are is refused at once, with the reason.

    Raises ResourceNotFound for a cart out of reach, RebaseConflict, InvalidField for a version that the cart never had,
    what the agent's roles do not allow, and what the actions refuse.
    """
    caller, project = access.caller, access.caller.project
    staff_id = caller.staff_id or ""
    found = await load_cart(stores.database, project, draft.cart_id) if is_uuid(draft.cart_id) else None
    found = _within_reach(access, found, draft.cart_id)
    async with stores.database.transaction() as transaction:
        await keep_hold(stores, transaction, caller, cart_id=found.id, owner=found.owner)
        # Held, so that nobody erases the cart's owner without the proposal.
        locked = await lock_carts(transaction, project, [found.id])
        stored = _within_reach(access, locked[0] if locked and not locked[0].is_gone else None, found.id)
        check_open(stored.cart, is_locksmith=access.locks)
        proposal = new_proposal(
            replace(draft, cart_id=stored.id),
            proposal_id=stores.clock.new_uuid(),
            agent=await load_staff_name(transaction, project, staff_id),
            now=timestamp_of(stores.clock.utc_now()),
        )
        await _check(stores, transaction, access, stored, proposal)
        await insert_proposal(transaction, project, proposal, staff_id=staff_id)
        said = await shown_now(stores, access, proposal, stored, staff_id=staff_id, within=transaction)
        answer = Answer(encode(said), created=True)
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer


def _within_reach(access: Access, stored: StoredCart | None, cart_id: str) -> StoredCart:
    if stored is None:
        raise ResourceNotFound(id=cart_id)
    check_access(access, thing_id=cart_id, owner=stored.owner, site=stored.site, cart_id=stored.id)
    return stored


async def _check(
    stores: Stores, transaction: Transaction, access: Access, stored: StoredCart, proposal: Proposal
) -> None:
    """Refuse what could not be accepted on the cart as it is."""
    cart = stored.cart
    check_allowance(steps_in(proposal, cart), access.caller.allowance)
    acting = await acting_on_proposal(
        stores, access, stored, proposal, staff_id=access.caller.staff_id or "", within=transaction
    )
    since = await changes_since(transaction, access.caller.project, stored, proposal.base_version)
    rebased = rebase_lines(proposal, proposal.open_lines(), cart, parts_seen(proposal, cart, since), acting)
    if rebased.conflicts:
        raise RebaseConflict(id=stored.id, base_version=proposal.base_version, conflicts=rebased.conflicts)
    apply_actions(cart, rebased.actions, acting)
