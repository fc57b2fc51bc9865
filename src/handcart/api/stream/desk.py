"""The stream of a desk."""

from starlette.responses import Response

from handcart.actions.live.follow_desk import follow_desk
from handcart.api.call import Call
from handcart.api.commerce.carts import access_of
from handcart.api.route import Route
from handcart.api.stream.event_stream import streamed
from handcart.api.stream.listening import in_and_out_of_store, last_event_id, renewed_access
from handcart.domain.permissions import Permission


async def get_desk_events(call: Call) -> Response:
    """The desk of this sign-in live."""
    messages = await follow_desk(
        call.stores,
        access_of(call),
        since=last_event_id(call),
        renew=lambda: renewed_access(call, Permission.DESK_READ, is_mine=False),
    )
    return streamed(call, messages)


ROUTES: list[Route] = in_and_out_of_store("/desk/events", Permission.DESK_READ, get_desk_events)
