"""Carts by query."""

from handcart.domain.access import Access, limits_of
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.queries import CARTS, query_documents
from handcart.store.stores import Stores


async def query_carts(stores: Stores, access: Access, request: QueryRequest) -> QueryPage:
    """A page of carts as last priced: a shopper's own over the whole sharing group of the acting site (S4-12), those of
    a store, or all of the project.

    Raises InvalidInput for a predicate that cannot be understood.
    """
    return await query_documents(stores.database, CARTS, access.caller.project, request, only=limits_of(access))
