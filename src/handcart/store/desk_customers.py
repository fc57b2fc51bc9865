"""What an agent sees of one customer, read at a glance: three statements, however much there is."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from handcart.domain.desk_customer import (
    CARTS_READ_MAX,
    ORDERS_SHOWN_MAX,
    WAITING_SHOWN_MAX,
    FoundCart,
    OrderAtAGlance,
    ProposalAtAGlance,
    cart_head_decoder,
    order_head_decoder,
    order_shown,
)
from handcart.domain.document import timestamp_of
from handcart.store.compression import decompress
from handcart.store.database import Querying
from handcart.store.statements import statement


class OrdersOfCustomer(msgspec.Struct, frozen=True):
    """The last orders of a customer, and the offline ones that are drafts still, the latest first."""

    last: tuple[OrderAtAGlance, ...]
    offline: tuple[OrderAtAGlance, ...]


async def list_carts_of_customer(
    querying: Querying, project: str, owner: str, *, sites: Sequence[str] | None
) -> list[FoundCart]:
    """The Active carts of a customer, the most recently modified first; ``sites`` None stands for all."""
    rows = await querying.rows(statement("list_carts_of_customer"), project, owner, sites, CARTS_READ_MAX)
    return [
        FoundCart(head=cart_head_decoder.decode(decompress(row["document"])), site=row["site"], bill_to=row["bill_to"])
        for row in rows
    ]


async def list_orders_of_customer(
    querying: Querying, project: str, owner: str, *, sites: Sequence[str] | None
) -> OrdersOfCustomer:
    """What a customer has ordered, or is to; ``sites`` None stands for all."""
    rows = await querying.rows(
        statement("list_orders_of_customer"), project, owner, sites, ORDERS_SHOWN_MAX, WAITING_SHOWN_MAX
    )
    shown = [order_shown(order_head_decoder.decode(decompress(row["document"])), site=row["site"]) for row in rows]
    return OrdersOfCustomer(
        last=tuple(each for each in shown if each.status != "Pending"),
        offline=tuple(each for each in shown if each.status == "Pending"),
    )


async def list_open_proposals_to(
    querying: Querying, project: str, owner: str, *, sites: Sequence[str] | None, now: datetime
) -> tuple[ProposalAtAGlance, ...]:
    """What agents have proposed for the customer's carts and waits for an answer; ``sites`` None stands for all."""
    rows = await querying.rows(statement("list_open_proposals_to"), project, owner, sites, now, WAITING_SHOWN_MAX)
    return tuple(
        ProposalAtAGlance(
            id=str(row["id"]),
            cart_id=str(row["cart_id"]),
            operator=str(row["staff_id"]),
            at=timestamp_of(row["created_at"]),
            expires_at=timestamp_of(row["expires_at"]),
        )
        for row in rows
    )
