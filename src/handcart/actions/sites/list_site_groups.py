"""Listing the site groups (S4-59)."""

from handcart.actions.assets import assets_of
from handcart.domain.site_groups.showing import ShownGroup, shown_group
from handcart.store.stores import Stores


async def list_site_groups(
    stores: Stores, project: str, *, is_published: bool, language: str | None
) -> list[ShownGroup]:
    """All groups as saved or as published; a project has as many as its administrators make by hand."""
    assets = await assets_of(stores, project, is_published=is_published)
    return [shown_group(each, assets.sites, language) for each in assets.groups.values()]
