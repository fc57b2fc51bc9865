"""What is told live of a cart: that it changed, by what and by whom, and what became of it; enough to look again, and
nothing that only who looks again may see.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from handcart.domain.document import Document, Timestamp, encode
from handcart.domain.references import Reference

CLOSED_STATES = frozenset({"Merged", "Ordered"})


class PublicAction(Document):
    """An update action, with the few fields of it that say what it is about. Anything else might be personal."""

    action: Any = None
    line_item_id: Any = None
    line_item_key: Any = None
    custom_line_item_id: Any = None
    product_id: Any = None
    variant_id: Any = None
    sku: Any = None
    quantity: Any = None


class _Actor(Document):
    customer: Reference | None = None
    operator: Reference | None = None


class _Before(Document):
    cart_state: str | None = None
    customer_id: str | None = None


class _Snapshot(Document):
    merged_into: str | None = None
    order_id: str | None = None


class RecordedChange(Document):
    """As much of an event as is told live; the rest of its JSON is passed over."""

    kind: str
    version_from: int
    version_to: int
    at: Timestamp
    actor: _Actor
    actions: list[PublicAction]
    before: _Before
    via: dict[str, str] | None = None
    snapshot: _Snapshot | None = None

    @property
    def changed_hands(self) -> bool:
        """Whether the cart came from another customer or guest: what was before is not the present owner's to know."""
        return self.before.customer_id is not None or any(each.action == "setAnonymousId" for each in self.actions)


class CartFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the row of a cart says: enough to decide who may hear of it."""

    version: int
    state: str
    owner: str | None
    site: str


class LiveActor(Document):
    """Whose hand it was. A guest's is a ``client``, for nothing of a guest is kept in an event."""

    kind: Literal["agent", "shopper", "client"]
    name: str | None = None


class LiveChange(Document):
    """The ``change`` of a stream."""

    cart_id: str
    kind: str
    version_from: int
    version_to: int
    at: Timestamp
    actor: LiveActor
    actions: list[PublicAction]
    cart_state: str
    via: dict[str, str] | None = None
    successor: str | None = None
    order_id: str | None = None


class LiveCart(Document):
    """The ``cart`` of a stream: from here on it is told. A desk's names the customer or its own walk-in."""

    cart_id: str
    version: int
    cart_state: str
    customer_id: str | None = None


class LiveDesk(Document):
    """The ``desk`` of a desk's stream: whom it serves, and from which version on each cart is told."""

    carts: list[LiveCart]
    desk_id: str | None = None
    version: int | None = None
    active_customer_id: str | None = None


class LiveEnd(Document):
    """The ``end`` of a stream, and why."""

    reason: str
    successor: str | None = None
    order_id: str | None = None


class ToldChange(msgspec.Struct, frozen=True):
    """A change with its JSON, made once however many listen."""

    change: LiveChange
    data: bytes

    def with_customer(self, customer_id: str | None) -> bytes:
        """The JSON with the customer in it."""
        named = b'{"customerId":' + encode(customer_id) + b"," if customer_id is not None else b"{"
        return named + self.data[1:]


class LiveMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a stream; without a name it only shows that the stream is alive. ``retry_ms`` is a hint for when to
    come again after the end.
    """

    name: str = ""
    data: bytes = b""
    id: str | None = None
    retry_ms: int | None = None


def told_changes(
    cart_id: str, facts: CartFacts, recorded: Sequence[RecordedChange], names: Mapping[str, str]
) -> list[ToldChange]:
    """What to tell of events, the oldest first and the last the one that led to ``facts``. ``names`` are those of
    members of staff, by id.
    """
    state = facts.state
    told: list[ToldChange] = []
    for each in reversed(recorded):
        change = LiveChange(
            cart_id=cart_id,
            kind=each.kind,
            version_from=each.version_from,
            version_to=each.version_to,
            at=each.at,
            actor=_actor(each.actor, names),
            actions=[action for action in each.actions if action.action is not None],
            cart_state=state,
            via=each.via,
            successor=each.snapshot.merged_into if each.snapshot is not None and state == "Merged" else None,
            order_id=each.snapshot.order_id if each.snapshot is not None and state == "Ordered" else None,
        )
        told.append(ToldChange(change, encode(change)))
        # An event holds what it touched as it was: so the state before it.
        state = each.before.cart_state or state
    told.reverse()
    return told


def changes_after(
    changes: Sequence[ToldChange], *, position: int | None, version: int, is_cut: bool
) -> list[ToldChange] | None:
    """The changes from a version up to the present one; None where they do not follow each other without a gap."""
    if position == version:
        return []
    new = [each for each in changes if position is not None and each.change.version_to > position]
    if is_cut or position is None or not new:
        return None
    is_whole = new[0].change.version_from <= position and new[-1].change.version_to == version
    return new if is_whole else None


def _actor(actor: _Actor, names: Mapping[str, str]) -> LiveActor:
    if actor.operator is not None:
        return LiveActor(kind="agent", name=names.get(actor.operator.id))
    return LiveActor(kind="client" if actor.customer is None else "shopper")


def operators_in(recorded: Sequence[RecordedChange]) -> set[str]:
    """The members of staff, by id, whose hands these were."""
    return {each.actor.operator.id for each in recorded if each.actor.operator is not None}


_closing_decoder = msgspec.json.Decoder(_Snapshot)


def closing_of(document: bytes) -> tuple[str | None, str | None]:
    """The successor and the order of a closed cart, from its document."""
    closed = _closing_decoder.decode(document)
    return closed.merged_into, closed.order_id
