"""Looking at what a change of a group would do to the carts in use; nothing is changed."""

from handcart.actions.readying import preview_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.site_groups.preview import Preview, PreviewRequest
from handcart.domain.site_groups.requests import PlannedGroup, changed_group, group_named
from handcart.store.stores import Stores


async def preview_site_group(stores: Stores, project: str, group_id: str, request: PreviewRequest) -> Preview:
    """The carts that would come together and those that would be separated.

    Raises ResourceNotFound, and what the change itself would raise.
    """
    catalogue = await stores.catalogues.fresh(project)
    before = group_named(catalogue, group_id)
    if before is None:
        raise ResourceNotFound(id=group_id)
    after = changed_group(before, request.change(), catalogue)
    return await preview_of(stores, catalogue, before, PlannedGroup(after, catalogue.sites))
