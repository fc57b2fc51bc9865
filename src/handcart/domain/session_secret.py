"""A guest's ``anonymousId`` is what opens the guest's session, so no answer to a member of staff tells it."""

from decimal import Decimal
from typing import Any

import msgspec

from handcart.domain.document import encode
from handcart.domain.event import SECRET_FIELDS

_NAMES = tuple(f'"{each}"'.encode() for each in SECRET_FIELDS)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def without_sessions(body: bytes) -> bytes:
    """A JSON document without the secret, wherever in it it is; the very bytes where it is not in it."""
    if not any(each in body for each in _NAMES):
        return body
    return encode(_without(_decoder.decode(body)))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if name not in SECRET_FIELDS}
    return [_without(each) for each in value] if isinstance(value, list) else value
