"""Taking back what operators did to a cart since an instant, and nothing that anybody else did meanwhile.

Units go as far as they are still the operator's; a value that a later hand has changed stays as that hand left it. What
stays for such a reason is told, with what it would be. Doing it twice is as doing it once.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, Literal

import msgspec

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.document import Document, Draft, Timestamp, timestamp_from
from handcart.domain.errors import InvalidField
from handcart.domain.history import CartParts, RecordedEvent
from handcart.domain.ids import is_uuid
from handcart.domain.intents import steps_of
from handcart.domain.leave import Leave, LeftOut, LeftReason
from handcart.domain.ledger import Cover, Ledger, Units, target_of
from handcart.domain.price import Priced
from handcart.domain.restoring import as_next_version, check_may_go_back
from handcart.domain.returning import returned
from handcart.domain.taking_back import TakenBack

KeptReason = Literal["ChangedSince", "AddedAgain", "StillUsed"] | LeftReason


class UndoSinceDraft(Draft):
    """Since when, at which version of the cart, and whose: every operator's, unless one is named."""

    since: str
    version: int
    operator_id: str | None = None


class KeptChange(Document):
    """What was not taken back. ``theirs`` is how it is now, ``wouldBe`` how it was before; absent: not there."""

    path: str
    reason: KeptReason
    theirs: Any = None
    would_be: Any = None
    line_item_id: str | None = None
    sku: str | None = None


class UndoneSince(Document):
    """The cart after taking back, and what was kept."""

    cart: Cart
    since: Timestamp
    kept: tuple[KeptChange, ...]


class UndoPlan(msgspec.Struct, frozen=True):
    """The cart to be written, which is the present one where there is nothing to take back, and what is kept."""

    priced: Priced
    kept: tuple[KeptChange, ...]


def cover_of(draft: UndoSinceDraft) -> Cover:
    """What a request takes back. Raises InvalidField for an instant that is none, and an operator by another name."""
    if draft.operator_id is not None and not is_uuid(draft.operator_id):
        raise InvalidField(field="operatorId", invalid_value=draft.operator_id)
    since = timestamp_from(draft.since, field="since")
    assert since is not None
    return Cover(since, draft.operator_id)


def ledger_of(cart: Cart, events: Iterable[RecordedEvent], cover: Cover) -> Ledger:
    """The account of what happened since; ``events`` come newest first and begin with the one that reached the cart."""
    since = list(takewhile(lambda each: each.body.at >= cover.since, events))
    return Ledger(reversed(list(steps_of(CartParts(cart), since))))


def products_gone(ledger: Ledger) -> set[str]:
    """The products of lines that went: what may come back."""
    return {line["productId"] for _, line, _ in ledger.removed.values() if "productId" in line}


def plan_undo_since(cart: Cart, ledger: Ledger, cover: Cover, acting: Acting, *, leave: Leave) -> UndoPlan:
    """The cart without what operators did, as far as the caller has leave, priced for today.

    Raises CartMerged, CartAlreadySubmitted, CartLocked, CartFrozen.
    """
    check_may_go_back(cart, acting)
    back = TakenBack(cart, ledger)
    kept: list[KeptChange] = []
    for line, units in ledger.units.items():
        kept += _take_units(back, line, units, ledger, cover)
    kept += _take_values(back, ledger, cover)
    wanted = back.cart(acting)
    kept += [_kept(path, reason, theirs=theirs, would_be=was) for path, reason, theirs, was in back.refused]
    settled = as_next_version(cart, returned(cart, wanted, acting, leave), acting)
    kept += [_left(each) for each in settled.left]
    return UndoPlan(settled.priced, tuple(_with_skus(kept, cart, ledger)))


def _take_units(back: TakenBack, line: str, units: Units, ledger: Ledger, cover: Cover) -> Iterable[KeptChange]:
    shares = [share for operator, share in units.shares.items() if cover.operator in (None, operator)]
    if not shares:
        return
    now, was = back.quantity(line), min(shares, key=lambda each: each.at).before
    remaining = now - sum(share.units for share in shares)
    if now > 0 and remaining <= 0 and any(not cover.holds(x.operator, x.at) for x in ledger.said_of(line)):
        # Somebody has made the line their own: engraved it, or said where it goes.
        remaining = now
        yield _kept(f"{line}/quantity", "ChangedSince", theirs=now, would_be=was)
    elif any(share.is_touched for share in shares) and remaining != was:
        yield _kept(f"{line}/quantity", "ChangedSince", theirs=remaining, would_be=was)
    back.set_quantity(line, max(remaining, 0))


def _take_values(back: TakenBack, ledger: Ledger, cover: Cover) -> Iterable[KeptChange]:
    # The type of custom fields goes first: it takes the fields with it.
    for path, written in sorted(ledger.values.items(), key=lambda each: not _is_custom_type(each[0])):
        target = target_of(written, cover)
        if target is None or not back.is_there(path):
            continue
        if target.is_kept:
            yield _kept(path, "ChangedSince", theirs=target.value, would_be=target.would_be)
        now = written[-1].after
        if target.value != now and _is_custom_type(path) and _is_filled_in(f"{path}/{now}/", ledger, cover):
            yield _kept(path, "ChangedSince", theirs=now, would_be=target.value)
        else:
            back.set_value(path, target.value)


def _is_custom_type(path: str) -> bool:
    return path.rpartition("/")[2] == "custom"


def _is_filled_in(fields: str, ledger: Ledger, cover: Cover) -> bool:
    """Whether somebody else has said something in custom fields that an operator has put there."""
    return any(
        not cover.holds(written[-1].operator, written[-1].at)
        for path, written in ledger.values.items()
        if path.startswith(fields)
    )


def _kept(path: str, reason: KeptReason, *, theirs: Any, would_be: Any) -> KeptChange:
    head, *steps = path.split("/")
    if "custom" in steps[:-2] or (head == "custom" and len(steps) == 2):
        # Which type a custom field is of is told by the cart.
        path = "/".join([*path.split("/")[:-2], path.rpartition("/")[2]])
    line_id = steps[0] if head == "lineItems" and steps else None
    return KeptChange(path=path, reason=reason, theirs=theirs, would_be=would_be, line_item_id=line_id)


def _left(left: LeftOut) -> KeptChange:
    theirs = left.quantity_after or None
    return KeptChange(
        path=left.path,
        reason=left.reason,
        theirs=theirs,
        would_be=left.quantity,
        line_item_id=left.line_item_id if left.path.startswith("lineItems/") else None,
        sku=left.sku,
    )


def _with_skus(kept: Sequence[KeptChange], cart: Cart, ledger: Ledger) -> Iterable[KeptChange]:
    skus = {each.id: each.variant.sku for each in cart.line_items}
    for path, (_, line, _) in ledger.removed.items():
        if path.startswith("lineItems/"):
            skus.setdefault(path.partition("/")[2], line["variant"].get("sku"))
    return (msgspec.structs.replace(x, sku=x.sku or skus.get(x.line_item_id or "")) for x in kept)
