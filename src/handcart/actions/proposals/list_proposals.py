"""Which proposals there are, without what they would do."""

from handcart.domain.access import Access
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import InvalidField
from handcart.domain.ids import is_uuid
from handcart.domain.shown_proposal import shown
from handcart.domain.states import PROPOSAL_MOVES
from handcart.domain.where_page import QueryPage
from handcart.store.proposals import Asked, StoredProposal, list_proposals_in_reach, list_proposals_of_owner
from handcart.store.stores import Stores


async def list_proposals(
    stores: Stores, access: Access, *, cart_id: str | None, state: str | None, limit: int, offset: int
) -> QueryPage:
    """A page, the latest first: those on a shopper's carts; an agent's own, and all on the carts within reach.

    Raises InvalidField for a state that there is not.
    """
    caller, now = access.caller, stores.clock.utc_now()
    if state is not None and state not in PROPOSAL_MOVES:
        raise InvalidField(field="state", invalid_value=state, allowed_values=list(PROPOSAL_MOVES))
    if cart_id is not None and not is_uuid(cart_id):
        return QueryPage([], limit, offset, 0)
    asked = Asked(cart_id=cart_id, state=state, limit=limit, offset=offset)
    if caller.staff_id is not None:
        page = await list_proposals_in_reach(stores.database, caller, asked, now)
    else:
        page = await list_proposals_of_owner(stores.database, caller.project, caller.owner or "", asked, now)

    def said(each: StoredProposal) -> bytes:
        proposal, at = each.proposal, timestamp_of(now)
        hold = caller.reach.hold_on(cart_id=proposal.cart_id, owner=each.owner)
        if caller.staff_id is not None and hold is None:
            return encode(shown(proposal, at))
        return encode(shown(proposal, at, cart_version=each.cart_version, cart_state=each.cart_state))

    return QueryPage([said(each) for each in page.found], limit, offset, page.total)
