"""The project's identity provider over HTTP. Our secret there goes in and never comes out."""

import msgspec
from starlette.responses import Response

from handcart.actions.admin.delete_identity_provider import delete_identity_provider
from handcart.actions.admin.read_identity_provider import read_identity_provider
from handcart.actions.admin.save_identity_provider import save_identity_provider
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.route import Route
from handcart.domain.document import encode
from handcart.domain.identity import IdentityProviderEntry
from handcart.domain.permissions import Permission

PATH = "/ccadmin/v1/identityProvider"

_entry = msgspec.json.Decoder(IdentityProviderEntry)


async def get_provider(call: Call) -> Response:
    """``{issuer, clientId, groupsClaim, roleOfGroup, scopes, hasClientSecret}``; 404 where there is none."""
    return json_bytes(encode(await read_identity_provider(call.stores, call.project)))


async def put_provider(call: Call) -> Response:
    """``{issuer, clientId, clientSecret?, groupsClaim?, roleOfGroup?, scopes?}`` → 200.

    A secret that is left out stays, as long as the issuer does.
    """
    return json_bytes(encode(await save_identity_provider(call.stores, call.project, call.decode(_entry))))


async def delete_provider(call: Call) -> Response:
    """204; tokens of staff stay."""
    await delete_identity_provider(call.stores, call.project)
    return Response(status_code=204, headers=NO_STORE)


ROUTES: list[Route] = [
    Route("GET", PATH, Permission.STAFF_ADMIN, get_provider),
    Route("PUT", PATH, Permission.STAFF_ADMIN, put_provider),
    Route("DELETE", PATH, Permission.STAFF_ADMIN, delete_provider),
]
