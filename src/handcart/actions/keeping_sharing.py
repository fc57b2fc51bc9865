"""Keeping how the sites that share a cart change, in the transaction that changes them."""

from datetime import datetime

from msgspec.structs import replace

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import timestamp_of
from handcart.domain.sharing import SharingChange, changes_since
from handcart.domain.site_groups.preview import Preview
from handcart.store.database import Transaction
from handcart.store.site_groups import insert_site_group_change


async def keep_sharing(
    transaction: Transaction, catalogue: Catalogue, now: datetime, *, counted: Preview | None = None
) -> None:
    """Keep what is not as it was after the last change; ``catalogue`` is as this transaction has made it.

    ``counted`` is what the change was found to do to the carts there were.
    """
    at = timestamp_of(now)
    found = changes_since(catalogue.sharing, catalogue.sharing_groups, catalogue.sites, epoch=catalogue.epoch, at=at)
    for change in found:
        is_meant = counted is not None and counted.id == change.group_id
        kept = _with_counts(change, counted) if counted is not None and is_meant else change
        await insert_site_group_change(transaction, catalogue.settings.key, kept)


def _with_counts(change: SharingChange, counted: Preview) -> SharingChange:
    return replace(
        change,
        merging=counted.merging.count,
        separating=counted.separating.count,
        is_complete=counted.is_complete,
    )
