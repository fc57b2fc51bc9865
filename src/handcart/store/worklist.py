"""What staff has begun and not finished, gathered from desks, takeovers, proposals and offline orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from handcart.domain.cart import cart_decoder
from handcart.domain.desk import StaffName, display_name
from handcart.domain.document import timestamp_of
from handcart.domain.worklist import (
    CART_DUE_AFTER,
    DESK_IS_ASLEEP_AFTER,
    DESKS_LOOKED_AT,
    ORDER_DUE_AFTER,
    PROPOSAL_SHOWN_AFTER,
    SHOWN_MAX,
    WorkCustomer,
    WorkItem,
)
from handcart.store.compression import decompress
from handcart.store.database import Querying, Row
from handcart.store.statements import statement


async def list_unfinished(querying: Querying, project: str, *, staff_id: str | None, now: datetime) -> list[WorkItem]:
    """What one member of staff, or everybody, has not finished, what is due first; at most SHOWN_MAX."""
    rows = await querying.rows(
        statement("list_unfinished"),
        project,
        UUID(staff_id) if staff_id is not None else None,
        now,
        DESKS_LOOKED_AT,
        DESK_IS_ASLEEP_AFTER,
        CART_DUE_AFTER,
        ORDER_DUE_AFTER,
        PROPOSAL_SHOWN_AFTER,
        SHOWN_MAX,
    )
    return [item for row in rows if (item := _item(row, now)) is not None]


def _item(row: Row, now: datetime) -> WorkItem | None:
    cart = cart_decoder.decode(decompress(row["document"])) if row["document"] is not None else None
    if cart is not None and not cart.line_items and not cart.custom_line_items:
        return None
    return WorkItem(
        kind=row["kind"],
        since=timestamp_of(row["since"]),
        due_at=timestamp_of(row["due"]),
        is_overdue=row["due"] <= now,
        operator=StaffName(id=str(row["staff_id"]), name=row["staff_name"] or "") if row["staff_id"] else None,
        customer=_customer(row["customer"]),
        cart_id=_text(row["cart_id"]),
        lines=len(cart.line_items) + len(cart.custom_line_items) if cart is not None else None,
        total=cart.total_price if cart is not None else None,
        order_id=_text(row["order_id"]),
        takeover_id=_text(row["takeover_id"]),
        proposal_id=_text(row["proposal_id"]),
    )


def _customer(document: bytes | None) -> WorkCustomer | None:
    if document is None:
        return None
    who: dict[str, Any] = msgspec.json.decode(document)
    return WorkCustomer(id=who["id"], name=display_name(who), email=who.get("email"))


def _text(value: UUID | None) -> str | None:
    return str(value) if value is not None else None
