"""What is refused about sites that share a cart, and about handing one over from site to site."""

from dataclasses import dataclass
from typing import Any

from handcart.domain.errors.refusal import StateRefusal


class HandOverForGuestsOnly(StateRefusal):
    """Only a guest's cart is handed over: a customer's is there on every site that shares it."""


class NothingToHandOver(StateRefusal):
    """There is no cart with line items to hand over."""


@dataclass(eq=False)
class SitesShareNoCart(StateRefusal):
    """The sites {from_site} and {to_site} are not in one group that shares its cart."""

    from_site: str
    to_site: str


@dataclass(eq=False)
class CartSharedAlready(StateRefusal):
    """A guest's cart is there on the site {to_site} without being handed over."""

    to_site: str


@dataclass(eq=False)
class SiteWithoutHost(StateRefusal):
    """The site {site} has no host that a link could lead to."""

    site: str


class HandOverInvalid(StateRefusal):
    """The link leads to no cart on this site."""


class HandOverUsed(StateRefusal):
    """The link was used before."""


class HandOverExpired(StateRefusal):
    """The link has expired."""


@dataclass(eq=False)
class SiteSharesCartAlready(StateRefusal):
    """The site {site} already shares its cart in the group {group}."""

    site: str
    group: str


@dataclass(eq=False)
class SiteGroupNotEmpty(StateRefusal):
    """The site group {id} still contains sites, so it cannot be deleted: {sites}."""

    id: str
    sites: list[str]


@dataclass(eq=False)
class SitesNotPublished(StateRefusal):
    """A group cannot be published before its sites are; these are not: {sites}."""

    sites: list[str]


@dataclass(eq=False)
class SitesNotReady(StateRefusal):
    """The sites are not ready to share a cart: {total_gaps} gaps were found. Send force to join them all the same."""

    total_gaps: int
    gaps: list[dict[str, Any]]
