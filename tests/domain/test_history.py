"""Stepping back through the events of a cart gives each of its earlier states, exactly."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handcart.domain.cart import Actor, Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.claim import owned
from handcart.domain.document import encode
from handcart.domain.errors import Refusal
from handcart.domain.event import GENESIS, EventBody, PersonalPart, event_of, plain, touched_parts
from handcart.domain.history import CartParts, RecordedEvent, before_of, history_of
from handcart.domain.merge import Merging, merge_into
from handcart.domain.price import price_cart
from handcart.domain.updates.apply import AnyCartAction, apply_actions
from tests.strategies import ALICE, CATALOGUE, NOW, POLICIES, acting_on, carts, ids

few = settings(max_examples=100, deadline=None)
GUEST = CartOwner(anonymous_id="secret")
CUSTOM = {"type": {"key": "configuration"}, "fields": {"engraving": "For Ann"}}


def recorded(before: Cart, after: Cart, *actions: Any, kind: str = "CartChanged") -> RecordedEvent:
    """The event of a change, as it is read back from the database."""
    event = event_of(
        EventBody(
            kind=kind,
            version_from=before.version,
            version_to=after.version,
            at=NOW,
            actor=Actor(),
            actions=[msgspec.to_builtins(each) for each in actions],
            before=touched_parts(before, after),
        ),
        previous_head=GENESIS,
        salt=b"0" * 16,
    )
    personal = msgspec.json.decode(event.personal, type=PersonalPart) if event.personal is not None else None
    return RecordedEvent(msgspec.json.decode(event.body, type=EventBody), personal)


@st.composite
def drawn_actions(draw: st.DrawFn, cart: Cart) -> Any:
    """An update action that may or may not fit the cart."""
    line = draw(st.sampled_from([each.id for each in cart.line_items] or ["none"]))
    fee = draw(st.sampled_from([each.id for each in cart.custom_line_items] or ["none"]))
    quantity = draw(st.integers(0, 5))
    order = draw(st.permutations([each.id for each in cart.line_items]))
    address = {"country": "US", "city": draw(st.sampled_from(["Here", "There"])), "custom": CUSTOM}
    said = draw(
        st.sampled_from(
            [
                {"action": "addLineItem", "sku": draw(st.sampled_from(["P1", "P2", "P3"])), "quantity": quantity + 1},
                {"action": "addLineItem", "sku": "P1", "custom": CUSTOM},
                {"action": "addLineItem", "sku": "P1", "externalPrice": {"currencyCode": "USD", "centAmount": 7}},
                {"action": "changeLineItemQuantity", "lineItemId": line, "quantity": quantity},
                {"action": "removeLineItem", "lineItemId": line},
                {"action": "changeLineItemsOrder", "lineItemOrder": order},
                {"action": "setLineItemCustomField", "lineItemId": line, "name": "engraving", "value": "B"},
                {"action": "setLineItemCustomType", "lineItemId": line, **CUSTOM},
                {"action": "setLineItemCustomType", "lineItemId": line},
                {"action": "setLineItemPrice", "lineItemId": line},
                {"action": "addCustomLineItem", "name": {"en": "x"}, "slug": "fee", "custom": CUSTOM,
                 "money": {"currencyCode": "USD", "centAmount": 5}},
                {"action": "changeCustomLineItemQuantity", "customLineItemId": fee, "quantity": quantity},
                {"action": "setShippingAddress", "address": address},
                {"action": "setShippingAddress"},
                {"action": "addItemShippingAddress", "address": {**address, "key": draw(st.sampled_from("abh"))}},
                {"action": "removeItemShippingAddress", "addressKey": "h"},
                {"action": "setCustomType", **CUSTOM},
                {"action": "setCustomField", "name": "engraving", "value": draw(st.sampled_from(["C", None]))},
                {"action": "setCustomerEmail", "email": "x@example.com"},
                {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-7"},
                {"action": "freezeCart"},
                {"action": "unfreezeCart"},
            ]
        )
    )  # fmt: skip
    return msgspec.convert(said, AnyCartAction)


@st.composite
def stories(draw: st.DrawFn, owner: CartOwner = ALICE) -> tuple[list[Cart], list[RecordedEvent]]:
    """The states of a cart, the oldest first, and the events between them."""
    states, events = [draw(carts("cart", owner))], []
    new_id = ids()
    for _ in range(draw(st.integers(0, 5))):
        before = states[-1]
        site = draw(st.sampled_from(["siteA", "siteB", "siteM"]))
        acting = acting_on(site, new_id=new_id)
        action = draw(drawn_actions(before))
        try:
            after = apply_actions(before, [action], acting).cart
        except Refusal:
            continue
        if after is not before:
            states.append(after)
            events.append(recorded(before, after, action))
    return states, events


def but_for_stamps(cart: Cart) -> Any:
    stamps = ("version", "lastModifiedAt", "lastModifiedBy", "pricedFor", "anonymousId")
    return {name: part for name, part in plain(cart).items() if name not in stamps}


@few
@given(stories())
def test_stepping_back_gives_every_earlier_state(story: tuple[list[Cart], list[RecordedEvent]]):
    states, events = story
    parts = CartParts(states[-1])
    for before, event in zip(reversed(states[:-1]), reversed(events), strict=True):
        for path, was in before_of(event).items():
            parts.step_back(path, was)
        assert but_for_stamps(parts.cart()) == but_for_stamps(before)


@few
@given(carts("mine", ALICE), carts("guest", GUEST, site="siteM"), st.sampled_from(POLICIES))
def test_stepping_back_over_a_merge_and_a_change_of_owner(mine: Cart, guest: Cart, policy: Any):
    acting = acting_on("siteA")
    merged = merge_into(mine, guest, Merging(policy, acting, {})).target
    merged = price_cart(merged, catalogue=CATALOGUE, site=acting.site, now=NOW).cart
    closed = replace(owned(guest, ALICE), cart_state="Merged", merged_into="mine", merge_receipt="r")
    for before, after in ((mine, merged), (guest, closed)):
        parts = CartParts(after)
        for path, was in before_of(recorded(before, after)).items():
            parts.step_back(path, was)
        assert but_for_stamps(parts.cart()) == but_for_stamps(before)


@few
@given(stories(GUEST))
def test_what_is_personal_or_secret_is_not_in_the_public_part(story: tuple[list[Cart], list[RecordedEvent]]):
    states, events = story
    closed = owned(states[-1], ALICE)
    for event in (*events, recorded(states[-1], closed)):
        public = encode(event.body)
        for secret in (b"For Ann", b'"Here"', b'"There"', b"x@example.com", b"PO-7", b"secret"):
            assert secret not in public


@few
@given(stories())
def test_without_what_was_erased_a_cart_can_still_be_stepped_back(story: tuple[list[Cart], list[RecordedEvent]]):
    states, events = story
    parts = CartParts(states[-1])
    for event in reversed(events):
        for path, was in before_of(RecordedEvent(event.body, None)).items():
            parts.step_back(path, was)
    before = states[0]
    assert [(each.id, each.quantity, each.price) for each in parts.cart().line_items] == [
        (each.id, each.quantity, each.price) for each in before.line_items
    ]


@few
@given(stories())
def test_every_entry_of_the_history_says_from_what_to_what(story: tuple[list[Cart], list[RecordedEvent]]):
    states, events = story
    entries = history_of(states[-1], reversed(events))
    for entry, before, after in zip(entries, reversed(states[:-1]), reversed(states[1:]), strict=True):
        old, new = CartParts(before), CartParts(after)
        assert (entry.version_from, entry.version_to) == (before.version, after.version)
        for change in entry.changes:
            assert change.before == old.value(change.path)
            assert change.after == new.value(change.path)
