"""The sites and groups that an administrator looks at: as saved, or as published."""

from handcart.domain.site_groups.publishing import published_assets
from handcart.domain.site_groups.showing import Assets, saved_assets
from handcart.store.publishing import list_unpublished
from handcart.store.stores import Stores


async def assets_of(stores: Stores, project: str, *, is_published: bool) -> Assets:
    """The sites and groups as the database has them now, not as a cache may have had them a second ago.

    The catalogue is read first: what is changed in between then still has its former state beside it.
    """
    catalogue = await stores.catalogues.fresh(project)
    if not is_published:
        return saved_assets(catalogue)
    return published_assets(catalogue, await list_unpublished(stores.database, project))
