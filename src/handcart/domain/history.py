"""History: what each event of a cart changed, from which value to which, found by stepping back from the present."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.cart import Actor, Cart, cart_decoder
from handcart.domain.document import Document, Timestamp, encode
from handcart.domain.event import EventBody, PersonalPart, plain
from handcart.domain.reach import Via


class PathChange(Document):
    """One touched part: its path, its value before and after; absent is null."""

    path: str
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET


class Operator(Document):
    """The member of staff who did it. Shoppers are told the name alone; there is none of somebody who is gone."""

    id: str | None = None
    name: str | None = None


class HistoryEntry(Document):
    """One event as people and clients read it. ``personalDataErased``: what was personal in it is gone for good."""

    kind: str
    version_from: int
    version_to: int
    at: Timestamp
    actor: Actor
    actions: list[dict[str, Any]]
    changes: list[PathChange]
    operator: Operator | None = None
    on_behalf_of: str | None = None
    via: Via | None = None
    site_id: str | None = None
    personal_data_erased: bool = False


class HistoryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are asked for. ``since`` is included, ``until`` is not; ``via`` is a kind, or ``kind:id``."""

    line_item_id: str | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None
    operator_id: str | None = None
    via: str | None = None


EVERYTHING = HistoryFilter()


class RecordedEvent(msgspec.Struct, frozen=True):
    """An event as it was stored; ``personal`` is None where there is nothing personal, or where it was erased."""

    body: EventBody
    personal: PersonalPart | None
    is_erased: bool = False

    @property
    def operator_id(self) -> str | None:
        """The id of the member of staff who did it; what a shopper has accepted of a proposal, the shopper did."""
        if self.body.via is not None and self.body.via.kind == "proposal":
            return None
        return self.body.actor.operator.id if self.body.actor.operator is not None else None


def joined(public: dict[str, Any], personal: dict[str, Any]) -> dict[str, Any]:
    """A JSON object with its personal fields put back."""
    whole = dict(public)
    for name, part in personal.items():
        there = whole.get(name)
        if isinstance(there, dict) and isinstance(part, dict):
            whole[name] = joined(there, part)
        elif isinstance(there, list) and isinstance(part, dict):
            whole[name] = [joined(each, part.get(str(number), {})) for number, each in enumerate(there)]
        else:
            whole[name] = part
    return whole


class CartParts:
    """A cart's parts by path, as of one version; steps back from event to event."""

    def __init__(self, cart: Cart) -> None:
        self._parts: dict[str, Any] = plain(cart)
        self._lines: dict[str, dict[str, Any]] = {each["id"]: each for each in self._parts.pop("lineItems")}
        self._order = list(self._lines)

    def cart(self) -> Cart:
        """The cart that these parts make up; its stamps are those of the present."""
        lines = [self._lines[each] for each in self._order if each in self._lines]
        whole = {name: part for name, part in self._parts.items() if part is not None}
        return cart_decoder.decode(encode({**whole, "lineItems": lines}))

    def value(self, path: str) -> Any:
        """What is at a path; None where there is nothing."""
        if path == "lineItemOrder":
            return list(self._order)
        head, *steps = path.split("/")
        if head != "lineItems" or not steps:
            return self._parts.get(path)
        line = self._lines.get(steps[0])
        return line if len(steps) == 1 or line is None else line.get(steps[1])

    def step_back(self, path: str, was: Any) -> None:
        """Put a part back as it was; None takes it away."""
        if path == "lineItemOrder":
            self._order = list(was)
            return
        head, *steps = path.split("/")
        if head != "lineItems" or not steps:
            self._parts[path] = was
        elif len(steps) == 2:
            line = {**self._lines.get(steps[0], {}), steps[1]: was}
            self._lines[steps[0]] = _present(line)
        elif was is None:
            self._lines.pop(steps[0], None)
            self._order = [each for each in self._order if each != steps[0]]
        else:
            self._lines[steps[0]] = was
            if steps[0] not in self._order:
                self._order.append(steps[0])


def _present(line: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in line.items() if part is not None}


def history_of(cart: Cart, events: Iterable[RecordedEvent]) -> list[HistoryEntry]:
    """The entries of a cart's events, which come newest first and begin with the one that reached the cart."""
    present = CartParts(cart)
    return [_entry(each, present) for each in events]


def before_of(event: RecordedEvent) -> dict[str, Any]:
    """The parts that an event touched, as they were; without what was erased."""
    return event.body.before if event.personal is None else joined(event.body.before, event.personal.before)


def _entry(event: RecordedEvent, present: CartParts) -> HistoryEntry:
    body, before, actions = event.body, before_of(event), event.body.actions
    if event.personal is not None:
        actions = [joined(each, event.personal.actions.get(str(index), {})) for index, each in enumerate(actions)]
    changes = [PathChange(path=path, before=was, after=present.value(path)) for path, was in before.items()]
    for path, was in before.items():
        present.step_back(path, was)
    return HistoryEntry(
        kind=body.kind,
        version_from=body.version_from,
        version_to=body.version_to,
        at=body.at,
        actor=body.actor,
        actions=actions,
        changes=changes,
        on_behalf_of=body.on_behalf_of,
        via=body.via,
        site_id=body.site_id,
        personal_data_erased=event.is_erased,
    )


def events_of_owner(events: Iterable[RecordedEvent]) -> Iterator[RecordedEvent]:
    """The newest events, down to where the cart came to its owner from another customer or another guest: that, and
    what was before, is not the present owner's to know. A guest who signs in stays the same person.
    """
    return takewhile(lambda each: not _came_from_another(each), events)


def _came_from_another(event: RecordedEvent) -> bool:
    former = event.body.before.get("customerId")
    return former is not None or any(each.get("action") == "setAnonymousId" for each in event.body.actions)


def filtered(entries: Iterable[HistoryEntry], wanted: HistoryFilter) -> Iterator[HistoryEntry]:
    """The entries that are asked for; of one line, with the changes of that line alone."""
    for entry in entries:
        if not _is_wanted(entry, wanted):
            continue
        if wanted.line_item_id is None:
            yield entry
            continue
        line = f"lineItems/{wanted.line_item_id}"
        changes = [each for each in entry.changes if each.path == line or each.path.startswith(f"{line}/")]
        if changes:
            yield replace(entry, changes=changes)


def _is_wanted(entry: HistoryEntry, wanted: HistoryFilter) -> bool:
    if (wanted.since is not None and entry.at < wanted.since) or (
        wanted.until is not None and entry.at >= wanted.until
    ):
        return False
    if wanted.operator_id is not None and (
        entry.actor.operator is None or entry.actor.operator.id != wanted.operator_id
    ):
        return False
    if wanted.via is None:
        return True
    kind, _, hold_id = wanted.via.partition(":")
    return entry.via is not None and entry.via.kind == kind and hold_id in ("", entry.via.id)


def named(entries: Sequence[HistoryEntry], names: Mapping[str, str], *, is_for_shopper: bool) -> list[HistoryEntry]:
    """The entries with the operators' names. A shopper is told no ids of staff or of API clients."""
    return [_named(each, names, is_for_shopper=is_for_shopper) for each in entries]


def _named(entry: HistoryEntry, names: Mapping[str, str], *, is_for_shopper: bool) -> HistoryEntry:
    actor, operator = entry.actor, None
    if actor.operator is not None:
        name = names.get(actor.operator.id)
        operator = Operator(name=name) if is_for_shopper else Operator(id=actor.operator.id, name=name)
    if is_for_shopper:
        actor = Actor(customer=actor.customer)
    return replace(entry, actor=actor, operator=operator)
