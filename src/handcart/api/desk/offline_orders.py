"""Offline orders over HTTP: agents draft them, an anonymous shopper goes on with one."""

import msgspec
from starlette.responses import Response

from handcart.actions.offline_orders.continue_offline_order import continue_offline_order
from handcart.actions.offline_orders.create_continuation import create_continuation
from handcart.actions.offline_orders.create_offline_order import create_offline_order
from handcart.actions.offline_orders.query_offline_orders import OfflineOrderFilter, query_offline_orders
from handcart.actions.offline_orders.read_offline_order import read_offline_order
from handcart.actions.offline_orders.update_offline_order import update_offline_order
from handcart.actions.takeovers.take_over_cart import take_over_cart
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import access_of, in_and_out_of_store, my_access_of
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Route
from handcart.domain.document import Draft
from handcart.domain.errors import InvalidField
from handcart.domain.offline_order import OfflineOrderDraft
from handcart.domain.offline_order_updates import OfflineOrderUpdate
from handcart.domain.permissions import Permission
from handcart.domain.takeover import TakeoverDraft


class ContinueDraft(Draft):
    """The token of the link by which an anonymous shopper goes on with an offline order."""

    token: str


_draft_decoder = msgspec.json.Decoder(OfflineOrderDraft)
_update_decoder = msgspec.json.Decoder(OfflineOrderUpdate)
_takeover_decoder = msgspec.json.Decoder(TakeoverDraft)
_continue_decoder = msgspec.json.Decoder(ContinueDraft)


async def post_offline_orders(call: Call) -> Response:
    """A new draft."""
    draft = call.decode(_draft_decoder) if call.body else OfflineOrderDraft()
    return await call.write(lambda key: create_offline_order(call.stores, access_of(call), draft, key))


async def get_offline_orders(call: Call) -> Response:
    """Offline orders: all, a customer's, those in a status, one's own."""
    mine = call.query_value("mine")
    if mine not in (None, "true", "false"):
        raise InvalidField(field="mine", invalid_value=mine, allowed_values=["true", "false"])
    only = OfflineOrderFilter(
        customer_id=call.query_value("customerId"), status=call.query_value("status"), is_mine=mine == "true"
    )
    return page_answer(call, await query_offline_orders(call.stores, access_of(call), query_request(call), only))


async def get_offline_order(call: Call) -> Response:
    """An offline order."""
    return json_bytes(
        expand_document(call, await read_offline_order(call.stores, access_of(call), call.parameters["id"]))
    )


async def post_offline_order(call: Call) -> Response:
    """Actions on a draft."""
    update = call.decode(_update_decoder)
    return await call.write(
        lambda key: update_offline_order(call.stores, access_of(call), call.parameters["id"], update, key)
    )


async def post_takeover(call: Call) -> Response:
    """View User's Cart: 201 opened, 200 open already."""
    draft = call.decode(_takeover_decoder) if call.body else TakeoverDraft()
    return await call.write(lambda key: take_over_cart(call.stores, access_of(call), call.parameters["id"], draft, key))


async def post_continuation(call: Call) -> Response:
    """A link for an anonymous shopper; the token is a secret, so that no answer is kept."""
    return json_bytes(await create_continuation(call.stores, access_of(call), call.parameters["id"]), 201)


async def post_continue(call: Call) -> Response:
    """Go on with an offline order."""
    draft = call.decode(_continue_decoder)
    return await call.write(lambda key: continue_offline_order(call.stores, my_access_of(call), draft.token, key))


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/offline-orders", Permission.OFFLINE_ORDER, get_offline_orders),
    *in_and_out_of_store("POST", "/offline-orders", Permission.OFFLINE_ORDER, post_offline_orders),
    *in_and_out_of_store("GET", "/offline-orders/{id}", Permission.OFFLINE_ORDER, get_offline_order),
    *in_and_out_of_store("POST", "/offline-orders/{id}", Permission.OFFLINE_ORDER, post_offline_order),
    *in_and_out_of_store("POST", "/offline-orders/{id}/takeover", Permission.TAKEOVER, post_takeover),
    *in_and_out_of_store("POST", "/offline-orders/{id}/continuation", Permission.OFFLINE_ORDER, post_continuation),
    *in_and_out_of_store("POST", "/me/offline-orders/continue", Permission.MY_CART, post_continue),
]
