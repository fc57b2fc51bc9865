"""What another set of members would do to the carts in use: which come together, and which are reached from less.

A group's change touches no cart: the scope is computed from the cart's site. Carts of one owner that come to share a
scope are merged by the next request of their owner (S4-66); a cart that is separated stays with its own site (T-12).
"""

from collections.abc import Iterable

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Document, Draft
from handcart.domain.ids import SiteKey
from handcart.domain.scope import sharing_group, sites_sharing_with
from handcart.domain.sharing import CartCount
from handcart.domain.site import SiteGroup
from handcart.domain.site_groups.requests import GroupSite, PlannedGroup, SiteGroupChange

SHOWN_MAX = 250
"""So many cart ids are listed of each kind; all carts are counted."""


class PreviewRequest(Draft):
    """The members that the group would have, as ids or as in a change, and whether it would share its carts."""

    sites: tuple[GroupSite | str, ...] | None = None
    shared_cart: bool | None = None

    def change(self) -> SiteGroupChange:
        """The change that is asked about."""
        sites = self.sites
        return SiteGroupChange(
            sites=None
            if sites is None
            else tuple(GroupSite(id=each) if isinstance(each, str) else each for each in sites),
            shared_cart=self.shared_cart,
        )


class CartInUse(msgspec.Struct, frozen=True, kw_only=True):
    """An Active cart that can become current, as far as this matters here."""

    id: str
    owner: str
    site: SiteKey
    assignment: tuple[str, ...]
    """What else keys it: its name, bill-to, ship-to and device."""


class Affected(Document):
    """Carts, how many owners they belong to, and the ids of the first of them."""

    owners: int
    carts: int
    cart_ids: tuple[str, ...]

    @property
    def count(self) -> CartCount:
        """How many, without their ids."""
        return CartCount(owners=self.owners, carts=self.carts)


class Preview(Document):
    """``merging``: carts of one owner that would come together. ``separating``: carts that would be reached from fewer
    sites than now. ``isComplete`` is false where there are more carts than were looked at."""

    id: str
    sites: tuple[str, ...]
    shared_cart: bool
    merging: Affected
    separating: Affected
    is_complete: bool


class _Count:
    def __init__(self) -> None:
        self.owners = self.carts = 0
        self.cart_ids: list[str] = []

    def add(self, carts: Iterable[CartInUse]) -> None:
        found = list(carts)
        self.owners += bool(found)
        self.carts += len(found)
        self.cart_ids += [each.id for each in found[: SHOWN_MAX - len(self.cart_ids)]]

    def affected(self) -> Affected:
        return Affected(owners=self.owners, carts=self.carts, cart_ids=tuple(self.cart_ids))


class PreviewCheck:
    """A preview under way: it is shown the carts of one owner after another."""

    def __init__(self, before: SiteGroup, planned: PlannedGroup, catalogue: Catalogue) -> None:
        self._after = planned.group
        others = tuple(each for each in catalogue.sharing_groups if each.id != before.id)
        self._stages = tuple(
            (sites, (*others, sharing_group(group, sites)))
            for group, sites in ((before, catalogue.sites), (planned.group, planned.sites))
        )
        self._merging, self._separating = _Count(), _Count()
        self._reached: dict[tuple[SiteKey, bool], tuple[frozenset[SiteKey], frozenset[SiteKey]]] = {}

    def look_at(self, carts: Iterable[CartInUse]) -> None:
        """All carts of one more owner on the sites in question."""
        carts = list(carts)
        together: dict[tuple[object, ...], list[CartInUse]] = {}
        for each in carts:
            together.setdefault((self._reach(each)[1], each.assignment), []).append(each)
        self._merging.add(
            each for some in together.values() if len({self._reach(one)[0] for one in some}) > 1 for each in some
        )
        self._separating.add(each for each in carts if not self._reach(each)[0] <= self._reach(each)[1])

    def preview(self, *, is_complete: bool) -> Preview:
        """What was found."""
        return Preview(
            id=self._after.id,
            sites=self._after.sites,
            shared_cart=self._after.shared_cart,
            merging=self._merging.affected(),
            separating=self._separating.affected(),
            is_complete=is_complete,
        )

    def _reach(self, cart: CartInUse) -> tuple[frozenset[SiteKey], frozenset[SiteKey]]:
        """The sites on which the cart is current, before and after."""
        is_anonymous = cart.owner.startswith("anonymous:")
        found = self._reached.get((cart.site, is_anonymous))
        if found is None:
            before, after = (
                sites_sharing_with(cart.site, is_anonymous=is_anonymous, sites=sites, groups=groups)
                for sites, groups in self._stages
            )
            found = self._reached[cart.site, is_anonymous] = (before, after)
        return found
