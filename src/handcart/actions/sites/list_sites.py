"""Listing the sites."""

from handcart.actions.assets import assets_of
from handcart.domain.site_groups.showing import ShownSite, shown_site
from handcart.store.stores import Stores


async def list_sites(stores: Stores, project: str, *, is_published: bool, language: str | None) -> list[ShownSite]:
    """All sites as saved or as published; every process has all of them in its catalogue anyway."""
    assets = await assets_of(stores, project, is_published=is_published)
    return [shown_site(each, assets.catalogue, language) for each in assets.sites.values()]
