"""The streams of carts: by id, and a shopper's own."""

from starlette.responses import Response

from handcart.actions.live.follow_cart import follow_cart
from handcart.actions.sign_in.authenticate import authenticate
from handcart.api.call import Call
from handcart.api.route import Endpoint, Route
from handcart.api.stream.event_stream import HEADERS, EventStream
from handcart.domain.access import Access
from handcart.domain.permissions import Permission, check_permission

LAST_EVENT_ID_LENGTH_MAX = 4_096


def last_event_id(call: Call) -> str | None:
    """How far the client has come: the header, which a browser sends when it comes again, else the query parameter."""
    text = call.request.headers.get("last-event-id") or call.query_value("lastEventId")
    return text if text and len(text) <= LAST_EVENT_ID_LENGTH_MAX else None


def version_in(text: str | None) -> int | None:
    """The version that an id names; None where it is no version, as then the present is told."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 18 else None


async def renewed_access(call: Call, permission: Permission, *, is_mine: bool) -> Access:
    """Who listens, as of now. Raises InvalidToken, InsufficientScope."""
    caller = await authenticate(call.stores, call.token)
    check_permission(caller, permission, project=call.project, store=call.parameters.get("storeKey"))
    catalogue = await call.stores.catalogues.catalogue(call.project)
    site = catalogue.sites.get(call.site.key) if call.site is not None else None
    return Access(caller=caller, catalogue=catalogue, site=site, is_mine=is_mine)


async def _stream(call: Call, permission: Permission, *, is_mine: bool) -> Response:
    messages = await follow_cart(
        call.stores,
        Access(caller=call.caller, catalogue=call.catalogue, site=call.site, is_mine=is_mine),
        call.parameters["id"],
        since=version_in(last_event_id(call)),
        renew=lambda: renewed_access(call, permission, is_mine=is_mine),
    )
    if call.request.method == "HEAD":
        return Response(headers={name.decode(): value.decode() for name, value in HEADERS})
    return EventStream(messages)


async def get_cart_events(call: Call) -> Response:
    """A cart live."""
    return await _stream(call, Permission.CART_READ, is_mine=False)


async def get_my_cart_events(call: Call) -> Response:
    """An own cart live."""
    return await _stream(call, Permission.MY_CART, is_mine=True)


def _in_and_out_of_store(path: str, permission: Permission, endpoint: Endpoint) -> list[Route]:
    """A browser's EventSource cannot send headers, so that here a token may stand in the query."""
    return [
        Route("GET", f"/{{pk}}{store}{path}", permission, endpoint, takes_query_token=True)
        for store in ("", "/in-store/key={storeKey}")
    ]


ROUTES: list[Route] = [
    *_in_and_out_of_store("/carts/{id}/events", Permission.CART_READ, get_cart_events),
    *_in_and_out_of_store("/me/carts/{id}/events", Permission.MY_CART, get_my_cart_events),
]
