"""Site groups: rows among the small resources, known by an id of the administrator's choice."""

from datetime import datetime

from handcart.domain.document import encode
from handcart.domain.sharing import SharingChange
from handcart.domain.site import SiteGroup
from handcart.store.database import Transaction
from handcart.store.statements import statement


async def upsert_site_group(transaction: Transaction, project: str, group: SiteGroup, now: datetime) -> None:
    """Write a group over the one with its id, if there is one; the epoch ``catalogue`` was bumped before."""
    await transaction.execute(statement("upsert_site_group"), project, group.id, encode(group), now)


async def delete_site_group(transaction: Transaction, project: str, group_id: str) -> None:
    """Delete a group; the epoch ``catalogue`` was bumped before."""
    await transaction.execute(statement("delete_site_group"), project, group_id)


async def insert_site_group_change(transaction: Transaction, project: str, change: SharingChange) -> None:
    """Keep that other sites share a cart now; the epoch ``catalogue`` was bumped before."""
    await transaction.execute(
        statement("insert_site_group_change"), project, change.group_id, change.epoch, encode(change)
    )
