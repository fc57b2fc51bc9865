"""What of the sites and groups is published: what is saved, less what was changed here and not published since.

Publishing decides what ``production=true`` shows; carts go by what is saved (T-34). A project file and the stores of
the published interface take effect at once, so only changes made through the administration wait to be published.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Document, Draft, Timestamp
from handcart.domain.errors import ReferencedResourceNotFound, SitesNotPublished
from handcart.domain.scim import Values
from handcart.domain.site import Site, SiteGroup
from handcart.domain.site_groups.showing import Assets, saved_assets

AssetType = Literal["site", "siteGroup"]


class Unpublished(msgspec.Struct, frozen=True, kw_only=True):
    """A site or group with unpublished changes; ``published`` is how it was before them, None where it was not."""

    type: AssetType
    id: str
    published: Site | SiteGroup | None
    changed_at: Timestamp


class Change(Document):
    """An unpublished change, as it is answered. ``requires`` are the sites that have to be published with a group."""

    type: AssetType
    id: str
    display_name: str
    change: Literal["CREATE", "UPDATE", "DELETE"]
    last_modified: Timestamp
    requires: tuple[str, ...]

    def values(self) -> Values:
        """What a filter finds the change by."""
        return {"id": (self.id,), "displayName": (self.display_name,), "type": (self.type,)}


class PublishItem(Draft):
    """A site or group to be published. Without ``type`` it is whichever has that id."""

    id: str
    type: AssetType | None = None


class PublishRequest(Draft):
    """What to publish: items, or just their ids; without ``items`` everything that waits."""

    items: tuple[PublishItem | str, ...] | None = None


def published_assets(catalogue: Catalogue, waiting: Iterable[Unpublished]) -> Assets:
    """The sites and groups as they are published."""
    saved = saved_assets(catalogue)
    sites, groups = dict(saved.sites), dict(saved.groups)
    for each in waiting:
        if isinstance(each.published, Site):
            sites[each.id] = each.published
        elif isinstance(each.published, SiteGroup):
            groups[each.id] = each.published
        else:
            (sites if each.type == "site" else groups).pop(each.id, None)
    return Assets(catalogue, sites, groups)


def changes_of(catalogue: Catalogue, waiting: Iterable[Unpublished]) -> list[Change]:
    """The unpublished changes, sites first, then by id."""
    waiting = list(waiting)
    published = published_assets(catalogue, waiting)
    saved = saved_assets(catalogue)
    return [
        _change(each, saved, published)
        for each in sorted(waiting, key=lambda each: (each.type != "site", each.id))
        if each.published is not None or each.id in _of_type(saved, each.type)
    ]


def plan_publication(catalogue: Catalogue, waiting: list[Unpublished], request: PublishRequest) -> list[Change]:
    """The changes that the request publishes, all or none.

    Raises ReferencedResourceNotFound for what does not exist, SitesNotPublished where a group would be published
    without its members (S4-44). What has no unpublished changes may be named, and stays as it is.
    """
    changes = changes_of(catalogue, waiting)
    chosen = changes if request.items is None else _chosen(changes, catalogue, request.items)
    kept = [each for each in waiting if (each.type, each.id) not in {(one.type, one.id) for one in chosen}]
    after = published_assets(catalogue, kept)
    missing = sorted({site for group in _touched_groups(after, chosen) for site in group.sites} - after.sites.keys())
    if missing:
        raise SitesNotPublished(sites=missing)
    return chosen


def _touched_groups(after: Assets, chosen: list[Change]) -> list[SiteGroup]:
    """The published groups that the publication decides on: its own, and those whose member it takes away."""
    own = {each.id for each in chosen if each.type == "siteGroup"}
    gone = {each.id for each in chosen if each.type == "site" and each.change == "DELETE"}
    return [each for each in after.groups.values() if each.id in own or not gone.isdisjoint(each.sites)]


def _chosen(changes: list[Change], catalogue: Catalogue, items: Iterable[PublishItem | str]) -> list[Change]:
    chosen: dict[tuple[str, str], Change] = {}
    saved = saved_assets(catalogue)
    for item in items:
        named = PublishItem(id=item) if isinstance(item, str) else item
        types = ("site", "siteGroup") if named.type is None else (named.type,)
        found = [each for each in changes if each.id == named.id and each.type in types]
        chosen |= {(each.type, each.id): each for each in found}
        if not found and not any(named.id in _of_type(saved, each) for each in types):
            raise ReferencedResourceNotFound(type_id=named.type or "site or siteGroup", id=named.id)
    return list(chosen.values())


def _of_type(assets: Assets, kind: str) -> Mapping[str, Site | SiteGroup]:
    return assets.sites if kind == "site" else assets.groups


def _change(waiting: Unpublished, saved: Assets, published: Assets) -> Change:
    present = _of_type(saved, waiting.type).get(waiting.id)
    shown = present if present is not None else waiting.published
    requires: tuple[str, ...] = ()
    if isinstance(present, SiteGroup):
        requires = tuple(each for each in present.sites if each not in published.sites)
    if isinstance(shown, SiteGroup):
        name = shown.display_name
    else:
        name = next(iter(shown.name.values()), waiting.id) if shown is not None else waiting.id
    return Change(
        type=waiting.type,
        id=waiting.id,
        display_name=name,
        change="DELETE" if present is None else "CREATE" if waiting.published is None else "UPDATE",
        last_modified=waiting.changed_at,
        requires=requires,
    )
