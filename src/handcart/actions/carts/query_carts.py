"""Carts by query."""

from typing import Any

from handcart.domain.access import Access, sites_around
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.queries import CARTS, query_documents
from handcart.store.stores import Stores


async def query_carts(stores: Stores, access: Access, request: QueryRequest) -> QueryPage:
    """A page of carts as last priced: a shopper's own over the whole sharing group of the acting site (S4-12), those of
    a store, or all of the project.

    Raises InvalidInput for a predicate that cannot be understood.
    """
    only: dict[str, Any] = {}
    if access.is_mine:
        only["owner"] = access.caller.owner
        if access.site is not None:
            only["site"] = sites_around(access.catalogue, access.site.key, owner=access.caller.owner)
    elif access.site is not None:
        only["store.key"] = access.site.key
    return await query_documents(stores.database, CARTS, access.caller.project, request, only=only)
