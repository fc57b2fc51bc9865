"""The event log, read back."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from handcart.domain.event import EventBody, PersonalPart
from handcart.domain.history import RecordedEvent
from handcart.store.compression import decompress
from handcart.store.database import Querying, Row
from handcart.store.statements import statement

_body_decoder = msgspec.json.Decoder(EventBody)
_personal_decoder = msgspec.json.Decoder(PersonalPart)


SINCE_MAX = 100
"""A shopper who changes a cart without end must not make everybody wait who reads what has changed."""


async def list_events(
    querying: Querying, project: str, aggregate_id: str, *, limit: int, version_min: int = 0
) -> list[RecordedEvent]:
    """The events of a cart or an order up to a number, the newest first, down to the one that reached a version."""
    rows = await querying.rows(statement("list_events"), project, UUID(aggregate_id), limit, version_min)
    return [_recorded(row) for row in rows]


async def list_events_since(
    querying: Querying, project: str, versions: Mapping[str, int]
) -> dict[str, list[RecordedEvent]]:
    """The events of several carts, by id, since a version of each; the newest first, nothing for an unchanged one.

    Of each cart at most ``SINCE_MAX``.
    """
    asked = [UUID(each) for each in versions]
    found: dict[str, list[RecordedEvent]] = {}
    for row in await querying.rows(statement("list_events_since"), project, asked, list(versions.values()), SINCE_MAX):
        found.setdefault(str(row["aggregate_id"]), []).append(_recorded(row))
    return found


def _recorded(row: Row) -> RecordedEvent:
    personal = row["personal"]
    return RecordedEvent(
        _body_decoder.decode(decompress(row["body"])),
        _personal_decoder.decode(personal) if personal is not None else None,
        row["is_erased"],
    )
