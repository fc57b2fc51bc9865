"""Sign-in and sign-up over HTTP: at project level, in a store, and through ``me``."""

from typing import Any

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from handcart.actions.answering import Answer, Idempotency
from handcart.actions.carts.merge_carts import merge_carts
from handcart.actions.claim_rules import Guest
from handcart.actions.sign_in.sign_in import sign_in
from handcart.actions.sign_in.sign_up import sign_up
from handcart.api.call import Call
from handcart.api.commerce.carts import access_of, in_and_out_of_store
from handcart.api.commerce.credential_writes import write_credentials
from handcart.api.route import Route
from handcart.api.throttle import throttle_address
from handcart.domain.claim import SignInMode
from handcart.domain.customers.draft import CustomerDraft, MyCustomerDraft
from handcart.domain.document import Draft
from handcart.domain.permissions import Permission
from handcart.domain.references import ResourceIdentifier
from handcart.domain.site import QuantityPolicy


class CustomerSignin(Draft):
    """A sign-in by a trusted backend. ``quantityPolicy`` and ``planHash`` are Handcart's own."""

    email: str
    password: str
    anonymous_cart_id: str | None = None
    anonymous_cart: ResourceIdentifier | None = None
    anonymous_cart_sign_in_mode: SignInMode | None = None
    anonymous_id: str | None = None
    update_product_data: bool | None = None
    quantity_policy: QuantityPolicy | None = None
    plan_hash: str | None = None


class MyCustomerSignin(Draft):
    """A sign-in by the shopper; the token proves whose the guest's carts are."""

    email: str
    password: str
    active_cart_sign_in_mode: SignInMode | None = None
    update_product_data: bool | None = None
    quantity_policy: QuantityPolicy | None = None
    plan_hash: str | None = None
    anonymous_cart_sign_in_mode: Any = None


class MergeCartDraft(Draft):
    """A merge without a sign-in."""

    anonymous_cart: ResourceIdentifier | None = None
    merge_mode: SignInMode | None = None
    update_product_data: bool | None = None
    anonymous_id: str | None = None
    quantity_policy: QuantityPolicy | None = None
    plan_hash: str | None = None


_sign_in_decoder = msgspec.json.Decoder(CustomerSignin)
_my_sign_in_decoder = msgspec.json.Decoder(MyCustomerSignin)
_sign_up_decoder = msgspec.json.Decoder(CustomerDraft)
_my_sign_up_decoder = msgspec.json.Decoder(MyCustomerDraft)
_merge_decoder = msgspec.json.Decoder(MergeCartDraft)


def _guest(
    *,
    anonymous_id: str | None,
    cart: ResourceIdentifier | None = None,
    cart_id: str | None = None,
    mode: SignInMode | None = None,
    policy: QuantityPolicy | None = None,
    update_product_data: bool | None = None,
    plan_hash: str | None = None,
) -> Guest:
    return Guest(
        anonymous_id=anonymous_id,
        cart=cart or (ResourceIdentifier(id=cart_id) if cart_id is not None else None),
        mode=mode or "MergeWithExistingCustomerCart",
        policy=policy,
        plan_hash=plan_hash,
        update_product_data=bool(update_product_data),
    )


async def post_login(call: Call) -> Response:
    """Sign a customer in, with what the guest had."""
    throttle_address(call)
    draft = call.decode(_sign_in_decoder)
    guest = _guest(
        anonymous_id=draft.anonymous_id,
        cart=draft.anonymous_cart,
        cart_id=draft.anonymous_cart_id,
        mode=draft.anonymous_cart_sign_in_mode,
        policy=draft.quantity_policy,
        update_product_data=draft.update_product_data,
        plan_hash=draft.plan_hash,
    )
    return await _signed_in(call, guest, draft)


async def post_my_login(call: Call) -> Response:
    """Sign the shopper in; an anonymous session's token brings its carts and orders along."""
    throttle_address(call)
    draft = call.decode(_my_sign_in_decoder)
    guest = _guest(
        anonymous_id=call.caller.anonymous_id,
        mode=draft.active_cart_sign_in_mode,
        policy=draft.quantity_policy,
        update_product_data=draft.update_product_data,
        plan_hash=draft.plan_hash,
    )
    return await _signed_in(call, guest, draft)


async def _signed_in(call: Call, guest: Guest, draft: CustomerSignin | MyCustomerSignin) -> Response:
    store = call.parameters.get("storeKey")

    async def action(key: Idempotency | None) -> Answer:
        return await sign_in(
            call.stores,
            access_of(call),
            guest,
            email=draft.email,
            password=draft.password,
            store=store,
            idempotency=key,
        )

    return await write_credentials(call, action, shown=replace(draft, password=""), is_proof_asked_again=True)


async def post_customers(call: Call) -> Response:
    """Sign a customer up, with what the guest had."""
    throttle_address(call)
    draft = call.decode(_sign_up_decoder)
    guest = _guest(anonymous_id=draft.anonymous_id, cart=draft.anonymous_cart, cart_id=draft.anonymous_cart_id)
    return await _signed_up(call, draft, guest)


async def post_my_signup(call: Call) -> Response:
    """Sign the shopper up; an anonymous session's token brings its carts and orders along."""
    throttle_address(call)
    draft = call.decode(_my_sign_up_decoder)
    return await _signed_up(call, draft.as_customer_draft(), _guest(anonymous_id=call.caller.anonymous_id))


async def _signed_up(call: Call, draft: CustomerDraft, guest: Guest) -> Response:
    store = call.parameters.get("storeKey")
    return await write_credentials(
        call,
        lambda key: sign_up(call.stores, access_of(call), draft, guest, store=store, idempotency=key),
        shown=replace(draft, password=None),
    )


async def post_merge(call: Call) -> Response:
    """Merge a guest's cart into a customer's."""
    draft = call.decode(_merge_decoder)
    guest = _guest(
        anonymous_id=draft.anonymous_id,
        cart=draft.anonymous_cart,
        mode=draft.merge_mode,
        policy=draft.quantity_policy,
        update_product_data=draft.update_product_data,
        plan_hash=draft.plan_hash,
    )
    customer_id = call.parameters["customerId"]
    return await call.write(lambda key: merge_carts(call.stores, access_of(call), customer_id, guest, key))


ROUTES: list[Route] = [
    *in_and_out_of_store("POST", "/login", Permission.SIGN_IN, post_login),
    *in_and_out_of_store("POST", "/me/login", Permission.MY_SIGN_IN, post_my_login),
    *in_and_out_of_store("POST", "/customers", Permission.CUSTOMER_CREATE, post_customers),
    *in_and_out_of_store("POST", "/me/signup", Permission.MY_SIGN_IN, post_my_signup),
    *in_and_out_of_store("POST", "/carts/customer-id={customerId}/merge", Permission.CART_ADMIN, post_merge),
]
