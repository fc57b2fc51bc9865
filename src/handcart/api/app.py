"""The ASGI application: match, authenticate, authorise, call one endpoint, and say in the wire's words what failed."""

from collections.abc import Mapping

import structlog
from msgspec.structs import replace
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from handcart.actions.desk.note_refused_action import note_refused_action
from handcart.actions.sign_in.authenticate import authenticate
from handcart.api.acting_site import acting_site
from handcart.api.admin.error_words import in_admin_words, is_admin_path
from handcart.api.call import Call, for_staff
from handcart.api.identity_providers import IdentityProviders
from handcart.api.refusals import broken, refused
from handcart.api.route import Route, RouteTable
from handcart.domain.caller import Caller
from handcart.domain.errors import InvalidField, InvalidToken, Refusal, Unauthorised
from handcart.domain.permissions import Permission, check_permission
from handcart.store.stores import Stores

BODY_BYTES_MAX = 2 * 1024 * 1024
"""A cart of 500 lines is 500 kB; nothing that a client sends is as long as this."""

_log = structlog.get_logger("handcart.api")


class BodyTooLarge(Exception):
    """The body is longer than anything a client has to say."""


class HandcartApi:
    """Answers every HTTP request of the API."""

    def __init__(self, stores: Stores, table: RouteTable, identity: IdentityProviders) -> None:
        self._stores = stores
        self._identity = identity
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one answer; a correlation id is sent back."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Refusal as refusal:
            response = refused(refusal)
            if isinstance(refusal, Unauthorised) and "handcart.staff" in scope:
                await self._note(request, refusal)
        except BodyTooLarge:
            response = broken(413, "InvalidInput", f"The body is longer than {BODY_BYTES_MAX} bytes.")
        except ClientDisconnect:
            return
        except Exception as error:
            response = _failed(error)
        if response.status_code >= 400 and is_admin_path(request.url.path):
            response = in_admin_words(response, method=request.method, path=request.url.path)
        if correlation := headers_of(request).get("x-correlation-id"):
            response.headers["X-Correlation-ID"] = correlation[:256]
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        raw_path = request.scope.get("raw_path") or request.url.path.encode()
        matched = self._table.match(raw_path.decode("latin-1"))
        if matched is None:
            return broken(404, "ResourceNotFound", f"There is nothing at {request.url.path}.")
        routes, parameters = matched
        method = request.method
        route = routes.get(method) or (routes.get("GET") if method == "HEAD" else None)
        if route is None:
            response = broken(405, "InvalidOperation", f"{method} is not possible here.")
            response.headers["Allow"] = ", ".join(sorted(routes))
            return response
        call = await self._call(request, route, parameters)
        response = await route.endpoint(call)
        if call.caller.staff_id is not None:
            response = for_staff(response)
        if method == "HEAD":
            response.body = b""
        return response

    async def _call(self, request: Request, route: Route, parameters: dict[str, str]) -> Call:
        project = parameters.get("pk", "")
        token = ""
        if route.permission is Permission.PUBLIC:
            caller = Caller(project=project, client_id="", grants=frozenset())
        else:
            token = token_of(request, route)
            caller = await self._caller(token, headers_of(request))
            if caller.staff_id is not None and request.method not in ("GET", "HEAD"):
                request.scope["handcart.staff"] = caller, route.pattern, parameters
            # A path that names no project, as those of /ccadmin, acts on that of the token.
            project = project or caller.project
            check_permission(caller, route.permission, project=project, store=parameters.get("storeKey"))
        catalogue = await self._stores.catalogues.catalogue(project) if project else None
        headers = headers_of(request)
        site = None
        if catalogue is not None:
            site = acting_site(
                catalogue,
                store_key=parameters.get("storeKey"),
                header=headers.get("x-ccsite"),
                host=headers.get("host"),
            )
        return Call(
            request=request,
            parameters=parameters,
            stores=self._stores,
            identity=self._identity,
            caller=caller,
            project=project,
            catalogue=catalogue,
            site=site,
            body=await read_body(request) if request.method in ("POST", "PUT", "PATCH") else b"",
            token=token,
        )

    async def _note(self, request: Request, refusal: Refusal) -> None:
        """Keep what a member of staff was not allowed to do; the answer is the same whether or not that succeeds."""
        caller, pattern, parameters = request.scope["handcart.staff"]
        cart_id = parameters.get("id") if "/carts/{id}" in pattern else None
        try:
            await note_refused_action(
                self._stores, caller, refusal, request=f"{request.method} {pattern}", cart_id=cart_id
            )
        except Exception as error:
            _failed(error)

    async def _caller(self, token: str, headers: Mapping[str, str]) -> Caller:
        caller = await authenticate(self._stores, token)
        external = headers.get("x-external-user-id")
        if external is None:
            return caller
        if len(external) > 128:
            raise InvalidField(field="X-External-User-ID", invalid_value=external[:128])
        return replace(caller, external_user_id=external)


def headers_of(request: Request) -> Mapping[str, str]:
    """The request's headers, decoded once: Starlette's own mapping searches and decodes at each question."""
    found: dict[str, str] | None = request.scope.get("handcart.headers")
    if found is None:
        found = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
        request.scope["handcart.headers"] = found
    return found


def token_of(request: Request, route: Route) -> str:
    """The bearer token of the header, or of the query where the route takes it. Raises InvalidToken."""
    scheme, _, token = headers_of(request).get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    token = request.query_params.get("access_token", "") if route.takes_query_token else ""
    if not token:
        raise InvalidToken()
    return token


async def read_body(request: Request) -> bytes:
    """The whole body. Raises BodyTooLarge as soon as it is known to be."""
    declared = headers_of(request).get("content-length", "")
    if declared.isdigit() and int(declared) > BODY_BYTES_MAX:
        raise BodyTooLarge
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > BODY_BYTES_MAX:
            raise BodyTooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def _failed(error: Exception) -> Response:
    if isinstance(error, ConnectionError):
        _log.error("the database does not answer", reason=str(error))
        response = broken(503, "OverCapacity", "The database does not answer; try again in a moment.")
        response.headers["Retry-After"] = "1"
        return response
    _log.exception("request failed", exc_info=error)
    return broken(500, "General", "Something went wrong in Handcart. It was logged; nothing was changed.")
