"""Querying customers."""

from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.customers import query_customers
from handcart.store.stores import Stores


async def list_customers(stores: Stores, project: str, request: QueryRequest, *, store: str | None) -> QueryPage:
    """A page of customers; with ``store``, of those that are there for requests in it. Raises InvalidInput."""
    return await query_customers(stores.database, project, request, store=store)
