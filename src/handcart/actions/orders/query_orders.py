"""Orders by query."""

from typing import Any

from handcart.domain.access import Access, sites_around
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.queries import ORDERS, query_documents
from handcart.store.stores import Stores


async def query_orders(stores: Stores, access: Access, request: QueryRequest) -> QueryPage:
    """A page of orders: a shopper's own over the whole sharing group of the acting site (S4-37), those of a store, or
    all of the project. Drafts of agents are there for staff alone: to anybody else an order is one that counts.

    Raises InvalidInput for a predicate that cannot be understood.
    """
    only: dict[str, Any] = {}
    if access.caller.staff_id is None:
        only["is_draft"] = False
    if access.is_mine:
        only["owner"] = access.caller.owner
        if access.site is not None:
            only["site"] = sites_around(access.catalogue, access.site.key, owner=access.caller.owner)
    elif access.site is not None:
        only["store.key"] = access.site.key
    return await query_documents(stores.database, ORDERS, access.caller.project, request, only=only)
