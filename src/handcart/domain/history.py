"""History: what each event of a cart changed, from which value to which, found by stepping back from the present."""

from collections.abc import Iterable
from typing import Any

import msgspec

from handcart.domain.cart import Actor, Cart, cart_decoder
from handcart.domain.document import Document, Timestamp, encode
from handcart.domain.event import EventBody, PersonalPart, plain
from handcart.domain.reach import Via


class PathChange(Document):
    """One touched part: its path, its value before and after; absent is null."""

    path: str
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET


class HistoryEntry(Document):
    """One event as people and clients read it."""

    kind: str
    version_from: int
    version_to: int
    at: Timestamp
    actor: Actor
    actions: list[dict[str, Any]]
    changes: list[PathChange]
    on_behalf_of: str | None = None
    via: Via | None = None
    site_id: str | None = None


class RecordedEvent(msgspec.Struct, frozen=True):
    """An event as it was stored; ``personal`` is None where there is nothing personal, or where it was erased."""

    body: EventBody
    personal: PersonalPart | None


def joined(public: dict[str, Any], personal: dict[str, Any]) -> dict[str, Any]:
    """A JSON object with its personal fields put back."""
    whole = dict(public)
    for name, part in personal.items():
        there = whole.get(name)
        whole[name] = joined(there, part) if isinstance(there, dict) and isinstance(part, dict) else part
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
    )
