"""The two kinds of structs: documents, whose JSON is what is stored and sent, and drafts, which clients send."""

from datetime import UTC, datetime
from typing import Any, ClassVar, NewType, dataclass_transform

import msgspec

from handcart.domain.errors import InvalidField, NotImplementedYet

Timestamp = NewType("Timestamp", str)
"""An instant as the wire writes it: UTC with milliseconds, ``2026-11-22T09:30:00.000Z``; sorts as text."""

LocalizedString = dict[str, str]


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class KeywordOnly(msgspec.StructMeta):
    """Makes the fields of every struct below keyword-only: msgspec does not pass that on to subclasses."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> type:
        return super().__new__(mcls, name, bases, namespace, **{"kw_only": True, **options})


class Document(msgspec.Struct, metaclass=KeywordOnly, frozen=True, omit_defaults=True, rename="camel", gc=False):
    """A stored and answered value. Absent is ``None`` and left out; what clients always need has no default.

    The garbage collector does not look at documents: they are trees, which reference counting frees, and a cart of 200
    lines has some 10,000 of them.
    """


class Draft(
    msgspec.Struct,
    metaclass=KeywordOnly,
    frozen=True,
    omit_defaults=True,
    rename="camel",
    forbid_unknown_fields=True,
):
    """A value that a client sends. ``null`` counts as absent; a field nobody knows is refused."""


class PartialDraft(Draft):
    """A draft with published fields that Handcart does not have yet: they are named in a refusal, never dropped."""

    NOT_YET: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for name in self.NOT_YET:
            if getattr(self, name):
                head, *tail = name.split("_")
                raise NotImplementedYet(feature=head + "".join(each.capitalize() for each in tail))


_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(value: object) -> bytes:
    """The JSON that goes over the wire and into the database."""
    return _encoder.encode(value)


def timestamp_of(instant: datetime) -> Timestamp:
    """The wire's spelling of an aware instant."""
    return Timestamp(instant.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z")


def instant_of(timestamp: str) -> datetime:
    """The instant that a wire timestamp names."""
    return datetime.fromisoformat(timestamp)


def timestamp_from(text: str | None, *, field: str) -> Timestamp | None:
    """A client's instant in the wire's spelling.

    Raises InvalidField for one without a zone, for none at all, and outside the years 1000 to 9999, where timestamps
    would no longer sort as text.
    """
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None and instant.astimezone(UTC).year >= 1000:
            return timestamp_of(instant)
    except (ValueError, OverflowError):
        pass
    raise InvalidField(field=field, invalid_value=text)
