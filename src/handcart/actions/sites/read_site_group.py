"""Reading one site group (S4-58)."""

from handcart.actions.assets import assets_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.site_groups.showing import ShownGroup, shown_group
from handcart.store.stores import Stores


async def read_site_group(
    stores: Stores, project: str, group_id: str, *, is_published: bool, language: str | None
) -> ShownGroup:
    """The group as saved or as published. Raises ResourceNotFound."""
    assets = await assets_of(stores, project, is_published=is_published)
    group = assets.groups.get(group_id)
    if group is None:
        raise ResourceNotFound(id=group_id)
    return shown_group(group, assets.sites, language)
