"""Looking at what a change of a group would do to the carts in use; nothing is changed."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.site_groups.preview import Preview, PreviewCheck, PreviewRequest
from handcart.domain.site_groups.requests import changed_group, group_named
from handcart.store.carts_in_use import list_carts_in_use
from handcart.store.stores import Stores

CARTS_MAX = 200_000


async def preview_site_group(stores: Stores, project: str, group_id: str, request: PreviewRequest) -> Preview:
    """The carts that would come together and those that would be separated; ``CARTS_MAX`` are looked at, in pages.

    Raises ResourceNotFound, and what the change itself would raise.
    """
    catalogue = await stores.catalogues.fresh(project)
    before = group_named(catalogue, group_id)
    if before is None:
        raise ResourceNotFound(id=group_id)
    after = changed_group(before, request.change(), catalogue)
    check = PreviewCheck(before, after, catalogue)
    seen = 0
    async for carts in list_carts_in_use(stores.database, project, {*before.sites, *after.sites}):
        if seen >= CARTS_MAX:
            return check.preview(is_complete=False)
        check.look_at(carts)
        seen += len(carts)
    return check.preview(is_complete=True)
