"""Whether a caller may touch a cart, and on which site it then acts: decided from the row, before the document is read.

What a caller may not know exists is not there for it: ResourceNotFound, never "forbidden".
"""

from typing import Any

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.catalogue import Catalogue
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import SiteKey
from handcart.domain.site import Site


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How a request comes to a cart. ``site`` is the one it names by path, header or host."""

    caller: Caller
    catalogue: Catalogue
    site: Site | None
    is_mine: bool
    """Through ``me``: only the caller's own things are there."""

    @property
    def locks(self) -> bool:
        """Whether the caller may change locked carts."""
        return self.caller.has("manage_locked_carts", "manage_project")


def sites_around(catalogue: Catalogue, site: str, *, owner: str | None) -> frozenset[SiteKey]:
    """The sites that share the carts of an owner with a site, the site itself included."""
    is_anonymous = owner is None or owner.startswith("anonymous:")
    return catalogue.sites_sharing_with(SiteKey(site), is_anonymous=is_anonymous)


def check_access(
    access: Access,
    *,
    thing_id: str,
    owner: str | None,
    site: str | None = None,
    cart_id: str | None = None,
    is_for_staff: bool = False,
) -> None:
    """Refuse another's cart or order through ``me``, one of a site that shares nothing with the acting one, and to
    staff whatever it has no hand on, unless it is there for all staff. Raises ResourceNotFound for ``thing_id``, which
    is what the request named; ``cart_id`` is the cart's where that was its key.
    """
    caller = access.caller
    if access.is_mine:
        allowed = owner is not None and owner == caller.owner
    elif caller.staff_id is not None:
        allowed = is_for_staff or caller.reach.hold_on(cart_id=cart_id or thing_id, owner=owner) is not None
    else:
        allowed = True
    if allowed and access.site is not None and site is not None:
        allowed = site in sites_around(access.catalogue, access.site.key, owner=owner)
    if not allowed:
        raise ResourceNotFound(id=thing_id)


def check_history_access(access: Access, *, cart_id: str, owner: str | None, site: str) -> None:
    """Refuse the past of a cart as ``check_access`` refuses the cart; but whoever may take things back (behaviour
    ``history:undo``) comes to every registered customer's, without a hand on it. Raises ResourceNotFound.
    """
    is_customers = owner is not None and owner.startswith("customer:")
    is_supervised = is_customers and "history:undo" in access.caller.behaviours
    check_access(access, thing_id=cart_id, owner=owner, site=site, is_for_staff=is_supervised)


def limits_of(access: Access) -> dict[str, Any]:
    """Which carts and orders a query comes to, as columns and what they must be: through ``me`` the caller's own over
    the whole sharing group of the acting site (S4-12, S4-37), else those of the store, else all.
    """
    site = access.site
    if not access.is_mine:
        return {"store.key": site.key} if site is not None else {}
    mine: dict[str, Any] = {"owner": access.caller.owner}
    if site is not None:
        mine["site"] = sites_around(access.catalogue, site.key, owner=access.caller.owner)
    return mine


def acting_site_for(access: Access, *, owner: str | None, site: str) -> Site | None:
    """The site that a write acts on: the named one, else for a shopper the default site if it shares the cart, else
    the cart's own.
    """
    if access.site is not None:
        return access.site
    default = access.catalogue.default_site
    if access.is_mine and default is not None and site in sites_around(access.catalogue, default.key, owner=owner):
        return default
    return access.catalogue.sites.get(site)
