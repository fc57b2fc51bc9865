"""Site groups over HTTP, as Oracle Commerce has them (S4-39 … S4-62). A create is answered 200, a delete 204."""

import msgspec
from starlette.responses import Response

from handcart.actions.sites.create_site_group import create_site_group
from handcart.actions.sites.delete_site_group import delete_site_group
from handcart.actions.sites.list_site_group_changes import list_site_group_changes
from handcart.actions.sites.list_site_groups import list_site_groups
from handcart.actions.sites.preview_site_group import preview_site_group
from handcart.actions.sites.read_readiness import read_readiness
from handcart.actions.sites.read_site_group import read_site_group
from handcart.actions.sites.update_site_group import update_site_group
from handcart.api.admin.listing import LIMIT, is_published_view, language_of, listing
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.route import Route
from handcart.domain.document import encode
from handcart.domain.permissions import Permission
from handcart.domain.site_groups.preview import PreviewRequest
from handcart.domain.site_groups.requests import SiteGroupChange, SiteGroupRequest
from handcart.domain.site_groups.showing import GROUP_ATTRIBUTES

_request = msgspec.json.Decoder(SiteGroupRequest)
_change = msgspec.json.Decoder(SiteGroupChange)
_preview = msgspec.json.Decoder(PreviewRequest)


async def post_site_group(call: Call) -> Response:
    """``{id?, displayName?, sites: [{id}], sharedCart?, force?}`` → 200 ``{id, displayName, sites, sharedCart}``, with
    ``warnings`` where sites come to share a cart that lack prices. ``force`` joins sites all the same that gaps bar.
    """
    request = call.decode(_request)
    return await call.write(
        lambda idempotency: create_site_group(
            call.stores, call.project, request, language=language_of(call), idempotency=idempotency
        )
    )


async def put_site_group(call: Call) -> Response:
    """As for a new one, with everything optional; an ``id`` in the body is ignored."""
    change = call.decode(_change)
    return json_bytes(
        await update_site_group(call.stores, call.project, call.parameters["id"], change, language=language_of(call))
    )


async def delete_one_site_group(call: Call) -> Response:
    """204, for a group without sites."""
    await delete_site_group(call.stores, call.project, call.parameters["id"])
    return Response(status_code=204, headers=NO_STORE)


async def get_site_group(call: Call) -> Response:
    """One group; ``production=true`` as it is published."""
    group = await read_site_group(
        call.stores,
        call.project,
        call.parameters["id"],
        is_published=is_published_view(call),
        language=language_of(call),
    )
    return json_bytes(encode(group))


async def get_site_groups(call: Call) -> Response:
    """``{total, totalResults, offset, limit, sort, items}``; ``q`` filters by ``displayName``, ``id`` and ``sites``."""
    groups = await list_site_groups(
        call.stores, call.project, is_published=is_published_view(call), language=language_of(call)
    )
    return listing(call, groups, GROUP_ATTRIBUTES)


async def get_readiness(call: Call) -> Response:
    """``{sites, ready, products, isComplete, totalGaps, gaps, totalAdvice, advice}``; ``site`` asks about one alone,
    be it a member or one that might join. Gaps: no list price (S4-22), no stock entry, no tax. Advice: prices that
    differ among sites of one currency (S4-29).
    """
    only = call.query_value("site")
    found = await read_readiness(call.stores, call.project, call.parameters["id"], only=only)
    return json_bytes(encode(found))


async def get_changes(call: Call) -> Response:
    """``{total, totalResults, offset, limit, items: [{groupId, epoch, at, sitesBefore, sites, merging?, separating?,
    isComplete?}]}``, the newest first: which sites shared a cart from when on, and how many carts that touched.
    """
    found = await list_site_group_changes(call.stores, call.project, call.parameters["id"])
    limit = call.query_integer("limit")
    limit, offset = LIMIT if limit is None else min(limit, LIMIT), call.query_integer("offset") or 0
    page = found[offset : offset + limit]
    envelope = {"total": len(found), "totalResults": len(found), "offset": offset, "limit": limit, "items": page}
    return json_bytes(encode(envelope))


async def post_preview(call: Call) -> Response:
    """``{sites?, sharedCart?}`` → 200 ``{id, sites, sharedCart, merging: {owners, carts, cartIds}, separating, …}``.

    Nothing is changed.
    """
    request = call.decode(_preview)
    found = await preview_site_group(call.stores, call.project, call.parameters["id"], request)
    return json_bytes(encode(found))


ROUTES: list[Route] = [
    Route("POST", "/ccadmin/v1/siteGroups", Permission.STORE_WRITE, post_site_group),
    Route("GET", "/ccadmin/v1/siteGroups", Permission.STORE_WRITE, get_site_groups),
    Route("GET", "/ccadmin/v1/siteGroups/{id}", Permission.STORE_WRITE, get_site_group),
    Route("PUT", "/ccadmin/v1/siteGroups/{id}", Permission.STORE_WRITE, put_site_group),
    Route("DELETE", "/ccadmin/v1/siteGroups/{id}", Permission.STORE_WRITE, delete_one_site_group),
    Route("GET", "/ccadmin/v1/siteGroups/{id}/readiness", Permission.STORE_WRITE, get_readiness),
    Route("GET", "/ccadmin/v1/siteGroups/{id}/changes", Permission.STORE_WRITE, get_changes),
    Route("POST", "/ccadmin/v1/siteGroups/{id}/preview", Permission.STORE_WRITE, post_preview),
]
