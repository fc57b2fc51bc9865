"""Publishing over HTTP: what waits, and letting it go (S4-43, S4-44)."""

import msgspec
from starlette.responses import Response

from handcart.actions.sites.list_unpublished_changes import list_unpublished_changes
from handcart.actions.sites.publish import publish
from handcart.api.admin.listing import listing
from handcart.api.call import Call
from handcart.api.route import Route
from handcart.domain.permissions import Permission
from handcart.domain.scim import Attribute
from handcart.domain.site_groups.publishing import PublishRequest

_CHANGE_ATTRIBUTES = (Attribute("displayName", False), Attribute("id", True), Attribute("type", False))
_request = msgspec.json.Decoder(PublishRequest)


async def get_changes(call: Call) -> Response:
    """``items: [{type: "site" | "siteGroup", id, displayName, change, lastModified, requires}]`` in the envelope.

    ``change`` is ``CREATE``, ``UPDATE`` or ``DELETE``; ``requires`` are member sites that were never published.
    """
    return listing(call, await list_unpublished_changes(call.stores, call.project), _CHANGE_ATTRIBUTES)


async def post_publish(call: Call) -> Response:
    """``{items?: [{type?, id} | id]}`` → 200 ``{items: [the changes], publishedAt}``; without ``items``, everything.

    A group whose sites are not published, and not among the items, is refused with their ids in ``sites``.
    """
    request = call.decode(_request) if call.body else PublishRequest()
    return await call.write(lambda idempotency: publish(call.stores, call.project, request, idempotency))


ROUTES: list[Route] = [
    Route("GET", "/ccadmin/v1/publishing/changes", Permission.STORE_WRITE, get_changes),
    Route("POST", "/ccadmin/v1/publish", Permission.STORE_WRITE, post_publish),
]
