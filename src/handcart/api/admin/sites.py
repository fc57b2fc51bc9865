"""Sites over HTTP, in the manner of the site groups. A site and a store of the published interface are one record."""

import msgspec
from starlette.responses import Response

from handcart.actions.sites.create_site import create_site
from handcart.actions.sites.delete_site import delete_site
from handcart.actions.sites.list_sites import list_sites
from handcart.actions.sites.read_site import read_site
from handcart.actions.sites.update_site import update_site
from handcart.api.admin.listing import is_published_view, language_of, listing
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.route import Route
from handcart.domain.document import encode
from handcart.domain.permissions import Permission
from handcart.domain.site_groups.showing import SITE_ATTRIBUTES
from handcart.domain.site_groups.sites import SiteChange, SiteRequest

_request = msgspec.json.Decoder(SiteRequest)
_change = msgspec.json.Decoder(SiteChange)


async def post_site(call: Call) -> Response:
    """``{id, name, host?, contextRoot?, currency?, languages?, country?, priceGroup?, stockLocation?, …}`` → 200.

    ``priceGroup`` and ``stockLocation`` are keys of channels; without them it is the channel with the site's id.
    """
    request = call.decode(_request)
    return await call.write(
        lambda idempotency: create_site(
            call.stores, call.project, request, language=language_of(call), idempotency=idempotency
        )
    )


async def put_site(call: Call) -> Response:
    """As for a new one, with everything optional; ``null`` goes back to the project's default. Where that lets the site
    share carts with others of its group it has to be ready for it, or to be forced (``force``), as if it joined.
    """
    change = call.decode(_change)
    return json_bytes(
        await update_site(call.stores, call.project, call.parameters["id"], change, language=language_of(call))
    )


async def delete_one_site(call: Call) -> Response:
    """204, for a site that is in no group."""
    await delete_site(call.stores, call.project, call.parameters["id"])
    return Response(status_code=204, headers=NO_STORE)


async def get_site(call: Call) -> Response:
    """One site; ``production=true`` as it is published."""
    site = await read_site(
        call.stores,
        call.project,
        call.parameters["id"],
        is_published=is_published_view(call),
        language=language_of(call),
    )
    return json_bytes(encode(site))


async def get_sites(call: Call) -> Response:
    """The envelope of the site groups; ``q`` filters by ``name``, ``id`` and ``host``."""
    sites = await list_sites(
        call.stores, call.project, is_published=is_published_view(call), language=language_of(call)
    )
    return listing(call, sites, SITE_ATTRIBUTES)


ROUTES: list[Route] = [
    Route("POST", "/ccadmin/v1/sites", Permission.STORE_WRITE, post_site),
    Route("GET", "/ccadmin/v1/sites", Permission.STORE_WRITE, get_sites),
    Route("GET", "/ccadmin/v1/sites/{id}", Permission.STORE_WRITE, get_site),
    Route("PUT", "/ccadmin/v1/sites/{id}", Permission.STORE_WRITE, put_site),
    Route("DELETE", "/ccadmin/v1/sites/{id}", Permission.STORE_WRITE, delete_one_site),
]
