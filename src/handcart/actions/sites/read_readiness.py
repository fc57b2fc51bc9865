"""Reading whether the sites of a group are ready to share a cart (S4-22, S4-29)."""

from handcart.actions.readying import check_readiness
from handcart.domain.errors import InvalidField, ResourceNotFound
from handcart.domain.site_groups.readiness import Readiness
from handcart.domain.site_groups.requests import group_named
from handcart.store.stores import Stores


async def read_readiness(stores: Stores, project: str, group_id: str, *, only: str | None) -> Readiness:
    """What the group's sites lack, or what ``only`` lacks: one of them, or one that might join them.

    Raises ResourceNotFound for the group, InvalidField for a site that does not exist.
    """
    catalogue = await stores.catalogues.fresh(project)
    group = group_named(catalogue, group_id)
    if group is None:
        raise ResourceNotFound(id=group_id)
    if only is not None and only not in catalogue.sites:
        raise InvalidField(field="site", invalid_value=only)
    sites = group.sites if only is None or only in group.sites else (*group.sites, only)
    known = [catalogue.sites[each] for each in sites if each in catalogue.sites]
    check, is_complete = await check_readiness(stores, catalogue, known, only=only)
    return check.readiness(is_complete=is_complete)
