"""Bodies into structs, and what is wrong with a body into the refusal that says so."""

import re
from collections.abc import Set
from typing import Any, TypeVar

import msgspec

from handcart.domain.errors import InvalidField, InvalidJsonInput, NotImplementedYet, Refusal, RequiredField

Decoded = TypeVar("Decoded")

_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*?)`")
_MISSING_FIELD = re.compile(r"Object missing required field `(.*?)`")
_PATH = re.compile(r" - at `\$\.?(.*)`$")
_INVALID_VALUE = re.compile(r"Invalid (?:enum )?value '(.*?)'")


def decoded(body: bytes, decoder: msgspec.json.Decoder[Decoded]) -> Decoded:
    """The body as the decoder's type. Raises InvalidJsonInput, RequiredField, InvalidField, NotImplementedYet."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise refusal_of(str(error), body, getattr(decoder.type, "UNBUILT_ACTIONS", frozenset())) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidJsonInput(detailed_error_message=str(error)) from None


def refusal_of(message: str, body: bytes, published_actions: Set[str]) -> Refusal:
    """What msgspec's message means for the client, with the path of the field and the value found there.

    It stops at the first mistake, so what follows may be no JSON at all: then InvalidJsonInput. An action that is
    published for this kind of thing and not built is NotImplementedYet.
    """
    try:
        sent = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return InvalidJsonInput(detailed_error_message=str(error))
    where = _PATH.search(message)
    path = where.group(1) if where else ""
    if missing := _MISSING_FIELD.match(message):
        return RequiredField(field=_joined(path, missing.group(1)))
    if unknown := _UNKNOWN_FIELD.match(message):
        field = _joined(path, unknown.group(1))
        return InvalidField(field=field, invalid_value=_value_at(sent, field))
    if not path:
        return InvalidJsonInput(detailed_error_message=message)
    invalid = _INVALID_VALUE.match(message)
    value = invalid.group(1) if invalid else _value_at(sent, path)
    if path.endswith(".action") and value in published_actions:
        return NotImplementedYet(feature=f"The update action {value}")
    return InvalidField(field=path, invalid_value=value)


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _value_at(sent: Any, path: str) -> Any:
    """The value that the client sent at a path such as ``actions[0].quantity``; None where it cannot be found."""
    found = sent
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found
