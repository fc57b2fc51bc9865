"""The language of the query parameter ``where``: text into a tree of conditions, without knowing any table.

``cartState = "Active" and store(key in ("a", "b")) and not (createdAt < :since)``: a field within brackets is named by
its path, here ``store.key``; ``:since`` stands for the query parameter ``var.since``. Whether a field exists, and of
which kind it is, the store decides; so every condition remembers where in the text it stood.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from handcart.domain.errors import InvalidInput

LENGTH_MAX = 10_000
DEPTH_MAX = 40
"""Nested brackets; more than anybody writes, and less than the parser's stack holds."""

ValueKind = Literal["string", "number", "boolean", "variable"]


class Value(msgspec.Struct, frozen=True):
    """A literal, or what a variable stands for: a variable has no kind, it takes that of the field."""

    text: str
    kind: ValueKind


class Condition(msgspec.Struct, frozen=True):
    """A field compared: ``=``, ``<`` … have one value, ``in`` and ``contains …`` any number, ``is defined`` none."""

    path: str
    operator: str
    values: tuple[Value, ...]
    position: int


class All(msgspec.Struct, frozen=True):
    """Every part holds."""

    parts: tuple["Predicate", ...]


class Either(msgspec.Struct, frozen=True):
    """At least one part holds."""

    parts: tuple["Predicate", ...]


class Not(msgspec.Struct, frozen=True):
    """The part does not hold."""

    part: "Predicate"


Predicate: TypeAlias = Condition | All | Either | Not


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    position: int


_TOKENS = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<variable>:[A-Za-z0-9_.-]+)
      | (?P<operator><>|!=|<=|>=|[=<>])
      | (?P<punctuation>[(),])
      | (?P<quoted>`[^`]+`)
      | (?P<word>[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def malformed(detail: str, position: int, *, parameter: str = "where") -> InvalidInput:
    """The refusal of a query that says something wrong at a place, counted from 1."""
    return InvalidInput(detail=f"Malformed parameter: {parameter}: {detail} at position {position + 1}.")


def parse_predicate(text: str, variables: Mapping[str, Sequence[str]]) -> Predicate:
    """The tree of one ``where``; ``variables`` holds the values of each ``var.<name>``.

    Raises InvalidInput with the position of what is wrong.
    """
    if len(text) > LENGTH_MAX:
        raise InvalidInput(detail=f"Malformed parameter: where: it is longer than {LENGTH_MAX} characters.")
    return _Parser(text, variables).predicate()


def _tokens_of(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKENS.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise malformed(f"unexpected {text[start]!r}", start)
        tokens.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        position = match.end()
    tokens.append(_Token("end", "the end", end))
    return tokens


class _Parser:
    """Recursive descent: ``or`` binds weakest, then ``and``, then ``not``."""

    def __init__(self, text: str, variables: Mapping[str, Sequence[str]]) -> None:
        self._tokens = _tokens_of(text)
        self._next = 0
        self._depth = 0
        self._variables = variables

    def predicate(self) -> Predicate:
        found = self._either("")
        if self._token.kind != "end":
            raise self._unexpected("and, or, or the end")
        return found

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._token
        self._next += 1
        return token

    def _is_word(self, *words: str) -> bool:
        return self._token.kind == "word" and self._token.text.lower() in words

    def _accept(self, word: str) -> bool:
        if not self._is_word(word):
            return False
        self._next += 1
        return True

    def _is_sign(self, sign: str) -> bool:
        return self._token.kind == "punctuation" and self._token.text == sign

    def _expect(self, sign: str) -> None:
        if not self._is_sign(sign):
            raise self._unexpected(sign)
        self._next += 1

    def _unexpected(self, wanted: str) -> InvalidInput:
        return malformed(f"expected {wanted}, found {self._token.text}", self._token.position)

    def _either(self, prefix: str) -> Predicate:
        parts = [self._all(prefix)]
        while self._accept("or"):
            parts.append(self._all(prefix))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self, prefix: str) -> Predicate:
        parts = [self._one(prefix)]
        while self._accept("and"):
            parts.append(self._one(prefix))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, prefix: str) -> Predicate:
        if self._is_sign("("):
            return self._bracketed(prefix)
        if self._is_word("not") and self._tokens[self._next + 1].text == "(":
            self._next += 1
            return Not(self._bracketed(prefix))
        return self._condition(prefix)

    def _bracketed(self, prefix: str) -> Predicate:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise malformed(f"brackets nested deeper than {DEPTH_MAX}", self._token.position)
        self._expect("(")
        found = self._either(prefix)
        self._expect(")")
        self._depth -= 1
        return found

    def _condition(self, prefix: str) -> Predicate:
        field = self._take()
        if field.kind not in ("word", "quoted"):
            self._next -= 1
            raise self._unexpected("a field")
        path = prefix + field.text.strip("`")
        if self._is_sign("("):
            return self._bracketed(f"{path}.")
        return Condition(path, *self._operation(), field.position)

    def _operation(self) -> tuple[str, tuple[Value, ...]]:
        if self._token.kind == "operator":
            operator = self._take().text
            return "!=" if operator == "<>" else operator, (self._value(),)
        if self._accept("is"):
            operator = "is not defined" if self._accept("not") else "is defined"
            if not self._accept("defined"):
                raise self._unexpected("defined")
            return operator, ()
        if self._accept("contains"):
            if not self._is_word("any", "all"):
                raise self._unexpected("any or all")
            return f"contains {self._take().text.lower()}", self._values()
        if self._accept("not"):
            if not self._accept("in"):
                raise self._unexpected("in")
            return "not in", self._values()
        if self._accept("in"):
            return "in", self._values()
        raise self._unexpected("an operator")

    def _values(self) -> tuple[Value, ...]:
        if self._token.kind == "variable":
            return self._variable()
        self._expect("(")
        values = list(self._some_values())
        while self._is_sign(","):
            self._next += 1
            values += self._some_values()
        self._expect(")")
        return tuple(values)

    def _some_values(self) -> tuple[Value, ...]:
        return self._variable() if self._token.kind == "variable" else (self._value(),)

    def _value(self) -> Value:
        token = self._take()
        if token.kind == "string":
            return Value(_unescaped(token.text[1:-1]), "string")
        if token.kind == "number":
            return Value(token.text, "number")
        if token.kind == "word" and token.text in ("true", "false"):
            return Value(token.text, "boolean")
        self._next -= 1
        if token.kind == "variable":
            values = self._variable()
            if len(values) != 1:
                raise malformed(f"the variable {token.text} has {len(values)} values, not one", token.position)
            return values[0]
        raise self._unexpected("a value")

    def _variable(self) -> tuple[Value, ...]:
        token = self._take()
        values = self._variables.get(token.text[1:])
        if values is None:
            raise malformed(f"the variable {token.text} has no value, give var.{token.text[1:]}", token.position)
        return tuple(Value(each, "variable") for each in values)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)
