"""Passwords and e-mail addresses of customers over HTTP, for trusted backends: never for staff."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from handcart.actions.customers.change_password import change_password
from handcart.actions.customers.confirm_email import confirm_email
from handcart.actions.customers.create_email_token import create_email_token
from handcart.actions.customers.create_password_token import create_password_token
from handcart.actions.customers.read_token_bearer import read_token_bearer
from handcart.actions.customers.reset_password import reset_password
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import in_and_out_of_store
from handcart.api.commerce.credential_writes import write_credentials
from handcart.api.route import Route
from handcart.domain.customer import CustomerPath
from handcart.domain.document import Draft
from handcart.domain.permissions import Permission


class CustomerChangePassword(Draft):
    """A new password, by the present one."""

    id: str
    version: int
    current_password: str
    new_password: str


class CustomerCreatePasswordResetToken(Draft):
    """A token to be sent to who forgot the password."""

    email: str
    ttl_minutes: int | None = None
    invalidate_older_tokens: bool | None = None


class CustomerResetPassword(Draft):
    """A new password, by such a token."""

    token_value: str
    new_password: str
    version: int | None = None


class CustomerCreateEmailToken(Draft):
    """A token to be sent to an e-mail address that wants confirmation."""

    id: str
    ttl_minutes: int
    version: int | None = None
    invalidate_older_tokens: bool | None = None


class CustomerEmailVerify(Draft):
    """The confirmation, by such a token."""

    token_value: str
    version: int | None = None


_change_decoder = msgspec.json.Decoder(CustomerChangePassword)
_password_token_decoder = msgspec.json.Decoder(CustomerCreatePasswordResetToken)
_reset_decoder = msgspec.json.Decoder(CustomerResetPassword)
_email_token_decoder = msgspec.json.Decoder(CustomerCreateEmailToken)
_confirmation_decoder = msgspec.json.Decoder(CustomerEmailVerify)


async def post_password(call: Call) -> Response:
    """Change a password by the present one."""
    change = call.decode(_change_decoder)
    return await write_credentials(
        call,
        lambda key: change_password(
            call.stores,
            call.caller,
            CustomerPath(id=change.id, store=call.parameters.get("storeKey")),
            version=change.version,
            current=change.current_password,
            new=change.new_password,
            idempotency=key,
        ),
        shown=replace(change, current_password="", new_password=""),
    )


async def post_password_token(call: Call) -> Response:
    """Make a token for a new password. Nothing is kept for an Idempotency-Key: the answer is a secret."""
    wanted = call.decode(_password_token_decoder)
    return json_bytes(
        await create_password_token(
            call.stores,
            call.project,
            email=wanted.email,
            ttl_minutes=wanted.ttl_minutes,
            invalidate_older=bool(wanted.invalidate_older_tokens),
            store=call.parameters.get("storeKey"),
        )
    )


async def get_password_token(call: Call) -> Response:
    """The customer whose password a token sets."""
    named = call.parameters
    return json_bytes(
        await read_token_bearer(
            call.stores, call.project, named["passwordToken"], kind="password", store=named.get("storeKey")
        )
    )


async def post_password_reset(call: Call) -> Response:
    """Set a password by a token; ``me`` does it as well, for the token is the proof."""
    reset = call.decode(_reset_decoder)
    return await write_credentials(
        call,
        lambda key: reset_password(
            call.stores,
            call.caller,
            token=reset.token_value,
            new=reset.new_password,
            version=reset.version,
            store=call.parameters.get("storeKey"),
            idempotency=key,
        ),
        shown=replace(reset, new_password=""),
    )


async def post_email_token(call: Call) -> Response:
    """Make a token to confirm an e-mail address. Nothing is kept for an Idempotency-Key: the answer is a secret."""
    wanted = call.decode(_email_token_decoder)
    return json_bytes(
        await create_email_token(
            call.stores,
            call.project,
            CustomerPath(id=wanted.id, store=call.parameters.get("storeKey")),
            version=wanted.version,
            ttl_minutes=wanted.ttl_minutes,
            invalidate_older=bool(wanted.invalidate_older_tokens),
        )
    )


async def get_email_token(call: Call) -> Response:
    """The customer whose e-mail address a token confirms."""
    named = call.parameters
    return json_bytes(
        await read_token_bearer(
            call.stores, call.project, named["emailToken"], kind="email", store=named.get("storeKey")
        )
    )


async def post_email_confirmation(call: Call) -> Response:
    """Confirm an e-mail address by a token; ``me`` does it as well, for the token is the proof."""
    confirmation = call.decode(_confirmation_decoder)
    return await call.write(
        lambda key: confirm_email(
            call.stores,
            call.caller,
            token=confirmation.token_value,
            version=confirmation.version,
            store=call.parameters.get("storeKey"),
            idempotency=key,
        )
    )


ROUTES: list[Route] = [
    *in_and_out_of_store("POST", "/customers/password", Permission.SIGN_IN, post_password),
    *in_and_out_of_store("POST", "/customers/password-token", Permission.SIGN_IN, post_password_token),
    *in_and_out_of_store(
        "GET", "/customers/password-token={passwordToken}", Permission.CUSTOMER_READ, get_password_token
    ),
    *in_and_out_of_store("POST", "/customers/password/reset", Permission.SIGN_IN, post_password_reset),
    *in_and_out_of_store("POST", "/customers/email-token", Permission.SIGN_IN, post_email_token),
    *in_and_out_of_store("GET", "/customers/email-token={emailToken}", Permission.CUSTOMER_READ, get_email_token),
    *in_and_out_of_store("POST", "/customers/email/confirm", Permission.SIGN_IN, post_email_confirmation),
    *in_and_out_of_store("POST", "/me/password/reset", Permission.MY_PROFILE, post_password_reset),
    *in_and_out_of_store("POST", "/me/email/confirm", Permission.MY_PROFILE, post_email_confirmation),
]
