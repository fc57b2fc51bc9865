"""What a checkout page asks for: the shipping methods for a place or for a cart."""

from starlette.responses import Response

from handcart.actions.carts.read_cart import read_cart
from handcart.api.call import Call
from handcart.api.query_parameters import page_answer
from handcart.api.route import Route
from handcart.domain.access import Access
from handcart.domain.cart import cart_decoder
from handcart.domain.document import encode
from handcart.domain.errors import RequiredField
from handcart.domain.matching_methods import methods_for_cart, methods_for_place
from handcart.domain.permissions import Permission
from handcart.domain.shipping import ShippingMethod
from handcart.domain.where_page import LIMIT_MAX, QueryPage


def _page(call: Call, methods: list[ShippingMethod]) -> Response:
    results = [encode(each) for each in methods]
    return page_answer(call, QueryPage(results, LIMIT_MAX, 0, len(results)))


def _required(call: Call, name: str) -> str:
    value = call.query_value(name)
    if not value:
        raise RequiredField(field=name)
    return value


async def get_for_place(call: Call) -> Response:
    """The methods with a rate for ``country`` and, if given, ``state`` and ``currency``."""
    methods = methods_for_place(
        call.catalogue,
        country=_required(call, "country"),
        state=call.query_value("state"),
        currency=call.query_value("currency"),
    )
    return _page(call, methods)


async def get_for_cart(call: Call) -> Response:
    """The methods for the cart ``cartId``; whoever may not read all carts has only its own."""
    caller = call.caller
    reads_all = caller.has("manage_project", "view_orders", "manage_orders", store=call.parameters.get("storeKey"))
    is_mine = caller.staff_id is None and not reads_all
    access = Access(caller=caller, catalogue=call.catalogue, site=call.site, is_mine=is_mine)
    document = await read_cart(call.stores, access, cart_id=_required(call, "cartId"))
    return _page(call, methods_for_cart(call.catalogue, cart_decoder.decode(document)))


ROUTES: list[Route] = [
    Route("GET", "/{pk}/shipping-methods/matching-location", Permission.SHIPPING_MATCH, get_for_place),
    Route("GET", "/{pk}/shipping-methods/matching-cart", Permission.SHIPPING_MATCH, get_for_cart),
    Route(
        "GET", "/{pk}/in-store/key={storeKey}/shipping-methods/matching-cart", Permission.SHIPPING_MATCH, get_for_cart
    ),
]
