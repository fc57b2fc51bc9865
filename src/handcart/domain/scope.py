"""Scope: in which sites a cart is valid. The second of the four axes of a cart (owner, scope, assignment, hand)."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from handcart.domain.ids import SiteKey
from handcart.domain.site import Site, SiteGroup

PROJECT_SITE = SiteKey("")
"""Stands for "no site": a cart without a store, valid in the whole project."""


def sharing_group(group: SiteGroup, sites: Mapping[str, Site]) -> SiteGroup:
    """The group with those of its sites that can share a cart: all but those with a classic storefront (S4-6)."""
    members = tuple(each for each in group.sites if each not in sites or sites[each].storefront != "classic")
    return group if members == group.sites else replace(group, sites=members)


def sharing_group_of(site: SiteKey, groups: Iterable[SiteGroup]) -> SiteGroup | None:
    """The one of the groups that the site shares its cart in; a site is in at most one (S4-42)."""
    return next((each for each in groups if each.shared_cart and site in each.sites), None)


def sites_sharing_with(
    site: SiteKey, *, is_anonymous: bool, sites: Mapping[str, Site], groups: Iterable[SiteGroup]
) -> frozenset[SiteKey]:
    """The sites on which a cart of this site is current, the site itself included.

    A registered shopper's cart is shared by the whole cart sharing group (S4-12); an anonymous one only by the
    group's sites of the same registrable domain (S4-13, S4-14), and by none where the site has no host.
    """
    group = sharing_group_of(site, groups)
    if group is None or site not in sites:
        return frozenset((site,))
    if not is_anonymous:
        return frozenset(SiteKey(each) for each in group.sites)
    domain = sites[site].registrable_domain
    if domain is None:
        return frozenset((site,))
    return frozenset(
        SiteKey(each) for each in group.sites if each in sites and sites[each].registrable_domain == domain
    )


def scope_name(site: SiteKey, groups: Iterable[SiteGroup]) -> str:
    """What the cart's extra field ``scope`` says: ``project``, ``site:siteD`` or ``group:G1``."""
    if site == PROJECT_SITE:
        return "project"
    group = sharing_group_of(site, groups)
    return f"group:{group.id}" if group else f"site:{site}"
