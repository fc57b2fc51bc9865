"""What every stream asks of a request: how far the client has come, and who it is, again and again."""

from handcart.actions.sign_in.authenticate import authenticate
from handcart.api.call import Call
from handcart.api.route import Endpoint, Route
from handcart.domain.access import Access
from handcart.domain.permissions import Permission, check_permission

LAST_EVENT_ID_LENGTH_MAX = 4_096


def last_event_id(call: Call) -> str | None:
    """The header, which a browser sends when it comes again, else the query parameter ``lastEventId``."""
    text = call.request.headers.get("last-event-id") or call.query_value("lastEventId")
    return text if text and len(text) <= LAST_EVENT_ID_LENGTH_MAX else None


async def renewed_access(call: Call, permission: Permission, *, is_mine: bool) -> Access:
    """Who listens, as of now. Raises InvalidToken, InsufficientScope."""
    caller = await authenticate(call.stores, call.token)
    check_permission(caller, permission, project=call.project, store=call.parameters.get("storeKey"))
    catalogue = await call.stores.catalogues.catalogue(call.project)
    site = catalogue.sites.get(call.site.key) if call.site is not None else None
    return Access(caller=caller, catalogue=catalogue, site=site, is_mine=is_mine)


def in_and_out_of_store(path: str, permission: Permission, endpoint: Endpoint) -> list[Route]:
    """A stream at project level and in a store; a browser's EventSource may give its token in the query."""
    return [
        Route("GET", f"/{{pk}}{store}{path}", permission, endpoint, takes_query_token=True)
        for store in ("", "/in-store/key={storeKey}")
    ]
