"""Roles over HTTP: sets of behaviours, changed at run time."""

import msgspec
from starlette.responses import Response

from handcart.actions.admin.delete_role import delete_role
from handcart.actions.admin.list_roles import list_roles
from handcart.actions.admin.read_role import read_role
from handcart.actions.admin.save_role import save_role
from handcart.api.admin.listing import listing
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.route import Route
from handcart.domain.document import encode
from handcart.domain.permissions import Permission
from handcart.domain.staff import ROLE_ATTRIBUTES, RoleRequest

_request = msgspec.json.Decoder(RoleRequest)


async def get_roles(call: Call) -> Response:
    """The envelope of the site groups; ``q`` filters by ``key`` and ``name``."""
    return listing(call, await list_roles(call.stores, call.project), ROLE_ATTRIBUTES)


async def get_role(call: Call) -> Response:
    """``{key, name, behaviours, limits?: {actions?, priceAdjustmentPercentMax?}}``."""
    return json_bytes(encode(await read_role(call.stores, call.project, call.parameters["key"])))


async def put_role(call: Call) -> Response:
    """``{behaviours, name?, limits?}`` → 200 with the role, made or replaced."""
    return json_bytes(encode(await save_role(call.stores, call.project, call.parameters["key"], call.decode(_request))))


async def delete_one_role(call: Call) -> Response:
    """204, for a role that nobody has."""
    await delete_role(call.stores, call.project, call.parameters["key"])
    return Response(status_code=204, headers=NO_STORE)


ROUTES: list[Route] = [
    Route("GET", "/ccadmin/v1/roles", Permission.STAFF_ADMIN, get_roles),
    Route("GET", "/ccadmin/v1/roles/{key}", Permission.STAFF_ADMIN, get_role),
    Route("PUT", "/ccadmin/v1/roles/{key}", Permission.STAFF_ADMIN, put_role),
    Route("DELETE", "/ccadmin/v1/roles/{key}", Permission.STAFF_ADMIN, delete_one_role),
]
