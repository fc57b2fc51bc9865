"""Which sites shared their carts when. A group's change touches no cart, and a cart says nothing of what was before.

A cart is settled when it is known to be in one place with all other carts of its scope; kept is the site on which it
then was at home, and the epoch of the catalogue. With the changes of the groups it follows whether an owner had two
carts side by side, or whether only sites that joined have brought them together (T-11), and from which sites a cart
is no longer reached since some have left (T-12).
"""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import groupby

import msgspec

from handcart.domain.document import Document, Timestamp
from handcart.domain.site import SiteGroup


class CartCount(Document):
    """So many carts, of so many owners."""

    owners: int
    carts: int


class SharingChange(Document):
    """From this epoch of the catalogue on, the sites of a group that share a cart are these, and not those before.

    ``merging`` and ``separating`` count the carts in use that this brought together or separated, as they were just
    before; they are absent where nobody counted (a project file). ``isComplete``: all carts were counted.
    """

    group_id: str
    epoch: int
    at: Timestamp
    sites_before: tuple[str, ...]
    sites: tuple[str, ...]
    merging: CartCount | None = None
    separating: CartCount | None = None
    is_complete: bool | None = None


class SeparatedCart(Document):
    """Another cart of the same owner, and the site that it is at home on."""

    id: str
    site_id: str


class Separated(Document):
    """Tells why there is not here what was here before: since then these sites no longer share the cart, and
    these carts of the owner are at home there.
    """

    at: Timestamp | None
    sites: tuple[str, ...]
    carts: tuple[SeparatedCart, ...]


class Settled(msgspec.Struct, frozen=True):
    """At that epoch the cart, at home on that site, was in one place with the other carts of its scope."""

    site: str
    epoch: int


class SharingHistory:
    """All changes so far, of all groups of a project."""

    def __init__(self, changes: Iterable[SharingChange] = ()) -> None:
        self.changes = tuple(sorted(changes, key=lambda each: (each.epoch, each.group_id)))
        self._epochs: list[int] = []
        groups: dict[str, frozenset[str]] = {}
        self._sharing: list[dict[str, tuple[str, frozenset[str]]]] = [{}]
        for epoch, together in groupby(self.changes, key=lambda each: each.epoch):
            for change in together:
                groups[change.group_id] = frozenset(change.sites)
            self._epochs.append(epoch)
            self._sharing.append({site: (f"group:{group}", sites) for group, sites in groups.items() for site in sites})
        self._changed: dict[str, int] = {}

    def now(self) -> dict[str, frozenset[str]]:
        """The sites that share a cart as of the last change, by group."""
        return {scope.removeprefix("group:"): sites for scope, sites in set(self._sharing[-1].values())}

    def sharing_at(self, site: str, epoch: int) -> frozenset[str]:
        """The sites that shared their carts with a site, itself included, in a catalogue of that epoch."""
        return self._at(site, epoch)[1]

    def changed_at(self, site: str) -> int:
        """Since which epoch the site has shared its carts with just those sites that it shares them with now."""
        found = self._changed.get(site)
        if found is None:
            found = 0
            last = self._of(site, len(self._epochs))
            for index in range(len(self._epochs) - 1, -1, -1):
                if self._of(site, index) != last:
                    found = self._epochs[index]
                    break
            self._changed[site] = found
        return found

    def changed_on(self, site: str) -> Timestamp | None:
        """When that was; None where nothing ever changed."""
        epoch = self.changed_at(site)
        return next((each.at for each in self.changes if each.epoch == epoch), None)

    def ever_shared(self, site: str) -> frozenset[str]:
        """Every site that ever shared its carts with this one, itself included."""
        return frozenset((site,)).union(*(each[site][1] for each in self._sharing if site in each))

    def have_shared(self, sites: Iterable[str]) -> bool:
        """Whether all these sites were in one group that shared its cart at some time."""
        wanted = frozenset(sites)
        return any(wanted <= found for each in self._sharing for _, found in each.values())

    def were_together(self, one: Settled, other: Settled) -> bool:
        """Whether the sites of two carts were in one scope when either was settled: then their owner had both there."""
        return all(self._at(one.site, each)[0] == self._at(other.site, each)[0] for each in (one.epoch, other.epoch))

    def _at(self, site: str, epoch: int) -> tuple[str, frozenset[str]]:
        return self._of(site, bisect_right(self._epochs, epoch))

    def _of(self, site: str, step: int) -> tuple[str, frozenset[str]]:
        found = self._sharing[step].get(site)
        return found if found is not None else (f"site:{site}", frozenset((site,)))


def sharing_of(groups: Iterable[SiteGroup]) -> dict[str, frozenset[str]]:
    """The sites that share a cart, by group; a group that shares none is left out."""
    return {each.id: frozenset(each.sites) for each in groups if each.shared_cart and each.sites}


def changes_since(
    history: SharingHistory, groups: Iterable[SiteGroup], *, epoch: int, at: Timestamp
) -> list[SharingChange]:
    """What has changed since the last change in the history, where the groups are these now."""
    before, after = history.now(), sharing_of(groups)
    none: frozenset[str] = frozenset()
    return [
        SharingChange(
            group_id=each,
            epoch=epoch,
            at=at,
            sites_before=tuple(sorted(before.get(each, none))),
            sites=tuple(sorted(after.get(each, none))),
        )
        for each in sorted(before.keys() | after.keys())
        if before.get(each, none) != after.get(each, none)
    ]
