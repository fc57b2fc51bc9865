"""Takeovers over HTTP: for members of staff, and for the shopper whose cart it is."""

import msgspec
from starlette.responses import Response

from handcart.actions.takeovers.add_items_to_order import add_items_to_order
from handcart.actions.takeovers.force_takeover import force_takeover
from handcart.actions.takeovers.hand_back_takeover import hand_back_takeover
from handcart.actions.takeovers.list_my_takeovers import list_my_takeovers
from handcart.actions.takeovers.read_takeover import read_takeover
from handcart.actions.takeovers.renew_takeover import renew_takeover
from handcart.actions.takeovers.request_takeover import request_takeover
from handcart.api.call import Call, json_bytes, page_of
from handcart.api.commerce.carts import access_of, in_and_out_of_store, my_access_of
from handcart.api.route import Route
from handcart.domain.permissions import Permission
from handcart.domain.takeover import AddItemsDraft, ForceDraft, HeartbeatDraft, ReasonDraft

_add_decoder = msgspec.json.Decoder(AddItemsDraft)
_force_decoder = msgspec.json.Decoder(ForceDraft)
_heartbeat_decoder = msgspec.json.Decoder(HeartbeatDraft)
_reason_decoder = msgspec.json.Decoder(ReasonDraft)


async def get_takeover(call: Call) -> Response:
    """A takeover."""
    return json_bytes(await read_takeover(call.stores, access_of(call), call.parameters["id"]))


async def post_add_items(call: Call) -> Response:
    """Add Items to Order."""
    version = call.decode(_add_decoder).version
    return await call.write(
        lambda key: add_items_to_order(call.stores, access_of(call), call.parameters["id"], version, key)
    )


async def post_heartbeat(call: Call) -> Response:
    """Let the lease run anew."""
    draft = call.decode(_heartbeat_decoder) if call.body else HeartbeatDraft()
    return await call.write(
        lambda key: renew_takeover(call.stores, access_of(call), call.parameters["id"], draft.version, key)
    )


async def post_request(call: Call) -> Response:
    """Ask the holder for the takeover."""
    draft = call.decode(_reason_decoder) if call.body else ReasonDraft()
    return await call.write(
        lambda key: request_takeover(call.stores, access_of(call), call.parameters["id"], draft.reason, key)
    )


async def post_force(call: Call) -> Response:
    """Take the takeover from its holder."""
    draft = call.decode(_force_decoder)
    return await call.write(
        lambda key: force_takeover(call.stores, access_of(call), call.parameters["id"], draft.reason, key)
    )


async def remove_takeover(call: Call) -> Response:
    """Hand the cart back."""
    return json_bytes(await hand_back_takeover(call.stores, access_of(call), call.parameters["id"], call.version()))


async def get_my_takeovers(call: Call) -> Response:
    """Who helps the shopper."""
    found = await list_my_takeovers(call.stores, my_access_of(call))
    return json_bytes(page_of(found, limit=len(found), offset=0, total=len(found)))


async def remove_my_takeover(call: Call) -> Response:
    """End a takeover of one's own cart."""
    return json_bytes(await hand_back_takeover(call.stores, my_access_of(call), call.parameters["id"], call.version()))


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/takeovers/{id}", Permission.TAKEOVER_READ, get_takeover),
    *in_and_out_of_store("DELETE", "/takeovers/{id}", Permission.TAKEOVER_HOLD, remove_takeover),
    *in_and_out_of_store("POST", "/takeovers/{id}/add-items-to-order", Permission.TAKEOVER, post_add_items),
    *in_and_out_of_store("POST", "/takeovers/{id}/heartbeat", Permission.TAKEOVER_HOLD, post_heartbeat),
    *in_and_out_of_store("POST", "/takeovers/{id}/request", Permission.TAKEOVER, post_request),
    *in_and_out_of_store("POST", "/takeovers/{id}/force", Permission.TAKEOVER_FORCE, post_force),
    *in_and_out_of_store("GET", "/me/takeovers", Permission.MY_CART, get_my_takeovers),
    *in_and_out_of_store("DELETE", "/me/takeovers/{id}", Permission.MY_CART, remove_my_takeover),
]
