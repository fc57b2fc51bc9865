"""Querying one kind of small resource."""

from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.queries import query_documents, resources_table
from handcart.store.stores import Stores


async def query_resources(stores: Stores, project: str, type_id: str, request: QueryRequest) -> QueryPage:
    """A page of resources. Raises InvalidInput for a field that cannot be queried."""
    return await query_documents(stores.database, resources_table(type_id), project, request, only={"kind": type_id})
