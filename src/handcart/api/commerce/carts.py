"""Carts over HTTP: the same operations at project level, in a store, and through ``me``."""

import msgspec
from starlette.responses import Response

from handcart.actions.carts.create_cart import create_cart
from handcart.actions.carts.delete_cart import delete_cart
from handcart.actions.carts.open_current_cart import open_current_cart
from handcart.actions.carts.query_carts import query_carts
from handcart.actions.carts.read_cart import read_cart
from handcart.actions.carts.replicate_cart import replicate_cart
from handcart.actions.carts.start_checkout import start_checkout
from handcart.actions.carts.update_cart import update_cart
from handcart.actions.current_key import CurrentCartDraft, current_key, key_of_customer
from handcart.api.call import Call, json_bytes
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Endpoint, Route
from handcart.domain.access import Access
from handcart.domain.cart_draft import CartDraft
from handcart.domain.document import Draft
from handcart.domain.permissions import Permission
from handcart.domain.replica import ReplicaCartDraft
from handcart.domain.updates.apply import CartUpdate, check_mine

_draft_decoder = msgspec.json.Decoder(CartDraft)
_replica_decoder = msgspec.json.Decoder(ReplicaCartDraft)
_update_decoder = msgspec.json.Decoder(CartUpdate)
_current_decoder = msgspec.json.Decoder(CurrentCartDraft)


class CheckoutDraft(Draft):
    """Starting checkout: at a version, or at whatever is there."""

    version: int | None = None


_checkout_decoder = msgspec.json.Decoder(CheckoutDraft)


def access_of(call: Call) -> Access:
    """How this request comes to a cart or an order."""
    return Access(caller=call.caller, catalogue=call.catalogue, site=call.site, is_mine=False)


def my_access_of(call: Call) -> Access:
    """How a shopper comes to an own cart or order; without a named site the default one stands in when creating."""
    return Access(caller=call.caller, catalogue=call.catalogue, site=call.site, is_mine=True)


def _my_access_on_a_site(call: Call) -> Access:
    site = call.site or call.catalogue.default_site
    return Access(caller=call.caller, catalogue=call.catalogue, site=site, is_mine=True)


async def get_cart(call: Call) -> Response:
    """A cart by id or by key."""
    named = call.parameters
    return json_bytes(
        expand_document(
            call, await read_cart(call.stores, access_of(call), cart_id=named.get("id"), key=named.get("key"))
        )
    )


async def post_carts(call: Call) -> Response:
    """A new cart."""
    draft = call.decode(_draft_decoder)
    return await call.write(lambda key: create_cart(call.stores, access_of(call), draft, key))


async def post_cart(call: Call) -> Response:
    """Update actions on a cart by id or by key."""
    update = call.decode(_update_decoder)
    named = call.parameters
    return await call.write(
        lambda key: update_cart(
            call.stores,
            access_of(call),
            update,
            cart_id=named.get("id"),
            key=named.get("key"),
            idempotency=key,
        )
    )


async def remove_cart(call: Call) -> Response:
    """Delete a cart by id or by key."""
    named = call.parameters
    return json_bytes(
        await delete_cart(call.stores, access_of(call), call.version(), cart_id=named.get("id"), key=named.get("key"))
    )


async def get_my_cart(call: Call) -> Response:
    """One of the shopper's carts."""
    return json_bytes(
        expand_document(call, await read_cart(call.stores, my_access_of(call), cart_id=call.parameters["id"]))
    )


async def post_my_carts(call: Call) -> Response:
    """A new cart of the shopper; the default site stands in where neither the request nor the draft names one."""
    draft = call.decode(_draft_decoder)
    access = my_access_of(call) if draft.store is not None else _my_access_on_a_site(call)
    return await call.write(lambda key: create_cart(call.stores, access, draft, key))


async def post_my_cart(call: Call) -> Response:
    """The update actions that a shopper may do."""
    update = call.decode(_update_decoder)
    check_mine(update)
    return await call.write(
        lambda key: update_cart(call.stores, my_access_of(call), update, cart_id=call.parameters["id"], idempotency=key)
    )


async def remove_my_cart(call: Call) -> Response:
    """Delete one of the shopper's carts."""
    return json_bytes(await delete_cart(call.stores, my_access_of(call), call.version(), cart_id=call.parameters["id"]))


async def post_current_cart(call: Call) -> Response:
    """The shopper's current cart: 200 found, 201 created."""
    draft = call.decode(_current_decoder) if call.body else CurrentCartDraft()
    return await call.write(lambda key: open_current_cart(call.stores, _my_access_on_a_site(call), draft, key))


