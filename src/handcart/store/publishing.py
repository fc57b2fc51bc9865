"""Which sites and groups have changes that are not published, and how each was before them.

A row is there from the first change until the thing is published, or is again as it was.
"""

from datetime import datetime
from typing import Any

import msgspec

from handcart.domain.document import timestamp_of
from handcart.domain.site import Site, SiteGroup
from handcart.domain.site_groups.publishing import AssetType, Change, Unpublished
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement

_KINDS: dict[AssetType, str] = {"site": "store", "siteGroup": "site-group"}
_TYPES: dict[str, AssetType] = {kind: type_ for type_, kind in _KINDS.items()}
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    "store": msgspec.json.Decoder(Site),
    "site-group": msgspec.json.Decoder(SiteGroup),
}


async def lock_catalogue(transaction: Transaction, project: str) -> None:
    """Let no other writer of the project's catalogue through until the transaction ends, without outdating caches."""
    await transaction.execute(statement("lock_catalogue"), project)


async def keep_published(
    transaction: Transaction, project: str, asset: AssetType, name: str, *, before: bytes | None, now: datetime
) -> None:
    """Remember, after a change, how the thing was before it; whoever changed it has bumped ``catalogue`` first.

    ``before`` is its document, None for what is new. An earlier unpublished change has remembered it already.
    """
    kind = _KINDS[asset]
    await transaction.execute(statement("keep_published"), project, kind, name, before, now)
    await transaction.execute(statement("forget_undone_changes"), project, kind, name)


async def list_unpublished(querying: Querying, project: str) -> list[Unpublished]:
    """Everything with unpublished changes."""
    return [
        Unpublished(
            type=_TYPES[row["kind"]],
            id=row["name"],
            published=_decoders[row["kind"]].decode(row["published"]) if row["published"] is not None else None,
            changed_at=timestamp_of(row["changed_at"]),
        )
        for row in await querying.rows(statement("list_unpublished"), project)
    ]


async def publish_changes(transaction: Transaction, project: str, changes: list[Change]) -> None:
    """Make these changes published; this transaction has locked the catalogue."""
    kinds = [_KINDS[each.type] for each in changes]
    await transaction.execute(statement("publish_changes"), project, kinds, [each.id for each in changes])
