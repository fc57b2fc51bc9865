"""Channels, types, tax categories, zones, shipping methods, customer groups, stores, cart discounts, discount codes.

One set of endpoints for all.
"""

import msgspec
from starlette.responses import Response

from handcart.actions.admin.create_resource import create_resource
from handcart.actions.admin.delete_resource import delete_resource
from handcart.actions.admin.query_resources import query_resources
from handcart.actions.admin.read_resource import read_resource
from handcart.actions.admin.update_resource import update_resource
from handcart.api.call import Call, json_bytes
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Route
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.permissions import Permission
from handcart.domain.references import ResourceIdentifier
from handcart.domain.resources import kinds


class ResourceReads:
    """The endpoints of one kind that change nothing."""

    def __init__(self, type_id: str) -> None:
        self._type_id = type_id

    def _name(self, call: Call) -> ResourceIdentifier:
        """The resource in the path. Raises ResourceNotFound for an id that is none."""
        name = ResourceIdentifier(type_id=self._type_id, id=call.parameters.get("id"), key=call.parameters.get("key"))
        if name.id is not None and not is_uuid(name.id):
            raise ResourceNotFound(id=name.id)
        return name

    async def query(self, call: Call) -> Response:
        """``GET`` and ``HEAD`` of the collection."""
        return page_answer(call, await query_resources(call.stores, call.project, self._type_id, query_request(call)))

    async def read(self, call: Call) -> Response:
        """``GET`` and ``HEAD`` by id or key."""
        document = await read_resource(call.stores, call.project, self._name(call))
        return json_bytes(expand_document(call, document))


class ResourceEndpoints(ResourceReads):
    """All endpoints of one kind."""

    def __init__(self, kind: kinds.ResourceKind) -> None:
        super().__init__(kind.type_id)
        self._kind = kind
        self._draft = msgspec.json.Decoder(kind.draft)
        self._update = msgspec.json.Decoder(kind.update)

    async def create(self, call: Call) -> Response:
        """``POST`` to the collection."""
        draft = call.decode(self._draft)
        return await call.write(
            lambda idempotency: create_resource(call.stores, call.project, self._kind, draft, idempotency)
        )

    async def update(self, call: Call) -> Response:
        """``POST`` by id or key."""
        name, update = self._name(call), call.decode(self._update)
        return await call.write(
            lambda idempotency: update_resource(
                call.stores, call.project, self._kind, name, update=update, idempotency=idempotency
            )
        )

    async def delete(self, call: Call) -> Response:
        """``DELETE`` by id or key."""
        return json_bytes(
            await delete_resource(call.stores, call.project, self._kind, self._name(call), version=call.version())
        )


def read_routes(endpoints: ResourceReads, path: str, permission: Permission) -> list[Route]:
    """The routes of one kind that change nothing, under ``/{pk}/`` and its path."""
    return [
        Route("GET", f"/{{pk}}/{path}", permission, endpoints.query),
        Route("GET", f"/{{pk}}/{path}/{{id}}", permission, endpoints.read),
        Route("GET", f"/{{pk}}/{path}/key={{key}}", permission, endpoints.read),
    ]


def routes_of(kind: kinds.ResourceKind, path: str, read: Permission, write: Permission) -> list[Route]:
    """All routes of one kind."""
    endpoints = ResourceEndpoints(kind)
    routes = [*read_routes(endpoints, path, read), Route("POST", f"/{{pk}}/{path}", write, endpoints.create)]
    for one in (f"/{{pk}}/{path}/{{id}}", f"/{{pk}}/{path}/key={{key}}"):
        routes += [Route("POST", one, write, endpoints.update), Route("DELETE", one, write, endpoints.delete)]
    return routes


ROUTES: list[Route] = [
    *routes_of(kinds.CHANNEL, "channels", Permission.PRODUCT_READ, Permission.PRODUCT_WRITE),
    *routes_of(kinds.TYPE, "types", Permission.TYPE_READ, Permission.TYPE_WRITE),
    *routes_of(kinds.TAX_CATEGORY, "tax-categories", Permission.TAX_CATEGORY_READ, Permission.TAX_CATEGORY_WRITE),
    *routes_of(kinds.ZONE, "zones", Permission.SHIPPING_READ, Permission.SHIPPING_WRITE),
    *routes_of(kinds.SHIPPING_METHOD, "shipping-methods", Permission.SHIPPING_READ, Permission.SHIPPING_WRITE),
    *routes_of(
        kinds.CUSTOMER_GROUP, "customer-groups", Permission.CUSTOMER_GROUP_READ, Permission.CUSTOMER_GROUP_WRITE
    ),
    *routes_of(kinds.STORE, "stores", Permission.STORE_READ, Permission.STORE_WRITE),
    *routes_of(kinds.CART_DISCOUNT, "cart-discounts", Permission.CART_DISCOUNT_READ, Permission.CART_DISCOUNT_WRITE),
    *routes_of(kinds.DISCOUNT_CODE, "discount-codes", Permission.DISCOUNT_CODE_READ, Permission.DISCOUNT_CODE_WRITE),
    *read_routes(ResourceReads("business-unit"), "business-units", Permission.BUSINESS_UNIT_READ),
]
