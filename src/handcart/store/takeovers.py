"""Takeovers in the database: leases of members of staff on shoppers' carts, at most one open on each."""

from datetime import datetime
from uuid import UUID

import msgspec

from handcart.domain.document import Timestamp, timestamp_of
from handcart.store.database import Querying
from handcart.store.statements import statement


class OtherHand(msgspec.Struct, frozen=True):
    """The member of staff who has a cart, by name, and until when the lease runs."""

    holder: str
    lease_until: Timestamp


async def find_other_hand(
    querying: Querying, project: str, *, cart_id: str, staff_id: str, now: datetime
) -> OtherHand | None:
    """Who else has taken the cart over at this moment."""
    row = await querying.row(statement("find_other_hand"), project, UUID(cart_id), UUID(staff_id), now)
    return OtherHand(row["name"], timestamp_of(row["lease_until"])) if row is not None else None
