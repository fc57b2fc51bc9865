"""Filters of collections in the words of SCIM (RFC 7644): ``displayName co "US" and not (id eq "de")``.

Attributes and operators are known in any case. An attribute has any number of texts; a comparison holds where one of
them fits, and ``ne`` where none is equal. Only attributes of this kind exist here, so ``gt`` and its like do not.
"""

import json
import re
from collections.abc import Callable, Mapping

import msgspec

from handcart.domain.errors import InvalidInput

LENGTH_MAX = 4_000
DEPTH_MAX = 32

Values = Mapping[str, tuple[str, ...]]
"""What a thing has to be found by: the texts of each of its attributes."""

Filter = Callable[[Values], bool]
"""Whether a thing with these values is asked for."""

_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[A-Za-z0-9_.:$-]+)|(?P<mark>[()]))')
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda found, wanted: found == wanted,
    "co": lambda found, wanted: wanted in found,
    "sw": lambda found, wanted: found.startswith(wanted),
    "ew": lambda found, wanted: found.endswith(wanted),
}


class Attribute(msgspec.Struct, frozen=True):
    """An attribute that a filter may name. Ids are compared exactly, prose in any case."""

    name: str
    is_exact: bool


def parse_filter(text: str, attributes: tuple[Attribute, ...]) -> Filter:
    """The filter that a client wrote. Raises InvalidInput, with the place, for what is none or names something else."""
    if len(text) > LENGTH_MAX:
        raise InvalidInput(detail=f"Malformed parameter: q: it is longer than {LENGTH_MAX} characters.")
    return _Parser(text, {each.name.lower(): each for each in attributes}).filter()


class _Parser:
    def __init__(self, text: str, attributes: Mapping[str, Attribute]) -> None:
        self._attributes = attributes
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def filter(self) -> Filter:
        found = self._either()
        kind, said, place = self._tokens[self._next]
        if kind != "end":
            raise _malformed(f"{said} was not expected", place)
        return found

    def _take(self) -> tuple[str, str, int]:
        token = self._tokens[self._next]
        self._next += token[0] != "end"
        return token

    def _takes_word(self, word: str) -> bool:
        kind, said, _ = self._tokens[self._next]
        if kind == "word" and said.lower() == word:
            self._next += 1
            return True
        return False

    def _either(self) -> Filter:
        parts = [self._both()]
        while self._takes_word("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda values: any(each(values) for each in parts)

    def _both(self) -> Filter:
        parts = [self._one()]
        while self._takes_word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda values: all(each(values) for each in parts)

    def _one(self) -> Filter:
        if self._takes_word("not"):
            kind, said, place = self._take()
            if said != "(" or kind != "mark":
                raise _malformed("not is followed by a parenthesis", place)
            part = self._group(place)
            return lambda values: not part(values)
        kind, said, place = self._take()
        if kind == "mark" and said == "(":
            return self._group(place)
        if kind != "word":
            raise _malformed("an attribute was expected", place)
        return self._comparison(said, place)

    def _group(self, place: int) -> Filter:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise _malformed("there are too many parentheses", place)
        part = self._either()
        kind, said, place = self._take()
        if kind != "mark" or said != ")":
            raise _malformed("a closing parenthesis was expected", place)
        self._depth -= 1
        return part

    def _comparison(self, name: str, place: int) -> Filter:
        attribute = self._attributes.get(name.lower())
        if attribute is None:
            known = ", ".join(each.name for each in self._attributes.values())
            raise _malformed(f"{name} cannot be asked for (what can be: {known})", place)
        _, operator, place = self._take()
        operator = operator.lower()
        if operator == "pr":
            return lambda values: any(values[attribute.name])
        if operator not in (*_TESTS, "ne"):
            raise _malformed("one of eq, ne, co, sw, ew, pr was expected", place)
        kind, said, place = self._take()
        if kind != "text":
            raise _malformed("a text in double quotes was expected", place)
        wanted = _text_of(said, place)
        return _compared(attribute, operator, wanted)


def _compared(attribute: Attribute, operator: str, wanted: str) -> Filter:
    if operator == "ne":
        equal = _compared(attribute, "eq", wanted)
        return lambda values: not equal(values)
    test = _TESTS[operator]
    if attribute.is_exact:
        return lambda values: any(test(each, wanted) for each in values[attribute.name])
    folded = wanted.casefold()
    return lambda values: any(test(each.casefold(), folded) for each in values[attribute.name])


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """The kind, text and place of each token, and one for the end."""
    found: list[tuple[str, str, int]] = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None:
            raise _malformed(f"{text[place : place + 20].strip()} is not understood", place)
        kind = token.lastgroup or ""
        found.append((kind, token[kind], token.start(kind)))
        place = token.end()
    return [*found, ("end", "the end", end)]


def _text_of(token: str, place: int) -> str:
    try:
        text: str = json.loads(token)
    except ValueError:
        raise _malformed(f"{token} is not a text", place) from None
    return text


def _malformed(what: str, place: int) -> InvalidInput:
    return InvalidInput(detail=f"Malformed parameter: q: {what}, at character {place + 1}.")
