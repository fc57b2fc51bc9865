"""Products over HTTP: both faces, for whoever maintains them."""

import msgspec
from starlette.responses import Response

from handcart.actions.admin.create_product import create_product
from handcart.actions.admin.delete_product import delete_product
from handcart.actions.admin.query_products import query_products
from handcart.actions.admin.read_product import read_product
from handcart.actions.admin.update_product import update_product
from handcart.api.call import Call, json_bytes
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Route
from handcart.domain.permissions import Permission
from handcart.domain.products.drafts import ProductDraft
from handcart.domain.products.updates.apply import ProductUpdate

_draft_decoder = msgspec.json.Decoder(ProductDraft)
_update_decoder = msgspec.json.Decoder(ProductUpdate)


async def get_products(call: Call) -> Response:
    """A page of products."""
    return page_answer(call, await query_products(call.stores, call.project, query_request(call)))


async def post_products(call: Call) -> Response:
    """A new product."""
    draft = call.decode(_draft_decoder)
    return await call.write(lambda idempotency: create_product(call.stores, call.caller, draft, idempotency))


async def get_product(call: Call) -> Response:
    """A product by id or by key."""
    named = call.parameters
    found = await read_product(call.stores, call.project, product_id=named.get("id"), key=named.get("key"))
    return json_bytes(expand_document(call, found))


async def post_product(call: Call) -> Response:
    """Update actions on a product by id or by key."""
    update = call.decode(_update_decoder)
    named = call.parameters
    return await call.write(
        lambda idempotency: update_product(
            call.stores,
            call.caller,
            update,
            product_id=named.get("id"),
            key=named.get("key"),
            idempotency=idempotency,
        )
    )


async def remove_product(call: Call) -> Response:
    """Delete a product by id or by key; it must not be published."""
    named = call.parameters
    return json_bytes(
        await delete_product(call.stores, call.caller, call.version(), product_id=named.get("id"), key=named.get("key"))
    )


ROUTES: list[Route] = [
    Route("GET", "/{pk}/products", Permission.PRODUCT_STAGED_READ, get_products),
    Route("POST", "/{pk}/products", Permission.PRODUCT_WRITE, post_products),
    *(
        route
        for place in ("/{pk}/products/{id}", "/{pk}/products/key={key}")
        for route in (
            Route("GET", place, Permission.PRODUCT_STAGED_READ, get_product),
            Route("POST", place, Permission.PRODUCT_WRITE, post_product),
            Route("DELETE", place, Permission.PRODUCT_WRITE, remove_product),
        )
    ),
]
