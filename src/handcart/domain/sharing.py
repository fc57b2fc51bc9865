"""Which sites shared their carts when. A group's change touches no cart, and a cart says nothing of what was before.

Customers share theirs within a group, guests within those of its sites that are on one registrable domain (S4-13). So
a site whose host changes joins some and leaves others for guests, as by a change of its group.

A cart is settled when it is known to be in one place with all other carts of its scope; kept is the site on which it
then was at home, and the epoch of the catalogue. With the changes of the groups it follows whether an owner had two
carts side by side, or whether only sites that joined have brought them together (T-11), and from which sites a cart
is no longer reached since some have left (T-12).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import groupby

import msgspec

from handcart.domain.document import Document, Timestamp
from handcart.domain.site import Site, SiteGroup

Members = Mapping[str, str | None]
"""The registrable domain of each site that shares a cart in a group; None where its host has none."""


class CartCount(Document):
    """So many carts, of so many owners."""

    owners: int
    carts: int


class SharingChange(Document):
    """From this epoch of the catalogue on, the sites of a group that share a cart are these, and not those before.

    ``domains`` has the registrable domain of each of them that has one, and ``domainsBefore`` of each of those before.
    ``merging`` and ``separating`` count the carts in use that this brought together or separated, as they were just
    before; they are absent where nobody counted (a project file). ``isComplete``: all carts were counted.
    """

    group_id: str
    epoch: int
    at: Timestamp
    sites_before: tuple[str, ...]
    sites: tuple[str, ...]
    domains_before: dict[str, str] = msgspec.field(default_factory=dict)
    domains: dict[str, str] = msgspec.field(default_factory=dict)
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
    """All changes so far, of all groups of a project. What is asked for guests (``is_anonymous``) heeds the domains."""

    def __init__(self, changes: Iterable[SharingChange] = ()) -> None:
        self.changes = tuple(sorted(changes, key=lambda each: (each.epoch, each.group_id)))
        self._epochs: list[int] = []
        self._groups: dict[str, Members] = {}
        self._sharing: list[_Sharing] = [_Sharing({}, {})]
        for epoch, together in groupby(self.changes, key=lambda each: each.epoch):
            for change in together:
                self._groups[change.group_id] = {site: change.domains.get(site) for site in change.sites}
            self._epochs.append(epoch)
            self._sharing.append(_sharing_in(self._groups.values()))
        self._changed: dict[tuple[str, bool], int] = {}

    def now(self) -> dict[str, Members]:
        """The sites that share a cart as of the last change, by group."""
        return {group: members for group, members in self._groups.items() if members}

    def sharing_at(self, site: str, epoch: int, *, is_anonymous: bool) -> frozenset[str]:
        """The sites that shared their carts with a site, itself included, in a catalogue of that epoch."""
        return self._of(site, bisect_right(self._epochs, epoch), is_anonymous=is_anonymous)

    def changed_at(self, site: str, *, is_anonymous: bool) -> int:
        """Since which epoch the site has shared its carts with just those sites that it shares them with now."""
        found = self._changed.get((site, is_anonymous))
        if found is None:
            found = 0
            last = self._of(site, len(self._epochs), is_anonymous=is_anonymous)
            for index in range(len(self._epochs) - 1, -1, -1):
                if self._of(site, index, is_anonymous=is_anonymous) != last:
                    found = self._epochs[index]
                    break
            self._changed[site, is_anonymous] = found
        return found

    def changed_on(self, site: str, *, is_anonymous: bool) -> Timestamp | None:
        """When that was; None where nothing ever changed."""
        epoch = self.changed_at(site, is_anonymous=is_anonymous)
        return next((each.at for each in self.changes if each.epoch == epoch), None)

    def ever_shared(self, site: str, *, is_anonymous: bool) -> frozenset[str]:
        """Every site that ever shared its carts with this one, itself included."""
        steps = range(len(self._sharing))
        return frozenset((site,)).union(*(self._of(site, each, is_anonymous=is_anonymous) for each in steps))

    def have_shared(self, sites: Iterable[str]) -> bool:
        """Whether customers had one cart on all these sites at some time."""
        wanted = frozenset(sites)
        return any(wanted <= found for each in self._sharing for found in each.customers.values())

    def were_together(self, one: Settled, other: Settled, *, is_anonymous: bool) -> bool:
        """Whether the sites of two carts were in one scope when either was settled: then their owner had both there."""
        return all(
            other.site in self.sharing_at(one.site, epoch, is_anonymous=is_anonymous)
            for epoch in (one.epoch, other.epoch)
        )

    def _of(self, site: str, step: int, *, is_anonymous: bool) -> frozenset[str]:
        at_step = self._sharing[step]
        found = (at_step.guests if is_anonymous else at_step.customers).get(site)
        return found if found is not None else frozenset((site,))


class _Sharing(msgspec.Struct, frozen=True):
    """With which sites each site shares its carts, itself included; one that is missing shares them with none."""

    customers: Mapping[str, frozenset[str]]
    guests: Mapping[str, frozenset[str]]


def _sharing_in(groups: Iterable[Members]) -> _Sharing:
    customers: dict[str, frozenset[str]] = {}
    guests: dict[str, frozenset[str]] = {}
    for members in groups:
        for site, domain in members.items():
            customers[site] = frozenset(members)
            if domain is not None:
                guests[site] = frozenset(each for each, theirs in members.items() if theirs == domain)
    return _Sharing(customers, guests)


def sharing_of(groups: Iterable[SiteGroup], sites: Mapping[str, Site]) -> dict[str, Members]:
    """The sites that share a cart, by group; a group that shares none is left out."""
    return {
        group.id: {each: sites[each].registrable_domain if each in sites else None for each in group.sites}
        for group in groups
        if group.shared_cart and group.sites
    }


def changes_since(
    history: SharingHistory,
    groups: Iterable[SiteGroup],
    sites: Mapping[str, Site],
    *,
    epoch: int,
    at: Timestamp,
) -> list[SharingChange]:
    """What has changed since the last change in the history, where the groups and the sites are these now."""
    before, after = history.now(), sharing_of(groups, sites)
    none: Members = {}
    return [
        SharingChange(
            group_id=each,
            epoch=epoch,
            at=at,
            sites_before=tuple(sorted(before.get(each, none))),
            sites=tuple(sorted(after.get(each, none))),
            domains_before=_domains_in(before.get(each, none)),
            domains=_domains_in(after.get(each, none)),
        )
        for each in sorted(before.keys() | after.keys())
        if before.get(each, none) != after.get(each, none)
    ]


def _domains_in(members: Members) -> dict[str, str]:
    return {site: domain for site, domain in sorted(members.items()) if domain is not None}
