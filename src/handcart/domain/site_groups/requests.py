"""What an administrator asks of a site group, and the group that this comes to (S4-39 … S4-57)."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Draft
from handcart.domain.errors import (
    DuplicateField,
    InvalidField,
    ReferencedResourceNotFound,
    SiteGroupNotEmpty,
    SiteSharesCartAlready,
)
from handcart.domain.ids import SiteKey
from handcart.domain.resources.action import check_name
from handcart.domain.resources.kinds import check_texts
from handcart.domain.scope import sharing_group_of
from handcart.domain.site import Site, SiteGroup

ID_LENGTH_MAX = 256


class GroupSite(Draft):
    """A member: the site's id. Its ``name`` is the site's own and is ignored, so that an answer can be sent back."""

    id: str
    name: Any = None


class SiteGroupRequest(Draft):
    """A new group. ``sites`` has to be there, and may be empty (T-35); ``force`` joins sites that are not ready."""

    sites: tuple[GroupSite, ...]
    id: str | None = None
    display_name: str | None = None
    shared_cart: bool | None = None
    force: bool | None = None


class SiteGroupChange(Draft):
    """A change of a group: what is absent stays (S4-53), ``sites`` replaces all (S4-54), ``id`` is ignored (S4-52)."""

    id: Any = None
    display_name: str | None = None
    sites: tuple[GroupSite, ...] | None = None
    shared_cart: bool | None = None
    force: bool | None = None


class PlannedGroup(msgspec.Struct, frozen=True):
    """A group as it would be after a change, of it or of a site in it, and the project's sites as they then were."""

    group: SiteGroup
    sites: Mapping[str, Site]


def group_named(catalogue: Catalogue, group_id: str) -> SiteGroup | None:
    """The group with that id."""
    return next((each for each in catalogue.groups if each.id == group_id), None)


def new_group(request: SiteGroupRequest, catalogue: Catalogue, *, new_id: str) -> SiteGroup:
    """The group that a request asks for; ``new_id`` is for one that names no id (S4-48).

    Raises DuplicateField for an id that is taken, ReferencedResourceNotFound for a site that does not exist,
    SiteSharesCartAlready, InvalidField.
    """
    group_id = check_name(request.id, field="id") if request.id is not None else new_id
    if len(group_id) > ID_LENGTH_MAX:
        raise InvalidField(field="id", invalid_value=group_id)
    if group_named(catalogue, group_id) is not None:
        raise DuplicateField(field="id", duplicate_value=group_id)
    name = request.display_name if request.display_name is not None else group_id
    group = SiteGroup(
        id=group_id,
        display_name=check_name(name, field="displayName"),
        sites=_members(request.sites, catalogue),
        shared_cart=bool(request.shared_cart),
    )
    return _checked(group, catalogue)


def changed_group(group: SiteGroup, change: SiteGroupChange, catalogue: Catalogue) -> SiteGroup:
    """The group after a change; an equal one where it changes nothing. Raises as for a new one."""
    after = group
    if change.display_name is not None:
        after = replace(after, display_name=check_name(change.display_name, field="displayName"))
    if change.sites is not None:
        after = replace(after, sites=_members(change.sites, catalogue))
    if change.shared_cart is not None:
        after = replace(after, shared_cart=change.shared_cart)
    return _checked(after, catalogue)


def check_removable(group: SiteGroup) -> None:
    """Refuse to delete a group that still contains sites (S4-57)."""
    if group.sites:
        raise SiteGroupNotEmpty(id=group.id, sites=list(group.sites))


def is_joining(before: SiteGroup | None, after: SiteGroup) -> bool:
    """Whether sites come to share a cart that do not share it yet, where the groups have only those that can."""
    if not after.shared_cart or len(after.sites) < 2:
        return False
    sharing = set(before.sites) if before is not None and before.shared_cart else set()
    return not sharing.issuperset(after.sites)


def _members(sites: tuple[GroupSite, ...], catalogue: Catalogue) -> tuple[str, ...]:
    keys = tuple(each.id for each in sites)
    for place, key in enumerate(keys):
        if key not in catalogue.sites:
            raise ReferencedResourceNotFound(type_id="site", id=key)
        if key in keys[:place]:
            raise InvalidField(field="sites", invalid_value=key)
    return keys


def _checked(group: SiteGroup, catalogue: Catalogue) -> SiteGroup:
    """A site is in at most one group that shares its cart, and in as many others as one likes (S4-42, B-O5)."""
    check_texts({"id": group.id, "displayName": group.display_name}, "")
    others = [each for each in catalogue.groups if each.id != group.id]
    for site in group.sites if group.shared_cart else ():
        other = sharing_group_of(SiteKey(site), others)
        if other is not None:
            raise SiteSharesCartAlready(site=site, group=other.id)
    return group
