"""The desk: an agent's sign-in at work, with the customers it serves, one of them active.

A desk holds pointers. Each customer's cart is the customer's own and is written at every change, so a switch copies
nothing, merges nothing and can overwrite nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from handcart.domain.cart import Cart, LineItem
from handcart.domain.document import Document, Draft, LocalizedString, Timestamp
from handcart.domain.errors import ActiveCustomerMismatch, InvalidField
from handcart.domain.history import RecordedEvent
from handcart.domain.ids import is_uuid
from handcart.domain.money import Money
from handcart.domain.rebase import parts_then

NO_CUSTOMER = "00000000-0000-0000-0000-000000000000"


class CustomerSwitch(Draft):
    """Select Customer (S0-16): who is active, as the caller knows it, and who is to be. Empty stands for nobody yet."""

    active_customer_id: str | None = None
    selected_customer_id: str | None = None

    def active(self) -> str | None:
        """Who the caller thinks is active. Raises InvalidField for what is no id (S0-30)."""
        return _id_or_none(self.active_customer_id, field="activeCustomerId")

    def selected(self) -> str | None:
        """Who is to be active; None asks for a new walk-in (S0-29). Raises InvalidField."""
        return _id_or_none(self.selected_customer_id, field="selectedCustomerId")


class DeskChoice(Draft):
    """Which of one's own desks to sit down at; without an id the one of this sign-in."""

    desk_id: str | None = None


class StaffName(Document):
    """A member of staff as others see one."""

    id: str
    name: str


class RefusedAction(Document):
    """Something that a member of staff tried and was not allowed to do; ``request`` is the method and the route.

    ``message`` is the sentence that the member of staff was told.
    """

    at: Timestamp
    operator: StaffName
    request: str
    message: str
    cart_id: str | None = None


class LineChange(Document):
    """A line that came, went or changed its quantity; None where it was not there."""

    line_item_id: str
    name: LocalizedString | msgspec.Raw
    before: int | None
    after: int | None
    sku: str | None = None


class ChangedSinceYouLeft(Document):
    """What others did to a cart since the agent left it; ``times`` counts their changes, the latest hundred at most."""

    since: Timestamp
    times: int
    lines: tuple[LineChange, ...]
    total_before: Money
    total_after: Money


class ServedCustomer(Document):
    """One customer or walk-in of a desk: whose, which cart, and how it stands."""

    customer_id: str
    name: str
    is_walk_in: bool
    is_active: bool
    cart_id: str
    cart_state: str
    scope: str
    lines: int
    total: Money
    last_modified_at: Timestamp
    selected_at: Timestamp
    email: str | None = None
    left_at: Timestamp | None = None
    changed_since_you_left: ChangedSinceYouLeft | None = None


class ActiveOwner(msgspec.Struct, frozen=True):
    """Whose cart a desk works on, as owner key. ``former`` is the walk-in's that this customer was."""

    owner: str
    is_scratch: bool
    former: str | None = None

    @property
    def customer_id(self) -> str:
        """The id of the customer or walk-in."""
        return id_of(self.owner)


def id_of(owner: str) -> str:
    """The id within an owner key."""
    return owner.partition(":")[2]


def is_walk_in(owner: str) -> bool:
    """Whether an owner key on a desk is a walk-in's: registered customers have the other kind."""
    return owner.startswith("anonymous:")


def check_active(active: ActiveOwner | None, named: str | None) -> None:
    """Refuse a switch by somebody who thinks that another customer is active (S0-17). Raises ActiveCustomerMismatch.

    Naming nobody is right where nobody has been selected yet, whatever is in the scratch cart (S0-28).
    """
    allowed: set[str | None] = set()
    if active is None or active.is_scratch:
        allowed.add(None)
    if active is not None:
        allowed.add(active.customer_id)
        if active.former is not None:
            allowed.add(id_of(active.former))
    if named not in allowed:
        shown = None if active is None or active.is_scratch else active.customer_id
        raise ActiveCustomerMismatch(active_customer_id=shown, named=named)


def changed_since(cart: Cart, since: Sequence[RecordedEvent], *, left_at: Timestamp) -> ChangedSinceYouLeft | None:
    """What happened to a cart in the events since it was left, which come newest first; None where nothing did."""
    if not since:
        return None
    then = parts_then(cart, since).cart()
    return ChangedSinceYouLeft(
        since=left_at,
        times=len(since),
        lines=tuple(_line_changes(then.line_items, cart.line_items)),
        total_before=then.total_price,
        total_after=cart.total_price,
    )


def _line_changes(before: Sequence[LineItem], after: Sequence[LineItem]) -> Iterable[LineChange]:
    was, now = {each.id: each for each in before}, {each.id: each for each in after}
    for line in {**was, **now}.values():
        old, new = was.get(line.id), now.get(line.id)
        if old is None or new is None or old.quantity != new.quantity:
            yield LineChange(
                line_item_id=line.id,
                name=line.name,
                before=old.quantity if old is not None else None,
                after=new.quantity if new is not None else None,
                sku=line.variant.sku,
            )


def display_name(customer: dict[str, Any]) -> str:
    """What a customer is called on a desk: first and last name, else the company, else the e-mail address."""
    whole = " ".join(part for part in (customer.get("firstName"), customer.get("lastName")) if part)
    return whole or customer.get("companyName") or customer.get("email") or ""


def _id_or_none(text: str | None, *, field: str) -> str | None:
    if not text:
        return None
    if not is_uuid(text) or text == NO_CUSTOMER:
        raise InvalidField(field=field, invalid_value=text)
    return text.lower()
