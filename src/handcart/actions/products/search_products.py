"""Searching what a site sells, by words (S2-27)."""

from handcart.domain.document import encode, timestamp_of
from handcart.domain.products.projection import PriceSelection, circumstances_on, found_variant
from handcart.domain.products.search import words_of
from handcart.domain.site import Site
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.products import search_products as search_rows
from handcart.store.products import variant_on_offer
from handcart.store.stores import Stores


async def search_products(stores: Stores, project: str, query: str, request: QueryRequest, *, site: Site) -> QueryPage:
    """A page of variants on offer whose names, keys or SKU have every word of the query; no word finds all.

    Each has the site's price, where there is one, and what is available at the site, where anybody counts.
    """
    wanted = circumstances_on(site, PriceSelection(), timestamp_of(stores.clock.utc_now()))
    found, total = await search_rows(
        stores.database,
        project,
        words_of(query),
        stock_channel=site.stock_channel.id if site.stock_channel is not None else "",
        limit=request.limit,
        offset=request.offset,
    )
    results = [
        encode(
            found_variant(
                each.product,
                variant_on_offer(each.product, each.sku),
                wanted=wanted,
                available=each.available_quantity,
            )
        )
        for each in found
    ]
    return QueryPage(results, request.limit, request.offset, total if request.with_total else None)
