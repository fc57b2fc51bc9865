"""Signing in a member of staff in a browser, through the project's identity provider (S0-2): there, and back."""

import msgspec
from starlette.responses import Response

from handcart.actions.sign_in.begin_staff_sign_in import begin_staff_sign_in
from handcart.actions.sign_in.open_identity_provider import open_identity_provider
from handcart.actions.sign_in.resume_staff_sign_in import resume_staff_sign_in
from handcart.actions.sign_in.sign_in_staff import sign_in_staff
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.route import Route
from handcart.api.throttle import throttle_address
from handcart.domain.document import encode
from handcart.domain.errors import RequiredField, SignInRefused
from handcart.domain.identity import authorization_url, check_redirect, shown_reason
from handcart.domain.permissions import Permission

COOKIE_SECONDS = 600
"""As long as a sign-in may take."""


async def get_login(call: Call) -> Response:
    """302 to the identity provider. ``redirect``, a path on this host, comes back with the token.

    A cookie ties the sign-in to this browser, so that nobody can be led to finish another's.
    """
    throttle_address(call)
    redirect = call.query_value("redirect")
    check_redirect(redirect)
    provider = (await open_identity_provider(call.stores, call.project)).provider
    address = await call.identity.authorization_address(provider)
    sent = await begin_staff_sign_in(
        call.stores, call.project, issuer=provider.issuer, callback=_callback(call), redirect=redirect
    )
    headers = {**NO_STORE, "Location": authorization_url(address, provider, sent.proof)}
    response = Response(status_code=302, headers=headers)
    response.set_cookie(
        _cookie(sent.proof.state),
        sent.browser,
        max_age=COOKIE_SECONDS,
        path=f"/{call.project}/staff",
        secure=call.request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


async def get_callback(call: Call) -> Response:
    """``code`` and ``state`` → 200 ``{access_token, expires_in, scope, token_type, redirect?}``.

    Each state is good once, whatever comes of it: who fails begins anew.
    """
    throttle_address(call)
    state = call.query_value("state")
    if not state:
        raise RequiredField(field="state")
    browser = call.request.cookies.get(_cookie(state), "")
    begun, configured = await resume_staff_sign_in(call.stores, call.project, state=state, browser=browser)
    if (error := call.query_value("error")) is not None:
        raise SignInRefused(why=shown_reason(error, call.query_value("error_description")))
    if call.query_value("iss") not in (None, begun.issuer):
        raise SignInRefused(why="the answer is another provider's")
    code = call.query_value("code")
    if not code:
        raise RequiredField(field="code")
    known = await call.identity.identity_for_code(
        configured,
        code=code,
        callback=begun.callback,
        verifier=begun.verifier,
        nonce=begun.nonce,
        now=call.stores.clock.utc_now(),
    )
    issued = await sign_in_staff(call.stores, call.project, known)
    answer = issued if begun.redirect is None else msgspec.to_builtins(issued) | {"redirect": begun.redirect}
    response = json_bytes(encode(answer), headers={**NO_STORE, "Pragma": "no-cache", "Referrer-Policy": "no-referrer"})
    response.delete_cookie(_cookie(state), path=f"/{call.project}/staff")
    return response


def _callback(call: Call) -> str:
    """Where the provider is to send the browser: it has to be registered there, letter by letter."""
    return str(call.request.url.replace(path=f"/{call.project}/staff/callback", query=""))


def _cookie(state: str) -> str:
    """A cookie for each sign-in, so that two at once do not get in each other's way."""
    return f"handcart-sign-in-{''.join(each for each in state[:12] if each.isalnum())}"


ROUTES: list[Route] = [
    Route("GET", "/{pk}/staff/login", Permission.PUBLIC, get_login),
    Route("GET", "/{pk}/staff/callback", Permission.PUBLIC, get_callback),
]
