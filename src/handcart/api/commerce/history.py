"""A cart's past over HTTP: who changed what, the cart as it was, going back to it, taking back what operators did."""

from starlette.responses import Response

from handcart.actions.carts.read_history import read_history
from handcart.api.call import Call
from handcart.api.commerce.carts import access_of, in_and_out_of_store, my_access_of
from handcart.api.query_parameters import page_answer, query_request
from handcart.api.route import Route
from handcart.domain.access import Access
from handcart.domain.document import timestamp_from
from handcart.domain.history import HistoryFilter
from handcart.domain.permissions import Permission


async def get_history(call: Call) -> Response:
    """Who changed what on a cart."""
    return await _history(call, access_of(call))


async def get_my_history(call: Call) -> Response:
    """Who changed what on an own cart."""
    return await _history(call, my_access_of(call))


async def _history(call: Call, access: Access) -> Response:
    request = query_request(call)
    wanted = HistoryFilter(
        line_item_id=call.query_value("lineItemId"),
        since=timestamp_from(call.query_value("since"), field="since"),
        until=timestamp_from(call.query_value("until"), field="until"),
        operator_id=call.query_value("operatorId"),
        via=call.query_value("via"),
    )
    cart_id = call.parameters["id"]
    page = await read_history(call.stores, access, cart_id, limit=request.limit, offset=request.offset, wanted=wanted)
    return page_answer(call, page)


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/carts/{id}/history", Permission.CART_HISTORY, get_history),
    *in_and_out_of_store("GET", "/me/carts/{id}/history", Permission.MY_CART, get_my_history),
]
