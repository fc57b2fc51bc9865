"""Site groups: sites that belong together, and may share one cart."""

from handcart.domain.document import Draft
from handcart.domain.errors import InvalidField, ReferencedResourceNotFound
from handcart.domain.products.building import Building
from handcart.domain.resources.action import check_name
from handcart.domain.site import SiteGroup


class SiteInGroup(Draft):
    """A site, named by its key."""

    id: str


class SiteGroupDraft(Draft):
    """A group as a client sends it; ``id`` is the client's choice (S4-45)."""

    display_name: str
    sites: tuple[SiteInGroup | str, ...]
    shared_cart: bool = False
    id: str | None = None


def site_group_from(draft: SiteGroupDraft, building: Building, *, resource_id: str) -> SiteGroup:
    """The group that a draft asks for; ``resource_id`` is for one that names no id.

    Raises ReferencedResourceNotFound for a site that does not exist, InvalidField for one named twice. Whether a site
    may join is not decided here.
    """
    keys = tuple(each if isinstance(each, str) else each.id for each in draft.sites)
    for key in keys:
        if key not in building.catalogue.sites:
            raise ReferencedResourceNotFound(type_id="store", key=key)
        if keys.count(key) > 1:
            raise InvalidField(field="sites", invalid_value=key)
    return SiteGroup(
        id=check_name(draft.id if draft.id is not None else resource_id, field="id"),
        display_name=draft.display_name,
        sites=keys,
        shared_cart=draft.shared_cart,
    )
