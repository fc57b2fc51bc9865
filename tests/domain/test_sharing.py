"""The history of who shared a cart when, by table."""

import pytest

from handcart.domain.document import Timestamp
from handcart.domain.sharing import Settled, SharingChange, SharingHistory, changes_since
from handcart.domain.site import SiteGroup

AT = Timestamp("2026-01-01T00:00:00.000Z")


def change(epoch: int, group: str, *sites: str) -> SharingChange:
    return SharingChange(group_id=group, epoch=epoch, at=AT, sites_before=(), sites=sites)


# A, B from 1 on; A away from 10 to 15, in G2 with D from 12 on; C joins at 20.
HISTORY = SharingHistory(
    [
        change(20, "G1", "A", "B", "C"),
        change(1, "G1", "A", "B"),
        change(10, "G1", "B"),
        change(12, "G2", "A", "D"),
        change(15, "G2", "D"),
        change(15, "G1", "A", "B"),
    ]
)


@pytest.mark.parametrize(
    ("site", "epoch", "sharing"),
    [
        *(("A", 0, "A"), ("A", 1, "AB"), ("A", 9, "AB"), ("A", 10, "A"), ("A", 12, "AD"), ("A", 15, "AB")),
        *(("B", 14, "B"), ("D", 14, "AD"), ("D", 15, "D"), ("C", 19, "C"), ("C", 99, "ABC"), ("nowhere", 5, None)),
    ],
)
def test_who_shared_at_an_epoch(site: str, epoch: int, sharing: str | None) -> None:
    assert HISTORY.sharing_at(site, epoch) == (set(sharing) if sharing is not None else {site})


def test_since_when_and_with_whom() -> None:
    assert {site: HISTORY.changed_at(site) for site in "ABCDE"} == {"A": 20, "B": 20, "C": 20, "D": 15, "E": 0}
    assert {site: "".join(sorted(HISTORY.ever_shared(site))) for site in "ADE"} == {"A": "ABCD", "D": "AD", "E": "E"}
    assert [HISTORY.have_shared(each) for each in ("AB", "AD", "ABC", "BD", "A")] == [True, True, True, False, True]
    assert HISTORY.now() == {"G1": {"A", "B", "C"}, "G2": {"D"}}
    assert (HISTORY.changed_on("A"), SharingHistory().changed_on("A")) == (AT, None)


@pytest.mark.parametrize(
    ("one", "other", "were_together"),
    [
        (("A", 5), ("B", 8), True),  # both made while the sites shared
        (("A", 5), ("B", 12), False),  # the second one made while A was away
        (("B", 5), ("A", 13), False),  # the same, from the other side
        (("A", 16), ("B", 17), True),  # after the return
        (("A", 13), ("A", 14), True),  # side by side on one site, whatever it shares
        (("D", 13), ("A", 14), True),
        (("D", 13), ("A", 16), False),
        (("C", 19), ("A", 16), False),
        (("C", 21), ("A", 22), True),
        (("", 5), ("", 7), True),  # carts without a site
    ],
)
def test_two_carts_were_together_where_their_sites_shared_when_either_was_settled(
    one: tuple[str, int], other: tuple[str, int], *, were_together: bool
) -> None:
    assert HISTORY.were_together(Settled(*one), Settled(*other)) is were_together
    assert HISTORY.were_together(Settled(*other), Settled(*one)) is were_together


def test_only_what_is_not_as_it_was_is_a_change() -> None:
    def group(name: str, *sites: str, is_shared: bool = True) -> SiteGroup:
        return SiteGroup(id=name, display_name=name, sites=sites, shared_cart=is_shared)

    same = [group("G1", "C", "A", "B"), group("G2", "D"), group("G3", "E", is_shared=False), group("G4")]
    assert changes_since(HISTORY, same, epoch=30, at=AT) == []
    found = changes_since(HISTORY, [group("G1", "A", "B", "C", is_shared=False), group("G3", "E")], epoch=30, at=AT)
    assert [(each.group_id, each.sites_before, each.sites) for each in found] == [
        ("G1", ("A", "B", "C"), ()),
        ("G2", ("D",), ()),
        ("G3", (), ("E",)),
    ]
    assert changes_since(SharingHistory([*HISTORY.changes, *found]), [group("G3", "E")], epoch=31, at=AT) == []
