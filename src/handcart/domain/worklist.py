"""The worklist: what staff has begun and not finished, each with an owner and a time by which somebody should look."""

from datetime import timedelta
from typing import Literal

from handcart.domain.desk import StaffName
from handcart.domain.document import Document, Timestamp
from handcart.domain.money import Money

WorkKind = Literal["CartLeft", "LeaseLapsed", "ProposalUnanswered", "OrderPending"]

DESKS_LOOKED_AT = timedelta(days=30)
"""Carts of desks that nobody has used for longer are left to the clean-up."""

DESK_IS_ASLEEP_AFTER = timedelta(hours=12)
"""Whom a desk served last counts as left when nobody has switched for so long: the agent went home."""

CART_DUE_AFTER = timedelta(days=1)
ORDER_DUE_AFTER = timedelta(days=2)

PROPOSAL_SHOWN_AFTER = timedelta(days=7)
"""So long after it has expired a proposal is shown still: nobody can do anything about it but ask."""

SHOWN_MAX = 200


class WorkCustomer(Document):
    """The customer whose matter it is."""

    id: str
    name: str
    email: str | None = None


class WorkItem(Document):
    """One thing that was begun and not finished; without a customer it is a guest's or a walk-in's."""

    kind: WorkKind
    since: Timestamp
    due_at: Timestamp
    is_overdue: bool
    operator: StaffName | None = None
    customer: WorkCustomer | None = None
    cart_id: str | None = None
    lines: int | None = None
    total: Money | None = None
    order_id: str | None = None
    takeover_id: str | None = None
    proposal_id: str | None = None
