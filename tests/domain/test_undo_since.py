"""Taking back what operators did, case by case."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from handcart.domain.document import Timestamp, encode
from handcart.domain.errors import CartFrozen, CartMerged
from handcart.domain.leave import Leave
from handcart.domain.ledger import Cover
from handcart.domain.undo_since import KeptChange, ledger_of, plan_undo_since
from handcart.domain.updates.apply import AnyCartAction, apply_actions
from tests.domain.story import BACKEND, SINCE, Story
from tests.domain.test_history import CUSTOM
from tests.strategies import CATALOGUE, acting_on, ids


def adding(sku: str, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    return {"action": "addLineItem", "sku": sku, "quantity": quantity, **fields}


def told(kept: list[KeptChange]) -> list[tuple[Any, ...]]:
    return [(each.path, each.reason, each.theirs, each.would_be) for each in kept]


def set_quantity(story: Story, sku: str, quantity: int) -> dict[str, Any]:
    return {"lineItemId": story.line(sku), "quantity": quantity}


def test_what_only_the_agent_did_goes_and_the_rest_stays():
    story = Story(adding("P1", 2))
    story.agent("addLineItem", sku="P2", quantity=3)
    story.shopper("addLineItem", sku="P3", quantity=1)
    story.agent("changeLineItemQuantity", **set_quantity(story, "P1", 7))
    assert story.undo() == []
    assert story.held() == [("P1", 2), ("P3", 1)]


def test_what_was_before_the_instant_stays():
    story = Story(adding("P1", 2))
    story.agent("addLineItem", sku="P2")
    story.agent("addLineItem", sku="P3")
    assert story.undo(since=Timestamp("2026-06-01T10:44:00.000Z")) == []
    assert story.held() == [("P1", 2), ("P2", 1)]


def test_of_a_line_that_the_shopper_raised_only_the_agents_units_go():
    story = Story()
    story.agent("addLineItem", sku="P1", quantity=2)
    line = story.line("P1")
    story.shopper("changeLineItemQuantity", **set_quantity(story, "P1", 5))
    assert told(story.undo()) == [(f"lineItems/{line}/quantity", "ChangedSince", 3, 0)]
    assert story.held() == [("P1", 3)]


def test_a_quantity_that_the_shopper_lowered_is_the_shoppers_word():
    story = Story(adding("P1", 3))
    story.agent("changeLineItemQuantity", **set_quantity(story, "P1", 5))
    story.shopper("changeLineItemQuantity", **set_quantity(story, "P1", 1))
    line = story.line("P1")
    assert told(story.undo()) == [(f"lineItems/{line}/quantity", "ChangedSince", 1, 3)]
    assert story.held() == [("P1", 1)]


def test_what_the_agent_took_away_comes_back_unless_the_shopper_has_said_how_many_since():
    story = Story(adding("P1", 5), adding("P2", 5))
    story.agent("changeLineItemQuantity", **set_quantity(story, "P1", 2))
    story.agent("changeLineItemQuantity", **set_quantity(story, "P2", 2))
    story.shopper("changeLineItemQuantity", **set_quantity(story, "P2", 4))
    line = story.line("P2")
    assert told(story.undo()) == [(f"lineItems/{line}/quantity", "ChangedSince", 4, 5)]
    assert story.held() == [("P1", 5), ("P2", 4)]


def test_a_removed_line_comes_back_to_its_place_with_all_that_it_had():
    story = Story(adding("P1", 2), adding("P2", 3, custom=CUSTOM, supplyChannel={"id": "shop"}), adding("P3"))
    before = story.cart.line(story.line("P2"))
    story.agent("removeLineItem", lineItemId=story.line("P2"))
    story.shopper("changeLineItemQuantity", **set_quantity(story, "P1", 4))
    assert story.undo() == []
    assert story.held() == [("P1", 4), ("P2", 3), ("P3", 1)]
    assert before is not None
    after = story.cart.line(before.id)
    assert after is not None
    assert (after.custom, after.supply_channel) == (before.custom, before.supply_channel)


def test_a_line_that_the_shopper_has_put_in_anew_is_not_doubled():
    story = Story(adding("P1", 3))
    line = story.line("P1")
    story.agent("removeLineItem", lineItemId=line)
    story.shopper("addLineItem", sku="P1", quantity=2)
    assert told(story.undo()) == [(f"lineItems/{line}/quantity", "AddedAgain", 2, 3)]
    assert story.held() == [("P1", 2)]


def test_a_line_that_the_shopper_removed_stays_away():
    story = Story()
    story.agent("addLineItem", sku="P1", quantity=2)
    story.shopper("removeLineItem", lineItemId=story.line("P1"))
    assert story.undo() == []
    assert story.held() == []


def test_a_line_that_the_shopper_has_made_their_own_stays():
    story = Story()
    story.agent("addLineItem", sku="P1", quantity=2)
    line = story.line("P1")
    story.shopper("setLineItemCustomType", lineItemId=line, **CUSTOM)
    assert told(story.undo()) == [(f"lineItems/{line}/quantity", "ChangedSince", 2, 0)]
    assert story.held() == [("P1", 2)]


def test_an_address_goes_back_unless_the_shopper_has_set_another_one():
    here, there, home = ({"country": "US", "city": each} for each in ("Here", "There", "Home"))
    story = Story({"action": "setShippingAddress", "address": home}, {"action": "setBillingAddress", "address": home})
    story.agent("setShippingAddress", address=here)
    story.agent("setBillingAddress", address=here)
    story.shopper("setBillingAddress", address=there)
    assert told(story.undo()) == [("billingAddress", "ChangedSince", there, home)]
    assert story.cart.shipping_address == story.start.shipping_address
    assert story.cart.billing_address is not None
    assert story.cart.billing_address.city == "There"


def test_fields_of_one_type_are_apart():
    story = Story(adding("P1", custom=CUSTOM))
    line = story.line("P1")
    story.agent("setLineItemCustomField", lineItemId=line, name="engraving", value="By the agent")
    assert story.undo() == []
    found = story.cart.line(line)
    assert found is not None
    assert found.custom is not None
    assert found.custom.fields == {"engraving": "For Ann"}


def test_custom_fields_that_the_shopper_has_filled_in_keep_their_type():
    story = Story()
    story.agent("setCustomType", type={"id": "configuration"}, fields={})
    story.shopper("setCustomField", name="engraving", value="Mine")
    assert told(story.undo()) == [("custom", "ChangedSince", "configuration", None)]
    assert story.cart.custom is not None
    assert story.cart.custom.fields == {"engraving": "Mine"}


def test_a_price_of_the_agents_goes():
    story = Story(adding("P1", 2))
    line = story.line("P1")
    story.agent("setLineItemPrice", lineItemId=line, externalPrice={"currencyCode": "USD", "centAmount": 1})
    assert story.undo() == []
    assert story.cart.line_items == story.start.line_items or story.cart.total_price == story.start.total_price
    assert story.cart.line_items[0].price_mode == "Platform"


def test_what_the_agent_took_off_a_price_goes_and_what_it_put_back_comes_at_the_word_of_those_who_may():
    off = {"permyriad": 2000, "reason": "A scratch"}
    story = Story(adding("P1", 2), adding("P2", 2))
    story._do({"action": "adjustLineItemPrice", "lineItemId": story.line("P2"), **off}, operator=None, is_told=False)
    before = story.cart
    story.agent("adjustLineItemPrice", lineItemId=story.line("P1"), **off)
    story.agent("adjustLineItemPrice", lineItemId=story.line("P2"))
    cover, line = Cover(SINCE), story.line("P2")
    ledger = ledger_of(story.cart, story.events, cover)
    for leave, taken_off in ((Leave(20), 2000), (Leave(19), None)):
        plan = plan_undo_since(story.cart, ledger, cover, story.acting(), leave=leave)
        found = [each.price_adjustment for each in plan.priced.cart.line_items]
        assert [each and each.permyriad for each in found] == [None, taken_off]
        told_of = [(each.path, each.reason) for each in plan.kept]
        assert told_of == ([] if taken_off else [(f"lineItems/{line}/priceAdjustment", "NotAllowed")])
    assert story.undo() == []
    assert story.cart.total_price == before.total_price


def test_an_item_address_that_a_line_goes_to_stays():
    story = Story(adding("P1", 1))
    line, address = story.line("P1"), {"key": "a", "country": "US", "city": "Here"}
    story.agent("addItemShippingAddress", address=address)
    story.agent("addItemShippingAddress", address={**address, "key": "b"})
    targets = [{"addressKey": "a", "quantity": 1}]
    story.shopper("setLineItemShippingDetails", lineItemId=line, shippingDetails={"targets": targets})
    assert told(story.undo()) == [("itemShippingAddresses/a", "StillUsed", address, None)]
    assert [each.key for each in story.cart.item_shipping_addresses] == ["a"]


def test_custom_lines_come_and_go_by_themselves():
    fee = {"name": {"en": "Fee"}, "money": {"currencyCode": "USD", "centAmount": 5}}
    story = Story({"action": "addCustomLineItem", "slug": "mine", **fee})
    mine = story.cart.custom_line_items[0].id
    story.agent("addCustomLineItem", slug="fee", **fee)
    story.agent("removeCustomLineItem", customLineItemId=mine)
    assert story.undo() == []
    assert [(each.id, each.slug) for each in story.cart.custom_line_items] == [(mine, "mine")]


def test_of_several_operators_one_can_be_named():
    story = Story()
    story.agent("addLineItem", sku="P1", quantity=2)
    story.agent("addLineItem", by="ben", sku="P1", quantity=1)
    story.agent("addLineItem", by="ben", sku="P2", quantity=1)
    story.undo("ben")
    assert story.held() == [("P1", 2)]
    story.undo("ben")
    assert story.held() == [("P1", 2)]
    story.undo()
    assert story.held() == []


def test_twice_is_as_once():
    story = Story(adding("P1", 5))
    story.agent("changeLineItemQuantity", **set_quantity(story, "P1", 2))
    story.agent("setShippingAddress", address={"country": "US", "city": "Here"})
    story.undo()
    once = story.cart
    assert story.undo() == []
    assert story.cart is once


def test_what_was_done_after_an_undo_can_be_taken_back_again():
    story = Story(adding("P1", 5))
    story.agent("changeLineItemQuantity", **set_quantity(story, "P1", 2))
    story.undo()
    story.agent("changeLineItemQuantity", **set_quantity(story, "P1", 1))
    story.undo()
    assert story.held() == [("P1", 5)]


def test_what_cannot_be_sold_any_more_is_told(monkeypatch: pytest.MonkeyPatch):
    story = Story(adding("P1", 3))
    line = story.line("P1")
    story.agent("removeLineItem", lineItemId=line)
    monkeypatch.setattr(CATALOGUE, "offers_by_variant", {})
    assert told(story.undo()) == [(f"lineItems/{line}", "ProductNotAvailable", None, 3)]
    assert story.held() == []


def test_a_shopper_takes_back_no_more_than_shoppers_may():
    fee = {"name": {"en": "Fee"}, "money": {"currencyCode": "USD", "centAmount": 5}}
    story = Story(adding("P1", 2))
    story.agent("addLineItem", sku="P2")
    story.agent("addCustomLineItem", slug="fee", **fee)
    story.agent("setPurchaseOrderNumber", purchaseOrderNumber="PO-7")
    cover = Cover(SINCE)
    acting = replace(story.acting(), is_shopper=True)
    plan = plan_undo_since(story.cart, ledger_of(story.cart, story.events, cover), cover, acting, leave=Leave(0))
    assert [each.variant.sku for each in plan.priced.cart.line_items] == ["P1"]
    assert plan.priced.cart.custom_line_items == story.cart.custom_line_items
    assert plan.priced.cart.purchase_order_number == "PO-7"
    paths = {each.path.partition("/")[0] for each in plan.kept}
    assert paths == {"customLineItems", "purchaseOrderNumber"}
    assert {each.reason for each in plan.kept} == {"NotAllowed"}


def test_a_cart_whose_story_is_over_or_frozen_is_refused():
    story = Story(adding("P1", 2))
    story.agent("addLineItem", sku="P2")
    cover = Cover(SINCE)
    ledger = ledger_of(story.cart, story.events, cover)
    with pytest.raises(CartMerged):
        plan_undo_since(replace(story.cart, cart_state="Merged"), ledger, cover, acting_on("siteA"), leave=BACKEND)
    with pytest.raises(CartFrozen):
        plan_undo_since(replace(story.cart, cart_state="Frozen"), ledger, cover, acting_on("siteA"), leave=BACKEND)


def test_a_merge_by_an_operators_write_is_nothing_that_the_operator_did():
    story = Story(adding("P1", 2))
    after = apply_actions(
        story.cart, [msgspec.convert(adding("P2"), AnyCartAction)], acting_on("siteA", new_id=ids())
    ).cart
    story.reach(after, [], operator="ann", kind="CartMerged")
    assert story.undo() == []
    assert story.held() == [("P1", 2), ("P2", 1)]


def test_the_answer_can_be_encoded():
    story = Story(adding("P1", 3))
    story.agent("changeLineItemQuantity", **set_quantity(story, "P1", 5))
    story.shopper("changeLineItemQuantity", **set_quantity(story, "P1", 1))
    assert b'"wouldBe":3' in encode(story.undo())
