"""Reading one site."""

from handcart.actions.assets import assets_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.site_groups.showing import ShownSite, shown_site
from handcart.store.stores import Stores


async def read_site(
    stores: Stores, project: str, site_key: str, *, is_published: bool, language: str | None
) -> ShownSite:
    """The site as saved or as published. Raises ResourceNotFound."""
    assets = await assets_of(stores, project, is_published=is_published)
    site = assets.sites.get(site_key)
    if site is None:
        raise ResourceNotFound(id=site_key)
    return shown_site(site, assets.catalogue, language)
