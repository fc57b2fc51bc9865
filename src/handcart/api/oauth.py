"""The token endpoints: each authenticates its API client by HTTP Basic and issues, ends or explains a token."""

from msgspec.structs import replace
from starlette.responses import Response

from handcart.actions.sign_in.authenticate_client import authenticate_client
from handcart.actions.sign_in.introspect_token import introspect_token
from handcart.actions.sign_in.issue_anonymous_token import issue_anonymous_token
from handcart.actions.sign_in.issue_client_token import issue_client_token
from handcart.actions.sign_in.issue_customer_token import issue_customer_token
from handcart.actions.sign_in.issue_staff_token import issue_staff_token
from handcart.actions.sign_in.open_identity_provider import open_identity_provider
from handcart.actions.sign_in.refresh_token import refresh_token
from handcart.actions.sign_in.revoke_token import revoke_token
from handcart.actions.sign_in.sign_in_staff import sign_in_staff
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.oauth_parameters import OAuthParameters, client_credentials
from handcart.api.route import Route
from handcart.api.throttle import throttle_address, throttle_client
from handcart.domain.document import encode
from handcart.domain.oauth_scopes import CREATE_STAFF_TOKEN, check_may
from handcart.domain.permissions import Permission

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - it is the name of a grant
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - and this of a type
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - as above

_NEVER_CACHED = {**NO_STORE, "Pragma": "no-cache"}
"""Both, because RFC 6749 asks for both."""


def _answered(answer: object) -> Response:
    return json_bytes(encode(answer), headers=_NEVER_CACHED)


async def token(call: Call) -> Response:
    """``POST /oauth/token``: a client's own token, or a new one for a refresh token. The client tells the project."""
    throttle_address(call)
    clients = await authenticate_client(call.stores, client_credentials(call), project=None)
    throttle_client(call, clients[0].id)
    parameters = OAuthParameters(call)
    if parameters.check_grant_type("client_credentials", "refresh_token") == "client_credentials":
        return _answered(await issue_client_token(call.stores, clients, scope=parameters.scope()))
    return _answered(
        await refresh_token(call.stores, clients, token=parameters.required("refresh_token"), scope=parameters.scope())
    )


async def anonymous_token(call: Call) -> Response:
    """``POST /oauth/{pk}/anonymous/token``: a guest's token, always for the same guest for a given ``anonymous_id``."""
    throttle_address(call)
    (client,) = await authenticate_client(call.stores, client_credentials(call), project=call.project)
    throttle_client(call, client.id)
    parameters = OAuthParameters(call)
    parameters.check_grant_type("client_credentials")
    issued = await issue_anonymous_token(
        call.stores, client, scope=parameters.scope(), anonymous_id=parameters.optional("anonymous_id")
    )
    return _answered(issued)


async def customer_token(call: Call) -> Response:
    """``POST /oauth/{pk}[/in-store/key=…]/customers/token``: a customer's token for a password."""
    throttle_address(call)
    (client,) = await authenticate_client(call.stores, client_credentials(call), project=call.project)
    throttle_client(call, client.id)
    parameters = OAuthParameters(call)
    parameters.check_grant_type("password")
    issued = await issue_customer_token(
        call.stores,
        client,
        email=parameters.required("username"),
        password=parameters.required("password"),
        scope=parameters.scope(),
        store=call.site.key if call.site is not None else None,
    )
    return _answered(issued)


async def staff_token(call: Call) -> Response:
    """``POST /oauth/{pk}/staff/token``: a member of staff's token, for a password or an ID token.

    An ID token is what a program gets that has its users signed in by the identity provider itself (RFC 8693).
    """
    throttle_address(call)
    (client,) = await authenticate_client(call.stores, client_credentials(call), project=call.project)
    throttle_client(call, client.id)
    parameters = OAuthParameters(call)
    if parameters.check_grant_type("password", TOKEN_EXCHANGE) == "password":
        issued = await issue_staff_token(
            call.stores,
            client,
            username=parameters.required("username"),
            password=parameters.required("password"),
            scope=parameters.scope(),
        )
        return _answered(issued)
    parameters.check_one_of("subject_token_type", ID_TOKEN)
    if parameters.optional("requested_token_type") is not None:
        parameters.check_one_of("requested_token_type", ACCESS_TOKEN)
    id_token = parameters.required("subject_token")
    check_may(client.scopes, call.project, CREATE_STAFF_TOKEN)
    configured = await open_identity_provider(call.stores, call.project)
    known = await call.identity.identity_in(configured, id_token, now=call.stores.clock.utc_now())
    issued = await sign_in_staff(call.stores, call.project, known, client=client, scope=parameters.scope())
    return _answered(replace(issued, issued_token_type=ACCESS_TOKEN))


async def token_revocation(call: Call) -> Response:
    """``POST /oauth/token/revoke``: 200 whether or not there was such a token, with a body, which clients need."""
    throttle_address(call)
    clients = await authenticate_client(call.stores, client_credentials(call), project=None)
    throttle_client(call, clients[0].id)
    await revoke_token(call.stores, clients, token=OAuthParameters(call).required("token"))
    return _answered({})


async def introspection(call: Call) -> Response:
    """``POST /oauth/introspect``: whether a token is valid, and for what."""
    throttle_address(call)
    clients = await authenticate_client(call.stores, client_credentials(call), project=None)
    throttle_client(call, clients[0].id)
    return _answered(await introspect_token(call.stores, clients, token=OAuthParameters(call).required("token")))


ROUTES: list[Route] = [
    Route("POST", "/oauth/token", Permission.PUBLIC, token),
    Route("POST", "/oauth/token/revoke", Permission.PUBLIC, token_revocation),
    Route("POST", "/oauth/introspect", Permission.PUBLIC, introspection),
    Route("POST", "/oauth/{pk}/anonymous/token", Permission.PUBLIC, anonymous_token),
    Route("POST", "/oauth/{pk}/customers/token", Permission.PUBLIC, customer_token),
    Route("POST", "/oauth/{pk}/in-store/key={storeKey}/customers/token", Permission.PUBLIC, customer_token),
    Route("POST", "/oauth/{pk}/staff/token", Permission.PUBLIC, staff_token),
]
