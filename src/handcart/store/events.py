"""The event log, read back."""

from uuid import UUID

import msgspec

from handcart.domain.event import EventBody, PersonalPart
from handcart.domain.history import RecordedEvent
from handcart.store.compression import decompress
from handcart.store.database import Querying
from handcart.store.statements import statement

_body_decoder = msgspec.json.Decoder(EventBody)
_personal_decoder = msgspec.json.Decoder(PersonalPart)


async def list_events(
    querying: Querying, project: str, aggregate_id: str, *, limit: int, version_min: int = 0
) -> list[RecordedEvent]:
    """The events of a cart or an order up to a number, the newest first, down to the one that reached a version."""
    rows = await querying.rows(statement("list_events"), project, UUID(aggregate_id), limit, version_min)
    return [
        RecordedEvent(
            _body_decoder.decode(decompress(row["body"])),
            _personal_decoder.decode(row["personal"]) if row["personal"] is not None else None,
            row["is_erased"],
        )
        for row in rows
    ]


async def count_events(querying: Querying, project: str, aggregate_id: str) -> int:
    """How many events a cart or an order has."""
    row = await querying.row(statement("count_events"), project, UUID(aggregate_id))
    assert row is not None
    total: int = row["total"]
    return total
