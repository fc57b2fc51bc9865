"""Querying stock entries."""

from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.inventory import INVENTORY
from handcart.store.queries import query_documents
from handcart.store.stores import Stores


async def query_inventory(stores: Stores, project: str, request: QueryRequest) -> QueryPage:
    """A page of stock entries. Raises InvalidInput for a field that cannot be queried."""
    return await query_documents(stores.database, INVENTORY, project, request)
