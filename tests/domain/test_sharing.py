"""The history of who shared a cart when, by table."""

import pytest

from handcart.domain.document import Timestamp
from handcart.domain.sharing import Settled, SharingChange, SharingHistory, changes_since
from handcart.domain.site import SiteGroup

AT = Timestamp("2026-01-01T00:00:00.000Z")


def change(epoch: int, group: str, *sites: str, **domains: str) -> SharingChange:
    return SharingChange(group_id=group, epoch=epoch, at=AT, sites_before=(), sites=sites, domains=domains)


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
    assert HISTORY.sharing_at(site, epoch, is_anonymous=False) == (set(sharing) if sharing is not None else {site})


def test_since_when_and_with_whom() -> None:
    changed = {site: HISTORY.changed_at(site, is_anonymous=False) for site in "ABCDE"}
    assert changed == {"A": 20, "B": 20, "C": 20, "D": 15, "E": 0}
    ever = {site: "".join(sorted(HISTORY.ever_shared(site, is_anonymous=False))) for site in "ADE"}
    assert ever == {"A": "ABCD", "D": "AD", "E": "E"}
    assert [HISTORY.have_shared(each) for each in ("AB", "AD", "ABC", "BD", "A")] == [True, True, True, False, True]
    assert HISTORY.now() == {"G1": {"A": None, "B": None, "C": None}, "G2": {"D": None}}
    on = [each.changed_on("A", is_anonymous=False) for each in (HISTORY, SharingHistory())]
    assert on == [AT, None]


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
    assert HISTORY.were_together(Settled(*one), Settled(*other), is_anonymous=False) is were_together
    assert HISTORY.were_together(Settled(*other), Settled(*one), is_anonymous=False) is were_together


# All three from 1 on, C on another domain; B moves to that one at 10; B's host is gone from 20 on.
DOMAINS = SharingHistory(
    [
        change(1, "G1", "A", "B", "C", A="one.com", B="one.com", C="two.com"),
        change(10, "G1", "A", "B", "C", A="one.com", B="two.com", C="two.com"),
        change(20, "G1", "A", "B", "C", A="one.com", C="two.com"),
    ]
)


@pytest.mark.parametrize(
    ("site", "epoch", "sharing"),
    [("A", 0, "A"), ("A", 5, "AB"), ("A", 10, "A"), ("B", 5, "AB"), ("B", 10, "BC"), ("B", 20, "B"), ("C", 15, "BC")],
)
def test_s4_13_guests_share_within_one_domain_whose_sites_come_and_go(site: str, epoch: int, sharing: str) -> None:
    assert DOMAINS.sharing_at(site, epoch, is_anonymous=True) == set(sharing)
    assert DOMAINS.sharing_at(site, epoch, is_anonymous=False) == (set("ABC") if epoch else {site})


def test_a_change_of_domains_changes_nothing_for_customers() -> None:
    assert {each: DOMAINS.changed_at(each, is_anonymous=False) for each in "ABC"} == {"A": 1, "B": 1, "C": 1}
    assert {each: DOMAINS.changed_at(each, is_anonymous=True) for each in "ABC"} == {"A": 10, "B": 20, "C": 20}
    assert DOMAINS.ever_shared("B", is_anonymous=True) == {"A", "B", "C"}
    assert DOMAINS.ever_shared("A", is_anonymous=True) == {"A", "B"}
    for is_anonymous in (True, False):
        met = DOMAINS.were_together(Settled("B", 5), Settled("C", 12), is_anonymous=is_anonymous)
        assert met is not is_anonymous


def test_only_what_is_not_as_it_was_is_a_change() -> None:
    def group(name: str, *sites: str, is_shared: bool = True) -> SiteGroup:
        return SiteGroup(id=name, display_name=name, sites=sites, shared_cart=is_shared)

    same = [group("G1", "C", "A", "B"), group("G2", "D"), group("G3", "E", is_shared=False), group("G4")]
    assert changes_since(HISTORY, same, {}, epoch=30, at=AT) == []
    after = [group("G1", "A", "B", "C", is_shared=False), group("G3", "E")]
    found = changes_since(HISTORY, after, {}, epoch=30, at=AT)
    assert [(each.group_id, each.sites_before, each.sites) for each in found] == [
        ("G1", ("A", "B", "C"), ()),
        ("G2", ("D",), ()),
        ("G3", (), ("E",)),
    ]
    assert changes_since(SharingHistory([*HISTORY.changes, *found]), [group("G3", "E")], {}, epoch=31, at=AT) == []
