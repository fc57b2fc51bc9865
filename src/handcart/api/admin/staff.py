"""Members of staff over HTTP. A password goes in and never comes out."""

import msgspec
from starlette.responses import Response

from handcart.actions.admin.delete_staff_member import delete_staff_member
from handcart.actions.admin.list_staff import list_staff
from handcart.actions.admin.read_staff_member import read_staff_member
from handcart.actions.admin.save_staff_member import save_staff_member
from handcart.api.admin.listing import listing
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.route import Route
from handcart.domain.document import encode
from handcart.domain.permissions import Permission
from handcart.domain.staff import MEMBER_ATTRIBUTES, MemberRequest

_request = msgspec.json.Decoder(MemberRequest)


async def get_staff(call: Call) -> Response:
    """The envelope of the site groups; ``q`` filters by ``username``, ``name`` and ``id``."""
    return listing(call, await list_staff(call.stores, call.project), MEMBER_ATTRIBUTES)


async def get_member(call: Call) -> Response:
    """``{id, username, name, roles, hasPassword, identity?: {issuer, subject}}``."""
    return json_bytes(encode(await read_staff_member(call.stores, call.project, call.parameters["username"])))


async def put_member(call: Call) -> Response:
    """``{name, roles, password?, identity?}`` → 200 with the member; password and identity stay if left out."""
    request = call.decode(_request)
    member = await save_staff_member(call.stores, call.project, call.parameters["username"], request)
    return json_bytes(encode(member))


async def delete_member(call: Call) -> Response:
    """204; the member's tokens end at once."""
    await delete_staff_member(call.stores, call.project, call.parameters["username"])
    return Response(status_code=204, headers=NO_STORE)


ROUTES: list[Route] = [
    Route("GET", "/ccadmin/v1/staff", Permission.STAFF_ADMIN, get_staff),
    Route("GET", "/ccadmin/v1/staff/{username}", Permission.STAFF_ADMIN, get_member),
    Route("PUT", "/ccadmin/v1/staff/{username}", Permission.STAFF_ADMIN, put_member),
    Route("DELETE", "/ccadmin/v1/staff/{username}", Permission.STAFF_ADMIN, delete_member),
]
