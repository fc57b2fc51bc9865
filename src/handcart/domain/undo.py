"""Taking a merge back: the target becomes what it was before, with everything replayed that was done to it since; each
source is Active again, the customer's, and older than the target, so that it is there without being current.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.claim import Change
from handcart.domain.errors import (
    CartAlreadySubmitted,
    CartFrozen,
    MergeMeanwhileOrdered,
    MergeMeanwhilePutBack,
    MergeNotLatest,
    Refusal,
    UndoWindowClosed,
)
from handcart.domain.history import CartParts, RecordedEvent, before_of, joined
from handcart.domain.price import Priced, price_cart
from handcart.domain.price_selection import FAR_FUTURE
from handcart.domain.receipt import MergeReceipt
from handcart.domain.scope import scope_name
from handcart.domain.updates.apply import AnyCartAction, check_open

PUTS_BACK = frozenset({"CartRestored", "CartUndone"})
"""Events whose actions say what came about, and not how: they cannot be replayed."""


class Recorded(msgspec.Struct, frozen=True):
    """A cart and its events, the newest first."""

    cart: Cart
    events: Sequence[RecordedEvent]


def plan_undo(receipt: MergeReceipt, target: Recorded, sources: Sequence[Recorded], acting: Acting) -> list[Change]:
    """The changes that take the merge back.

    Raises UndoWindowClosed, MergeMeanwhileOrdered, MergeMeanwhilePutBack, MergeNotLatest, and what closes a cart to
    changes.
    """
    if acting.now > receipt.undo_until:
        raise UndoWindowClosed()
    try:
        check_open(target.cart, is_locksmith=acting.is_locksmith)
    except CartAlreadySubmitted:
        raise MergeMeanwhileOrdered() from None
    if target.cart.merge_receipt != receipt.id:
        raise MergeNotLatest()
    if target.cart.cart_state == "Frozen":
        raise CartFrozen()
    if {each.cart.id for each in sources} != set(receipt.sources):
        # A source that is gone for good cannot come back, so what it brought stays where it is.
        raise UndoWindowClosed()
    return [_target_before(target, receipt, acting), *(_source_before(each, receipt, acting) for each in sources)]


def _target_before(target: Recorded, receipt: MergeReceipt, acting: Acting) -> Change:
    parts, since = _before(target, receipt)
    if any(each.body.kind in PUTS_BACK for each in since):
        raise MergeMeanwhilePutBack()
    was = _owned_as(parts.cart(), target.cart)
    for event in reversed(since):
        was = _replayed(was, event, acting)
    priced = price_cart(was, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    after = replace(
        priced.cart,
        version=target.cart.version + 1,
        checkout=target.cart.checkout,
        offline_order_id=target.cart.offline_order_id,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
    )
    return Change(target.cart, replace(priced, cart=after), "MergeUndone", is_repriced=True)


def _before(recorded: Recorded, receipt: MergeReceipt) -> tuple[CartParts, list[RecordedEvent]]:
    """The cart's parts before the merge, and the events since, the newest first. Raises UndoWindowClosed.

    The merge is the event that gave the cart the receipt; taking a later merge back gave it once more.
    """
    parts = CartParts(recorded.cart)
    since: list[RecordedEvent] = []
    for event in recorded.events:
        before = before_of(event)
        is_merge = "mergeReceipt" in before and event.body.kind != "MergeUndone"
        gave = parts.value("mergeReceipt")
        for path, was in before.items():
            parts.step_back(path, was)
        if is_merge and gave == receipt.id:
            return parts, since
        since.append(event)
    raise UndoWindowClosed()


def _source_before(source: Recorded, receipt: MergeReceipt, acting: Acting) -> Change:
    parts, _ = _before(source, receipt)
    before = _owned_as(parts.cart(), source.cart)
    after = replace(
        before,
        version=source.cart.version + 1,
        last_modified_at=before.item_added_at or before.created_at,
        last_modified_by=acting.actor,
        cart_state="Active",
        status="Cart",
        merged_into=None,
        # Apart by choice, not because its site was in another scope then: it is not to be united again.
        scope=scope_name(before.home_site, acting.catalogue.sharing_groups),
    )
    return Change(source.cart, Priced(after, FAR_FUTURE, ()), "MergeUndone")


def _owned_as(cart: Cart, now: Cart) -> Cart:
    """The cart as it was, but not whose it was: it stays the customer's, or the guest's where no customer is about."""
    return replace(
        cart,
        customer_id=now.customer_id,
        customer_email=cart.customer_email or now.customer_email,
        customer_group=now.customer_group,
        anonymous_id=now.anonymous_id,
    )


def _replayed(cart: Cart, event: RecordedEvent, acting: Acting) -> Cart:
    """The cart after what an event's actions did, as far as they still have something to act on."""
    ids = [path.split("/")[1] for path, was in before_of(event).items() if _is_new_line(path, was)]
    replaying = replace(acting, now=event.body.at)
    personal = event.personal.actions if event.personal is not None else {}
    for index, said in enumerate(event.body.actions):
        if "action" not in said:
            continue
        try:
            action = msgspec.convert(joined(said, personal.get(str(index), {})), AnyCartAction)
            after = action.apply(cart, replaying)
        except (Refusal, msgspec.ValidationError):
            continue
        cart = _with_known_ids(cart, after, ids)
    return cart


def _is_new_line(path: str, was: object) -> bool:
    return was is None and path.startswith("lineItems/") and path.count("/") == 1


def _with_known_ids(before: Cart, after: Cart, ids: list[str]) -> Cart:
    """A line that an event created gets the id that it had; takes that from ``ids``."""
    there = {each.id for each in before.line_items}
    fresh = [each for each in after.line_items if each.id not in there]
    if not fresh or not ids:
        return after
    (created,) = fresh
    known = ids.pop(0)
    lines = tuple(replace(each, id=known) if each is created else each for each in after.line_items)
    return replace(after, line_items=lines)
