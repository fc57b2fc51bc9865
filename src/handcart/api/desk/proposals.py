"""Proposals over HTTP: an agent makes and withdraws them, the shopper answers them line by line."""

import msgspec
from starlette.responses import Response

from handcart.actions.proposals.create_proposal import create_proposal
from handcart.actions.proposals.list_proposals import list_proposals
from handcart.actions.proposals.read_proposal import read_proposal
from handcart.actions.proposals.update_proposal import update_proposal
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import access_of, in_and_out_of_store, my_access_of
from handcart.api.query_parameters import page_answer, query_request
from handcart.api.route import Route
from handcart.domain.access import Access
from handcart.domain.permissions import Permission
from handcart.domain.proposal import ProposalDraft, ProposalUpdate

_draft_decoder = msgspec.json.Decoder(ProposalDraft)
_update_decoder = msgspec.json.Decoder(ProposalUpdate)


async def post_proposals(call: Call) -> Response:
    """A new proposal."""
    draft = call.decode(_draft_decoder)
    return await call.write(lambda key: create_proposal(call.stores, access_of(call), draft, key))


async def post_proposal(call: Call) -> Response:
    """An answer by the shopper, or a withdrawal by the agent."""
    update = call.decode(_update_decoder)
    access = access_of(call) if call.caller.staff_id is not None else my_access_of(call)
    return await call.write(lambda key: update_proposal(call.stores, access, call.parameters["id"], update, key))


async def get_proposals(call: Call) -> Response:
    """The agent's own proposals, and those on the carts within reach."""
    return await _listed(call, access_of(call))


async def get_proposal(call: Call) -> Response:
    """A proposal as an agent sees it."""
    return json_bytes(await read_proposal(call.stores, access_of(call), call.parameters["id"]))


async def get_my_proposals(call: Call) -> Response:
    """The proposals on the shopper's carts."""
    return await _listed(call, my_access_of(call))


async def get_my_proposal(call: Call) -> Response:
    """A proposal on one of the shopper's carts."""
    return json_bytes(await read_proposal(call.stores, my_access_of(call), call.parameters["id"]))


async def _listed(call: Call, access: Access) -> Response:
    request = query_request(call)
    page = await list_proposals(
        call.stores,
        access,
        cart_id=call.query_value("cartId"),
        state=call.query_value("state"),
        limit=request.limit,
        offset=request.offset,
    )
    return page_answer(call, page)


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/proposals", Permission.PROPOSAL, get_proposals),
    *in_and_out_of_store("POST", "/proposals", Permission.PROPOSAL, post_proposals),
    *in_and_out_of_store("GET", "/proposals/{id}", Permission.PROPOSAL, get_proposal),
    *in_and_out_of_store("POST", "/proposals/{id}", Permission.PROPOSAL_ANSWER, post_proposal),
    *in_and_out_of_store("GET", "/me/proposals", Permission.MY_CART, get_my_proposals),
    *in_and_out_of_store("GET", "/me/proposals/{id}", Permission.MY_CART, get_my_proposal),
    *in_and_out_of_store("POST", "/me/proposals/{id}", Permission.MY_CART, post_proposal),
]
