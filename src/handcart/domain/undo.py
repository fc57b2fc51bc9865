"""Taking a merge back: the target becomes what it was before, with everything replayed that was done to it since; each
source is Active again, the customer's, and older than the target, so that it is there without being current.
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.claim import Change
from handcart.domain.errors import (
    CartAlreadySubmitted,
    MergeMeanwhileOrdered,
    MergeNotLatest,
    Refusal,
    UndoWindowClosed,
)
from handcart.domain.history import CartParts, RecordedEvent, before_of, joined
from handcart.domain.price import FAR_FUTURE, Priced, price_cart
from handcart.domain.receipt import MergeReceipt
from handcart.domain.updates.apply import AnyCartAction, check_open


class Recorded(msgspec.Struct, frozen=True):
    """A cart and its events, the newest first."""

    cart: Cart
    events: Sequence[RecordedEvent]


def plan_undo(receipt: MergeReceipt, target: Recorded, sources: Sequence[Recorded], acting: Acting) -> list[Change]:
    """The changes that take the merge back.

    Raises UndoWindowClosed, MergeMeanwhileOrdered, MergeNotLatest, and what closes a cart to changes.
    """
    if acting.now > receipt.undo_until:
        raise UndoWindowClosed()
    try:
        check_open(target.cart, is_locksmith=True)
    except CartAlreadySubmitted:
        raise MergeMeanwhileOrdered() from None
    if target.cart.merge_receipt != receipt.id:
        raise MergeNotLatest()
    return [_target_before(target, acting), *(_source_before(each, acting) for each in sources)]


def _target_before(target: Recorded, acting: Acting) -> Change:
    since: list[RecordedEvent] = []
    parts = CartParts(target.cart)
    for event in target.events:
        before = before_of(event)
        for path, was in before.items():
            parts.step_back(path, was)
        if "mergeReceipt" in before:
            break
        since.append(event)
    was = _owned_as(parts.cart(), target.cart)
    for event in reversed(since):
        was = _replayed(was, event, acting)
    priced = price_cart(was, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    after = replace(
        priced.cart,
        version=target.cart.version + 1,
        checkout=target.cart.checkout,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
    )
    return Change(target.cart, replace(priced, cart=after), "MergeUndone", is_repriced=True)


def _source_before(source: Recorded, acting: Acting) -> Change:
    parts = CartParts(source.cart)
    for path, was in before_of(source.events[0]).items():
        parts.step_back(path, was)
    before = _owned_as(parts.cart(), source.cart)
    after = replace(
        before,
        version=source.cart.version + 1,
        last_modified_at=before.item_added_at or before.created_at,
        last_modified_by=acting.actor,
        cart_state="Active",
        status="Cart",
        merged_into=None,
    )
    return Change(source.cart, Priced(after, FAR_FUTURE, ()), "MergeUndone")


def _owned_as(cart: Cart, now: Cart) -> Cart:
    """The cart as it was, but not whose it was: it stays the customer's."""
    return replace(
        cart,
        customer_id=now.customer_id,
        customer_email=cart.customer_email or now.customer_email,
        customer_group=now.customer_group,
        anonymous_id=None,
    )


def _replayed(cart: Cart, event: RecordedEvent, acting: Acting) -> Cart:
    """The cart after what an event's actions did, as far as they still have something to act on."""
    lines = [path.split("/")[1] for path, was in before_of(event).items() if _is_new_line(path, was)]
    ids = iter(lines)
    replaying = replace(acting, now=event.body.at, new_id=lambda: _next_id(ids, acting))
    personal = event.personal.actions if event.personal is not None else {}
    for index, said in enumerate(event.body.actions):
        if "action" not in said:
            continue
        try:
            action = msgspec.convert(joined(said, personal.get(str(index), {})), AnyCartAction)
            cart = action.apply(cart, replaying)
        except (Refusal, msgspec.ValidationError):
            continue
    return cart


def _is_new_line(path: str, was: object) -> bool:
    return was is None and path.startswith("lineItems/") and path.count("/") == 1


def _next_id(ids: Iterator[str], acting: Acting) -> str:
    """A line that an event created gets the id that it had."""
    return next(ids, None) or acting.new_id()
