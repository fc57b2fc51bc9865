"""Orders by query."""

from handcart.domain.access import Access, limits_of
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.queries import ORDERS, query_documents
from handcart.store.stores import Stores


async def query_orders(stores: Stores, access: Access, request: QueryRequest) -> QueryPage:
    """A page of orders: a shopper's own over the whole sharing group of the acting site (S4-37), those of a store, or
    all of the project. Drafts of agents are there for staff alone: to anybody else an order is one that counts.

    Raises InvalidInput for a predicate that cannot be understood.
    """
    only = limits_of(access)
    if access.caller.staff_id is None:
        only["is_draft"] = False
    return await query_documents(stores.database, ORDERS, access.caller.project, request, only=only)
