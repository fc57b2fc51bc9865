"""Offline orders by query: those of all staff, or one's own."""

from typing import Any, get_args
from uuid import UUID

import msgspec
from msgspec.structs import replace

from handcart.domain.access import Access
from handcart.domain.errors import InvalidField
from handcart.domain.order import OrderStatus
from handcart.domain.where_page import QueryPage, QueryRequest, Sort
from handcart.store.queries import ORDERS, query_documents
from handcart.store.stores import Stores


class OfflineOrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Whose, in which status, and whether only those that the caller drafted."""

    customer_id: str | None = None
    status: str | None = None
    is_mine: bool = False


async def query_offline_orders(
    stores: Stores, access: Access, request: QueryRequest, only: OfflineOrderFilter
) -> QueryPage:
    """A page of offline orders, the latest first unless the query sorts them. Raises InvalidInput, and InvalidField for
    an unknown status.
    """
    known = get_args(OrderStatus)
    if only.status is not None and only.status not in known:
        raise InvalidField(field="status", invalid_value=only.status, allowed_values=list(known))
    columns: dict[str, Any] = {"type": "OFFLINE"}
    if only.customer_id is not None:
        columns["owner"] = f"customer:{only.customer_id}"
    if only.status is not None:
        columns["status"] = only.status
    if only.is_mine:
        columns["drafted_by"] = UUID(access.caller.staff_id or "")
    request = request if request.sort else replace(request, sort=(Sort("createdAt", descending=True),))
    return await query_documents(stores.database, ORDERS, access.caller.project, request, only=columns)
