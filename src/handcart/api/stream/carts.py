"""The streams of carts: by id, and a shopper's own."""

from starlette.responses import Response

from handcart.actions.live.follow_cart import follow_cart
from handcart.api.call import Call
from handcart.api.commerce.carts import access_of, my_access_of
from handcart.api.route import Route
from handcart.api.stream.event_stream import streamed
from handcart.api.stream.listening import in_and_out_of_store, last_event_id, renewed_access
from handcart.domain.permissions import Permission


def version_in(text: str | None) -> int | None:
    """The version that an id names; None where it is no version, as then the present is told."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 18 else None


async def _stream(call: Call, permission: Permission, *, is_mine: bool) -> Response:
    messages = await follow_cart(
        call.stores,
        my_access_of(call) if is_mine else access_of(call),
        call.parameters["id"],
        since=version_in(last_event_id(call)),
        renew=lambda: renewed_access(call, permission, is_mine=is_mine),
    )
    return streamed(call, messages)


async def get_cart_events(call: Call) -> Response:
    """A cart live."""
    return await _stream(call, Permission.CART_READ, is_mine=False)


async def get_my_cart_events(call: Call) -> Response:
    """An own cart live."""
    return await _stream(call, Permission.MY_CART, is_mine=True)


ROUTES: list[Route] = [
    *in_and_out_of_store("/carts/{id}/events", Permission.CART_READ, get_cart_events),
    *in_and_out_of_store("/me/carts/{id}/events", Permission.MY_CART, get_my_cart_events),
]
