"""Whose each part of a cart's change is: units and values by the hands they came from, as of some instant on.

Units are counted: what one hand put in and another raised belongs to both, each its share. A value has one author, the
last one. Where an operator's share was taken back before, it counts as never having been there.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from handcart.domain.document import Timestamp
from handcart.domain.intents import Change, Step

UNDONE = "CartUndone"
"""The kind of the event that takes back what operators did."""


class Cover(msgspec.Struct, frozen=True):
    """What an undo takes back: what operators did since an instant; of one of them, if it is named."""

    since: Timestamp
    operator: str | None = None

    def holds(self, operator: str | None, at: Timestamp) -> bool:
        """Whether an operator's change at that instant is taken back."""
        return operator is not None and at >= self.since and self.operator in (None, operator)


class Share:
    """The units of one line that one operator has added (or, below zero, taken away) and that are still so."""

    def __init__(self, before: int, at: Timestamp) -> None:
        self.units = 0
        self.before = before
        """The quantity before the operator first changed it."""
        self.at = at
        """When that was."""
        self.is_touched = False
        """Whether another hand has changed the quantity since."""


class Units:
    """The quantity of one line, and each operator's share in its changes; the last one to change it comes last."""

    def __init__(self) -> None:
        self.shares: dict[str, Share] = {}

    @property
    def is_touched(self) -> bool:
        """Whether another hand has changed the quantity since an operator did."""
        return any(share.is_touched for share in self.shares.values())

    def change(self, change: Change, step: Step, undo: Cover | None) -> None:
        """One event has changed the quantity."""
        before, moved = change.before or 0, (change.after or 0) - (change.before or 0)
        if step.operator is not None:
            share = self.shares.pop(step.operator, None) or Share(before, step.at)
            share.units += moved
            self.shares[step.operator] = share
            self._touch(by=step.operator)
        elif undo is not None:
            self._undo(moved, undo)
        else:
            self._overrule(moved)
            self._touch(by=None)

    def _touch(self, *, by: str | None) -> None:
        for operator, share in self.shares.items():
            share.is_touched = share.is_touched or operator != by

    def _undo(self, moved: int, undo: Cover) -> None:
        for operator, share in list(self.shares.items()):
            if undo.operator in (None, operator):
                # Against the share: what an undo moves the other way it gives back to somebody.
                back = min(abs(moved), abs(share.units)) if moved * share.units < 0 else 0
                share.units += back if moved > 0 else -back
                moved -= back if moved > 0 else -back
                if share.units == 0:
                    del self.shares[operator]

    def _overrule(self, moved: int) -> None:
        """The shopper says how many: what an operator took away stays away, and what it added goes first."""
        for share in self.shares.values():
            share.units = max(share.units, 0)
        for share in reversed(self.shares.values()):
            gone = min(share.units, max(-moved, 0))
            share.units -= gone
            moved += gone


class Wrote(msgspec.Struct, frozen=True):
    """Who changed a value when, from what to what; ``operator`` is None for everybody else."""

    operator: str | None
    at: Timestamp
    before: Any
    after: Any


class Ledger:
    """The account of a cart's changes, the oldest first."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.units: dict[str, Units] = {}
        """By path of the line or custom line."""
        self.values: dict[str, list[Wrote]] = {}
        self.removed: dict[str, tuple[int, dict[str, Any], list[str]]] = {}
        """Of each line that went: in which step, as it was, and the order of the lines before."""
        self.added: dict[str, int] = {}
        """In which step each line came."""
        for number, step in enumerate(steps):
            self._enter(number, step)

    def _enter(self, number: int, step: Step) -> None:
        undo = _cover_of(step)
        # What was said of a line when it came or went belongs to its coming and going.
        whole = {_line_of(x.path) for x in step.changes if _is_quantity(x.path) and None in (x.before, x.after)}
        for path, line in step.removed.items():
            self.removed[path] = (number, line, step.order)
        for change in step.changes:
            line = _line_of(change.path)
            if line is not None and _is_quantity(change.path):
                if change.before is None:
                    self.added[line] = number
                self.units.setdefault(line, Units()).change(change, step, undo)
            elif line is None or line not in whole:
                self._write(change, step, undo)

    def _write(self, change: Change, step: Step, undo: Cover | None) -> None:
        written = self.values.setdefault(change.path, [])
        if undo is not None:
            kept = list(written)
            while kept and undo.holds(kept[-1].operator, kept[-1].at):
                kept.pop()
            if len(kept) < len(written) and written[len(kept)].before == change.after:
                written[:] = kept
                return
        written.append(Wrote(step.operator, step.at, change.before, change.after))

    def said_of(self, line: str) -> Iterator[Wrote]:
        """What was said of a line while it was there."""
        return (each for path, written in self.values.items() if path.startswith(f"{line}/") for each in written)


def _cover_of(step: Step) -> Cover | None:
    if step.kind != UNDONE:
        return None
    said = step.actions[0]
    return Cover(Timestamp(said["since"]), said.get("operatorId"))


def _line_of(path: str) -> str | None:
    head, *steps = path.split("/")
    return f"{head}/{steps[0]}" if head in ("lineItems", "customLineItems") and steps else None


def _is_quantity(path: str) -> bool:
    return path.endswith("/quantity") and path.count("/") == 2


class Target(msgspec.Struct, frozen=True):
    """What a value becomes; ``would_be`` is what it would be, had not another hand changed it after an operator."""

    value: Any
    is_kept: bool = False
    would_be: Any = None


def target_of(written: list[Wrote], cover: Cover) -> Target | None:
    """What taking back makes of a value; None where there is nothing to take back."""
    is_covered = [cover.holds(each.operator, each.at) for each in written]
    if True not in is_covered:
        return None
    last = max((number for number, covered in enumerate(is_covered) if not covered), default=-1)
    value = written[last].after if last >= 0 else written[0].before
    if True not in is_covered[: last + 1]:
        return Target(value)
    first = max(number for number in range(last) if is_covered[number])
    while first > 0 and is_covered[first - 1]:
        first -= 1
    would_be = written[first].before
    return Target(value, is_kept=would_be != value, would_be=would_be)
