"""What happened to many carts, read from the event log by primary key in one statement.

The versions of one cart follow each other without a gap in the order of their commits, because each write compares the
version: so what is above the last version that was told is all that is new.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog

from handcart.domain.live import CartFacts, RecordedChange
from handcart.store.compression import decompress
from handcart.store.database import Database
from handcart.store.statements import statement

CHANGES_MAX = 500
"""More are not told one by one: who is so far behind looks at the cart."""

_log = structlog.get_logger("handcart.store.live")

_decoder = msgspec.json.Decoder(RecordedChange)

CartKey = tuple[str, str]
"""A project and a cart's id."""


class AskedCart(msgspec.Struct, frozen=True):
    """A cart and the version from which on it is asked about; None asks only what it is now."""

    key: CartKey
    version: int | None
    is_new: bool = False


class CartNews(msgspec.Struct, frozen=True):
    """What a cart is now, None where it is no more, and the changes since; ``is_cut`` where they are too many,
    or some of them another owner's.
    """

    facts: CartFacts | None
    recorded: list[RecordedChange]
    is_cut: bool


async def list_cart_news(database: Database, asked: Sequence[AskedCart]) -> dict[CartKey, CartNews]:
    """The news of these carts. One that still is at its version is left out, unless it is asked about anew."""
    rows = await database.rows(
        statement("list_cart_news"),
        [each.key[0] for each in asked],
        [UUID(each.key[1]) for each in asked],
        [each.version for each in asked],
        [each.is_new for each in asked],
        CHANGES_MAX + 1,
    )
    found: dict[CartKey, CartNews] = {}
    bodies: dict[CartKey, list[bytes]] = {}
    for row in rows:
        key = (row["project"], str(row["id"]))
        if key not in found:
            facts = None
            if row["version"] is not None:
                facts = CartFacts(version=row["version"], state=row["state"], owner=row["owner"], site=row["site"])
            found[key] = CartNews(facts, [], False)
        if row["body"] is not None:
            bodies.setdefault(key, []).append(row["body"])
    for key, several in bodies.items():
        recorded = _decoded(several) if len(several) <= CHANGES_MAX else None
        is_cut = recorded is None or any(each.changed_hands for each in recorded)
        found[key] = CartNews(found[key].facts, [] if is_cut or recorded is None else recorded, is_cut)
    return found


def _decoded(bodies: Sequence[bytes]) -> list[RecordedChange] | None:
    """The changes; None where one of them cannot be read, so that it keeps nobody from the others' news."""
    try:
        return [_decoder.decode(decompress(each)) for each in bodies]
    except msgspec.DecodeError:
        _log.exception("an event cannot be told")
        return None
