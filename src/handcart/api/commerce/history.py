"""A cart's past over HTTP: who changed what, the cart as it was, going back to it, taking back what operators did."""

import msgspec
from starlette.responses import Response

from handcart.actions.carts.read_history import read_history
from handcart.actions.carts.read_version import read_version
from handcart.actions.carts.restore_cart import restore_cart
from handcart.actions.carts.undo_since import undo_since
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import access_of, in_and_out_of_store, my_access_of
from handcart.api.query_parameters import page_answer, query_request
from handcart.api.route import Route
from handcart.domain.access import Access
from handcart.domain.document import timestamp_from
from handcart.domain.errors import InvalidField, ResourceNotFound
from handcart.domain.history import HistoryFilter
from handcart.domain.ids import is_uuid
from handcart.domain.permissions import Permission
from handcart.domain.restoring import RestoreDraft
from handcart.domain.undo_since import UndoSinceDraft

_restore_decoder = msgspec.json.Decoder(RestoreDraft)
_undo_decoder = msgspec.json.Decoder(UndoSinceDraft)


async def get_history(call: Call) -> Response:
    """Who changed what on a cart."""
    return await _history(call, access_of(call))


async def get_my_history(call: Call) -> Response:
    """Who changed what on an own cart."""
    return await _history(call, my_access_of(call))


async def _history(call: Call, access: Access) -> Response:
    request, operator_id = query_request(call), call.query_value("operatorId")
    if operator_id is not None and not is_uuid(operator_id):
        raise InvalidField(field="operatorId", invalid_value=operator_id)
    wanted = HistoryFilter(
        line_item_id=call.query_value("lineItemId"),
        since=timestamp_from(call.query_value("since"), field="since"),
        until=timestamp_from(call.query_value("until"), field="until"),
        operator_id=operator_id,
        via=call.query_value("via"),
    )
    cart_id = call.parameters["id"]
    page = await read_history(call.stores, access, cart_id, limit=request.limit, offset=request.offset, wanted=wanted)
    return page_answer(call, page)


async def get_version(call: Call) -> Response:
    """A cart as it was at a version."""
    return await _version(call, access_of(call))


async def get_my_version(call: Call) -> Response:
    """An own cart as it was at a version."""
    return await _version(call, my_access_of(call))


async def _version(call: Call, access: Access) -> Response:
    cart_id, version = call.parameters["id"], call.parameters["version"]
    if not version.isascii() or not version.isdigit() or len(version) > 15:
        raise ResourceNotFound(id=f"{cart_id}/versions/{version}")
    return json_bytes(await read_version(call.stores, access, cart_id, int(version)))


async def post_restore(call: Call) -> Response:
    """Go back to an earlier version of a cart."""
    draft = call.decode(_restore_decoder)
    cart_id = call.parameters["id"]
    return await call.write(lambda key: restore_cart(call.stores, access_of(call), cart_id, draft, key))


async def post_my_restore(call: Call) -> Response:
    """Go back to an earlier version of an own cart."""
    draft = call.decode(_restore_decoder)
    cart_id = call.parameters["id"]
    return await call.write(lambda key: restore_cart(call.stores, my_access_of(call), cart_id, draft, key))


async def post_undo_since(call: Call) -> Response:
    """Take back what operators did to a cart."""
    draft = call.decode(_undo_decoder)
    cart_id = call.parameters["id"]
    return await call.write(lambda key: undo_since(call.stores, access_of(call), cart_id, draft, key))


async def post_my_undo_since(call: Call) -> Response:
    """Take back what operators did to an own cart."""
    draft = call.decode(_undo_decoder)
    cart_id = call.parameters["id"]
    return await call.write(lambda key: undo_since(call.stores, my_access_of(call), cart_id, draft, key))


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/carts/{id}/history", Permission.CART_HISTORY, get_history),
    *in_and_out_of_store("GET", "/carts/{id}/versions/{version}", Permission.CART_HISTORY, get_version),
    *in_and_out_of_store("POST", "/carts/{id}/restore", Permission.UNDO, post_restore),
    *in_and_out_of_store("POST", "/carts/{id}/undo-since", Permission.UNDO, post_undo_since),
    *in_and_out_of_store("GET", "/me/carts/{id}/history", Permission.MY_CART, get_my_history),
    *in_and_out_of_store("GET", "/me/carts/{id}/versions/{version}", Permission.MY_CART, get_my_version),
    *in_and_out_of_store("POST", "/me/carts/{id}/restore", Permission.MY_CART, post_my_restore),
    *in_and_out_of_store("POST", "/me/carts/{id}/undo-since", Permission.MY_CART, post_my_undo_since),
]
