"""Product types over HTTP. The built-in one, whose key is ``default``, can be read and not changed."""

from starlette.responses import Response

from handcart.api.call import Call, json_bytes
from handcart.api.commerce.resource_routes import ResourceEndpoints
from handcart.api.route import Route
from handcart.domain.document import encode
from handcart.domain.permissions import Permission
from handcart.domain.products.types import DEFAULT_PRODUCT_TYPE_ID, DEFAULT_PRODUCT_TYPE_KEY
from handcart.domain.resources.kinds import PRODUCT_TYPE

_endpoints = ResourceEndpoints(PRODUCT_TYPE)


async def get_product_type(call: Call) -> Response:
    """A product type by id or by key."""
    named = call.parameters
    if named.get("id") == DEFAULT_PRODUCT_TYPE_ID or named.get("key") == DEFAULT_PRODUCT_TYPE_KEY:
        return json_bytes(encode(call.catalogue.product_types[DEFAULT_PRODUCT_TYPE_ID]))
    return await _endpoints.read(call)


ROUTES: list[Route] = [
    Route("GET", "/{pk}/product-types", Permission.PRODUCT_READ, _endpoints.query),
    Route("POST", "/{pk}/product-types", Permission.PRODUCT_WRITE, _endpoints.create),
    Route("GET", "/{pk}/product-types/{id}", Permission.PRODUCT_READ, get_product_type),
    Route("GET", "/{pk}/product-types/key={key}", Permission.PRODUCT_READ, get_product_type),
    Route("POST", "/{pk}/product-types/{id}", Permission.PRODUCT_WRITE, _endpoints.update),
    Route("POST", "/{pk}/product-types/key={key}", Permission.PRODUCT_WRITE, _endpoints.update),
]
