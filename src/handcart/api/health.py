"""Whether this process lives, and whether it is ready for requests."""

from starlette.responses import Response

from handcart.actions.admin.check_ready import check_ready
from handcart.api.call import Call, json_bytes
from handcart.api.refusals import broken
from handcart.api.route import Route
from handcart.domain.permissions import Permission


async def get_live(call: Call) -> Response:  # noqa: ARG001 - every endpoint takes the call
    """The process answers."""
    return json_bytes(b'{"status":"live"}')


async def get_ready(call: Call) -> Response:
    """The database answers too; migrations and loads are done before the first request is taken."""
    if await check_ready(call.stores):
        return json_bytes(b'{"status":"ready"}')
    return broken(503, "OverCapacity", "The database does not answer.")


ROUTES: list[Route] = [
    Route("GET", "/health/live", Permission.PUBLIC, get_live),
    Route("GET", "/health/ready", Permission.PUBLIC, get_ready),
]
