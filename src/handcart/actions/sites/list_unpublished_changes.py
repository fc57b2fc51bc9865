"""Listing what was changed and not published since (S4-43)."""

from handcart.domain.site_groups.publishing import Change, changes_of
from handcart.store.publishing import list_unpublished
from handcart.store.stores import Stores


async def list_unpublished_changes(stores: Stores, project: str) -> list[Change]:
    """The changes of all sites and groups together, one for each (B-O12)."""
    catalogue = await stores.catalogues.fresh(project)
    return changes_of(catalogue, await list_unpublished(stores.database, project))
