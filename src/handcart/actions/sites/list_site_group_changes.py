"""Listing how the sites of a group that share a cart have changed."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.sharing import SharingChange
from handcart.domain.site_groups.requests import group_named
from handcart.store.stores import Stores


async def list_site_group_changes(stores: Stores, project: str, group_id: str) -> list[SharingChange]:
    """The changes, the newest first; those of a group that was deleted are still told. Raises ResourceNotFound."""
    catalogue = await stores.catalogues.fresh(project)
    found = [each for each in catalogue.sharing.changes if each.group_id == group_id]
    if not found and group_named(catalogue, group_id) is None:
        raise ResourceNotFound(id=group_id)
    return found[::-1]
