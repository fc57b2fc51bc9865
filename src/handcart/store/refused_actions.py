"""The log of what staff tried and was not allowed to do."""

from datetime import datetime
from uuid import UUID

from handcart.domain.desk import RefusedAction, StaffName
from handcart.domain.document import encode, timestamp_of
from handcart.domain.where_page import QueryPage
from handcart.store.database import Querying
from handcart.store.statements import statement


async def insert_refused_action(
    querying: Querying, project: str, *, staff_id: str, request: str, cart_id: str | None, reason: str, at: datetime
) -> None:
    """Keep one refusal; ``request`` is the method and the route that was asked for."""
    cart = UUID(cart_id) if cart_id is not None else None
    await querying.execute(statement("insert_refused_action"), project, at, UUID(staff_id), request, cart, reason)


async def list_refused_actions(
    querying: Querying, project: str, *, staff_id: str | None, cart_id: str | None, limit: int, offset: int
) -> QueryPage:
    """A page of refusals, the latest first."""
    rows = await querying.rows(
        statement("list_refused_actions"),
        project,
        UUID(staff_id) if staff_id is not None else None,
        UUID(cart_id) if cart_id is not None else None,
        limit,
        offset,
    )
    shown = [
        RefusedAction(
            at=timestamp_of(row["at"]),
            operator=StaffName(id=str(row["staff_id"]), name=row["name"] or ""),
            request=row["request"],
            message=row["reason"],
            cart_id=str(row["cart_id"]) if row["cart_id"] is not None else None,
        )
        for row in rows
    ]
    return QueryPage([encode(each) for each in shown], limit, offset, rows[0]["total"] if rows else 0)
