"""Querying what shoppers see of products."""

from msgspec.structs import replace

from handcart.domain.document import encode, timestamp_of
from handcart.domain.products.projection import PriceSelection, circumstances_on, face_of, projection_of
from handcart.domain.site import Site
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.inventory import list_stock
from handcart.store.products import product_decoder
from handcart.store.queries import CURRENT_PROJECTIONS, STAGED_PROJECTIONS, query_documents
from handcart.store.stores import Stores


async def query_projections(
    stores: Stores,
    project: str,
    request: QueryRequest,
    *,
    site: Site | None,
    selection: PriceSelection,
    is_staged: bool,
) -> QueryPage:
    """A page of one face of products, priced for the site or as selected, with their stock.

    Current faces are those of published products only. Raises InvalidInput for a field that cannot be queried, or a
    selection without a currency.
    """
    wanted = circumstances_on(site, selection, timestamp_of(stores.clock.utc_now()))
    page = await query_documents(
        stores.database,
        STAGED_PROJECTIONS if is_staged else CURRENT_PROJECTIONS,
        project,
        request,
        only=None if is_staged else {"published": True},
    )
    products = [product_decoder.decode(each) for each in page.results]
    variants = [each for product in products for each in face_of(product, is_staged=is_staged).all_variants()]
    stock = await list_stock(stores.database, project, [each.sku for each in variants if each.sku is not None])
    results = [encode(projection_of(each, is_staged=is_staged, wanted=wanted, stock=stock)) for each in products]
    return replace(page, results=results)
