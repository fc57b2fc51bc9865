"""What is told live: the state that each change led to, and nothing but what is harmless; and the cursor of a desk."""

import json
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from handcart.domain.desk_cursor import cursor_in, cursor_text, tag_of
from handcart.domain.live import CartFacts, RecordedChange, changes_after, told_changes
from handcart.domain.presence import Hand, Present, others

CART = "01a20178-a180-74cc-bfc3-abf8186430fb"
ids = st.uuids(version=4).map(str)
versions = st.integers(min_value=0, max_value=2**40)


def recorded(version: int, **body: Any) -> RecordedChange:
    said = {"kind": "CartChanged", "at": "2026-11-22T09:30:00.000Z", "actor": {}, "actions": [], "before": {}}
    return msgspec.convert({**said, "versionFrom": version - 1, "versionTo": version, **body}, RecordedChange)


def facts(version: int, state: str = "Active") -> CartFacts:
    return CartFacts(version=version, state=state, owner=None, site="siteA")


def test_each_change_is_told_with_the_state_that_it_led_to() -> None:
    events = [
        recorded(2),
        recorded(3, before={"cartState": "Active"}),
        recorded(4),
        recorded(5, before={"cartState": "Frozen"}),
        recorded(6, before={"cartState": "Active"}, snapshot={"orderId": "order"}),
    ]
    told = [each.change for each in told_changes(CART, facts(6, "Ordered"), events, {})]
    assert [each.cart_state for each in told] == ["Active", "Frozen", "Frozen", "Active", "Ordered"]
    assert [each.order_id for each in told] == [None, None, None, None, "order"]


def test_of_an_action_only_what_is_harmless_is_told() -> None:
    action = {"action": "addLineItem", "sku": "TEE", "quantity": 2, "custom": {"fields": {"engraving": "for Mary"}}}
    draft = {"currency": "USD", "shipping": [{"address": {"lastName": "Archer"}}]}
    (told,) = told_changes(CART, facts(2), [recorded(2, actions=[action, draft])], {})
    assert json.loads(told.data)["actions"] == [{"action": "addLineItem", "sku": "TEE", "quantity": 2}]


def test_changes_are_told_only_where_they_follow_each_other_to_the_present() -> None:
    told = told_changes(CART, facts(4), [recorded(2), recorded(3), recorded(4)], {})

    def after(position: int | None, version: int = 4, *, is_cut: bool = False) -> list[int] | None:
        found = changes_after(told, position=position, version=version, is_cut=is_cut)
        return [each.change.version_to for each in found] if found is not None else None

    assert after(1) == [2, 3, 4]
    assert after(3) == [4]
    assert after(4) == []
    for hole in (after(0), after(None), after(1, 5), after(9), after(1, is_cut=True)):
        assert hole is None


@given(desk=ids, desk_version=versions, carts=st.dictionaries(ids, versions, max_size=100))
def test_a_cursor_says_how_far_each_cart_was_told_and_never_further(
    desk: str, desk_version: int, carts: dict[str, int]
) -> None:
    text = cursor_text(desk, desk_version, carts)
    assert len(text) <= 4096
    cursor = cursor_in(text)
    assert cursor is not None
    assert (cursor.desk, cursor.desk_version) == (tag_of(desk), desk_version)
    for cart_id, version in carts.items():
        known = cursor.version_of(cart_id)
        alike = [each for each in carts if tag_of(each) == tag_of(cart_id)]
        assert known == min(carts[each] for each in alike)
        assert known <= version


@given(text=st.text(max_size=60))
def test_whatever_a_client_sends_as_a_cursor_is_read_or_passed_over(text: str) -> None:
    cursor = cursor_in(text)
    assert cursor is None or cursor.version_of(str(UUID(int=0))) in (None, *cursor.versions.values())


def test_a_person_is_one_hand_and_nobody_sees_their_own() -> None:
    def present(subject: str, since: str) -> Present:
        return Present(subject, Hand(kind="agent", name=subject, since=since))

    here = [present("staff:b", "3"), present("staff:a", "2"), present("staff:b", "1"), present("shopper", "0")]
    assert [(each.name, each.since) for each in others(here, subject="shopper")] == [("staff:b", "1"), ("staff:a", "2")]
