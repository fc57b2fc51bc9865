"""What shoppers see of products, over HTTP: projections, priced for a site or as selected, and the search of a site."""

from starlette.responses import Response

from handcart.actions.products.query_projections import query_projections
from handcart.actions.products.read_projection import read_projection
from handcart.actions.products.search_products import search_products
from handcart.api.call import Call, json_bytes
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Route
from handcart.domain.errors import InvalidField
from handcart.domain.permissions import Permission, check_permission
from handcart.domain.products.projection import PriceSelection


def _selection(call: Call) -> PriceSelection:
    return PriceSelection(
        currency=call.query_value("priceCurrency"),
        country=call.query_value("priceCountry"),
        customer_group=call.query_value("priceCustomerGroup"),
        channel=call.query_value("priceChannel"),
    )


def _is_staged(call: Call) -> bool:
    """Whether the staged face is asked for, which not every token may see. Raises InsufficientScope."""
    text = call.query_value("staged") or "false"
    if text not in ("true", "false"):
        raise InvalidField(field="staged", invalid_value=text, allowed_values=["true", "false"])
    if text == "true":
        check_permission(call.caller, Permission.PRODUCT_STAGED_READ, project=call.project)
    return text == "true"


async def get_projections(call: Call) -> Response:
    """A page of projections."""
    page = await query_projections(
        call.stores,
        call.project,
        query_request(call),
        site=call.site,
        selection=_selection(call),
        is_staged=_is_staged(call),
    )
    return page_answer(call, page)


async def get_projection(call: Call) -> Response:
    """The projection of a product by id or by key."""
    named = call.parameters
    found = await read_projection(
        call.stores,
        call.project,
        product_id=named.get("id"),
        key=named.get("key"),
        site=call.site,
        selection=_selection(call),
        is_staged=_is_staged(call),
    )
    return json_bytes(expand_document(call, found))


async def get_product_search(call: Call) -> Response:
    """Variants on offer that match ``q``, with price and stock of the site."""
    assert call.site is not None, "the path names a store"
    query = call.query_value("q") or ""
    return page_answer(
        call, await search_products(call.stores, call.project, query, query_request(call), site=call.site)
    )


ROUTES: list[Route] = [
    *(
        route
        for root in ("/{pk}", "/{pk}/in-store/key={storeKey}")
        for route in (
            Route("GET", f"{root}/product-projections", Permission.PRODUCT_READ, get_projections),
            Route("GET", f"{root}/product-projections/{{id}}", Permission.PRODUCT_READ, get_projection),
            Route("GET", f"{root}/product-projections/key={{key}}", Permission.PRODUCT_READ, get_projection),
        )
    ),
    Route("GET", "/{pk}/in-store/key={storeKey}/product-search", Permission.PRODUCT_READ, get_product_search),
]
