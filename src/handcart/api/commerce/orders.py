"""Orders over HTTP."""

import msgspec
from starlette.responses import Response

from handcart.actions.orders.query_orders import query_orders
from handcart.actions.orders.read_order import read_order
from handcart.actions.orders.submit_cart import submit_cart
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import access_of, in_and_out_of_store, my_access_of
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Route
from handcart.domain.order import MyOrderFromCartDraft, OrderFromCartDraft
from handcart.domain.permissions import Permission

_draft_decoder = msgspec.json.Decoder(OrderFromCartDraft)
_my_draft_decoder = msgspec.json.Decoder(MyOrderFromCartDraft)


async def post_orders(call: Call) -> Response:
    """An order from a cart."""
    draft = call.decode(_draft_decoder)
    return await call.write(lambda key: submit_cart(call.stores, access_of(call), draft, key))


async def post_my_orders(call: Call) -> Response:
    """An order from an own cart."""
    mine = call.decode(_my_draft_decoder)
    draft = OrderFromCartDraft(id=mine.id, version=mine.version, expected_total=mine.expected_total)
    return await call.write(lambda key: submit_cart(call.stores, my_access_of(call), draft, key))


async def get_order(call: Call) -> Response:
    """An order by id or by number."""
    named = call.parameters
    document = await read_order(
        call.stores, access_of(call), order_id=named.get("id"), order_number=named.get("orderNumber")
    )
    return json_bytes(document)


async def get_my_order(call: Call) -> Response:
    """One of the shopper's orders."""
    return json_bytes(
        expand_document(call, await read_order(call.stores, my_access_of(call), order_id=call.parameters["id"]))
    )


async def get_orders(call: Call) -> Response:
    """Orders by query."""
    return page_answer(call, await query_orders(call.stores, access_of(call), query_request(call)))


async def get_my_orders(call: Call) -> Response:
    """The shopper's orders by query, over the whole sharing group of the acting site."""
    return page_answer(call, await query_orders(call.stores, my_access_of(call), query_request(call)))


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/orders", Permission.ORDER_READ, get_orders),
    *in_and_out_of_store("GET", "/me/orders", Permission.MY_ORDER, get_my_orders),
    *in_and_out_of_store("POST", "/orders", Permission.ORDER_CREATE, post_orders),
    *in_and_out_of_store("GET", "/orders/{id}", Permission.ORDER_READ, get_order),
    *in_and_out_of_store("GET", "/orders/order-number={orderNumber}", Permission.ORDER_READ, get_order),
    *in_and_out_of_store("POST", "/me/orders", Permission.MY_ORDER, post_my_orders),
    *in_and_out_of_store("GET", "/me/orders/{id}", Permission.MY_ORDER, get_my_order),
]
