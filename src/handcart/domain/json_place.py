"""Where in a JSON text something stands, so that whoever wrote it can find it."""

import json
import re
from collections.abc import Sequence

_BLANK = re.compile(r"[\s,:]*")
_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_decoder = json.JSONDecoder()


def path_of(text: str) -> tuple[str | int, ...]:
    """The parts of a path such as ``$.sites[0].key``; a part that is not told, as ``[...]``, ends it."""
    parts: list[str | int] = []
    at = 1
    while found := _PART.match(text, at):
        parts.append(found[1] if found[1] is not None else int(found[2]))
        at = found.end()
    return tuple(parts)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, counted from 1, on which the path leads; that of the last part that is there, where not all are.

    The text is JSON; what lies before the path is skipped and not kept.
    """
    at = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches the empty text too
    for part in path:
        found = _step(text, at, part)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _step(text: str, at: int, part: str | int) -> int | None:
    """Where the value of one part begins within the object or array at ``at``."""
    if text[at] not in "{[":
        return None
    is_object = text[at] == "{"
    place, at = 0, _skip(text, at + 1)
    while text[at] not in "]}":
        name: str | int = place
        if is_object:
            name, end = _decoder.raw_decode(text, at)
            at = _skip(text, end)
        if name == part:
            return at
        at = _skip(text, _decoder.raw_decode(text, at)[1])
        place += 1
    return None


def _skip(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty text too
