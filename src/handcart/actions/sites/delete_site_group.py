"""Deleting a site group (S4-56), which has to be empty (S4-57)."""

from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.site_groups.requests import check_removable, group_named
from handcart.store import site_groups
from handcart.store.changes import bump
from handcart.store.publishing import keep_published
from handcart.store.stores import Stores


async def delete_site_group(stores: Stores, project: str, group_id: str) -> None:
    """Raises ResourceNotFound, SiteGroupNotEmpty."""
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        group = group_named(await stores.catalogues.fresh(project, within=transaction), group_id)
        if group is None:
            raise ResourceNotFound(id=group_id)
        check_removable(group)
        await site_groups.delete_site_group(transaction, project, group_id)
        now = stores.clock.utc_now()
        await keep_published(transaction, project, "siteGroup", group_id, before=encode(group), now=now)
    stores.changes.note(project, "catalogue", epoch)
