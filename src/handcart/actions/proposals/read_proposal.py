"""Reading a proposal, with what its open lines would do to the cart as it is now."""

from handcart.actions.proposing import shown_now
from handcart.domain.access import Access, check_access
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.carts import load_cart
from handcart.store.proposals import load_proposal
from handcart.store.stores import Stores


async def read_proposal(stores: Stores, access: Access, proposal_id: str) -> bytes:
    """The proposal as JSON: to the shopper whose cart it is about, to the agent who made it, and to agents with a hand
    on the cart. Without that, its own agent is told nothing of the cart. Raises ResourceNotFound.
    """
    caller = access.caller
    found = await load_proposal(stores.database, caller.project, proposal_id) if is_uuid(proposal_id) else None
    if found is None:
        raise ResourceNotFound(id=proposal_id)
    stored = await load_cart(stores.database, caller.project, found.proposal.cart_id)
    try:
        if stored is None:
            raise ResourceNotFound(id=proposal_id)
        check_access(access, thing_id=proposal_id, owner=stored.owner, site=stored.site, cart_id=stored.id)
    except ResourceNotFound:
        if caller.staff_id is None or found.staff_id != caller.staff_id:
            raise
        stored = None
    return encode(await shown_now(stores, access, found.proposal, stored, staff_id=found.staff_id))