async def get_current_cart(call: Call) -> Response:
    """The shopper's current cart; 404 where there is none."""
    access = _my_access_on_a_site(call)
    draft = CurrentCartDraft(name=call.query_value("name"), ship_to=call.query_value("shipTo"))
    return json_bytes(expand_document(call, await read_cart(call.stores, access, current=current_key(access, draft))))


async def get_active_cart(call: Call) -> Response:
    """The shopper's most recently modified Active cart."""
    return await get_current_cart(call)


async def post_checkout(call: Call) -> Response:
    """Start checkout of an own cart on the acting site."""
    draft = call.decode(_checkout_decoder) if call.body else CheckoutDraft()
    return await call.write(
        lambda key: start_checkout(call.stores, my_access_of(call), call.parameters["id"], draft.version, key)
    )


async def get_carts(call: Call) -> Response:
    """Carts by query."""
    return page_answer(call, await query_carts(call.stores, access_of(call), query_request(call)))


async def get_my_carts(call: Call) -> Response:
    """The shopper's carts by query."""
    return page_answer(call, await query_carts(call.stores, my_access_of(call), query_request(call)))


async def get_cart_of_customer(call: Call) -> Response:
    """A customer's most recently modified Active cart; in a store, the one that is current there."""
    access = access_of(call)
    customer_id = call.parameters["customerId"]
    return json_bytes(
        expand_document(call, await read_cart(call.stores, access, current=key_of_customer(access, customer_id)))
    )


async def post_replica(call: Call) -> Response:
    """A copy of a cart or an order."""
    draft = call.decode(_replica_decoder)
    return await call.write(lambda key: replicate_cart(call.stores, access_of(call), draft, key))


async def post_my_replica(call: Call) -> Response:
    """A copy of an own cart or order."""
    draft = call.decode(_replica_decoder)
    return await call.write(lambda key: replicate_cart(call.stores, my_access_of(call), draft, key))


def in_and_out_of_store(method: str, path: str, permission: Permission, endpoint: Endpoint) -> list[Route]:
    """The same route at project level and in a store."""
    return [
        Route(method, f"/{{pk}}{path}", permission, endpoint),
        Route(method, f"/{{pk}}/in-store/key={{storeKey}}{path}", permission, endpoint),
    ]


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/carts", Permission.CART_QUERY, get_carts),
    *in_and_out_of_store("POST", "/carts/replicate", Permission.CART_WRITE, post_replica),
    *in_and_out_of_store("GET", "/carts/customer-id={customerId}", Permission.CART_QUERY, get_cart_of_customer),
    *in_and_out_of_store("GET", "/me/carts", Permission.MY_CART, get_my_carts),
    *in_and_out_of_store("POST", "/me/carts/replicate", Permission.MY_CART, post_my_replica),
    *in_and_out_of_store("POST", "/carts", Permission.CART_WRITE, post_carts),
    *in_and_out_of_store("GET", "/carts/{id}", Permission.CART_READ, get_cart),
    *in_and_out_of_store("POST", "/carts/{id}", Permission.CART_WRITE, post_cart),
    *in_and_out_of_store("DELETE", "/carts/{id}", Permission.CART_DELETE, remove_cart),
    *in_and_out_of_store("GET", "/carts/key={key}", Permission.CART_READ, get_cart),
    *in_and_out_of_store("POST", "/carts/key={key}", Permission.CART_WRITE, post_cart),
    *in_and_out_of_store("DELETE", "/carts/key={key}", Permission.CART_DELETE, remove_cart),
    *in_and_out_of_store("POST", "/me/carts", Permission.MY_CART, post_my_carts),
    *in_and_out_of_store("GET", "/me/carts/{id}", Permission.MY_CART, get_my_cart),
    *in_and_out_of_store("POST", "/me/carts/{id}", Permission.MY_CART, post_my_cart),
    *in_and_out_of_store("DELETE", "/me/carts/{id}", Permission.MY_CART, remove_my_cart),
    *in_and_out_of_store("POST", "/me/carts/{id}/checkout", Permission.MY_CHECKOUT, post_checkout),
    *in_and_out_of_store("GET", "/me/active-cart", Permission.MY_CART, get_active_cart),
    *in_and_out_of_store("POST", "/me/current-cart", Permission.MY_CART, post_current_cart),
    *in_and_out_of_store("GET", "/me/current-cart", Permission.MY_CART, get_current_cart),
]
