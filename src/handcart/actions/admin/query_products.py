"""Querying products with both their faces."""

from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.queries import PRODUCTS, query_documents
from handcart.store.stores import Stores


async def query_products(stores: Stores, project: str, request: QueryRequest) -> QueryPage:
    """A page of products. Raises InvalidInput for a field that cannot be queried."""
    return await query_documents(stores.database, PRODUCTS, project, request)
