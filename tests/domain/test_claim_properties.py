"""A claim takes everything that a guest had along, and loses nothing of it, whatever state it is in."""

from collections import Counter
from typing import Any

from hypothesis import find, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handcart.domain.cart import Cart, Checkout
from handcart.domain.cart_owner import CartOwner
from handcart.domain.claim import Claim, ClaimRules, is_empty, is_mergeable, plan_claim, recency
from handcart.domain.document import encode
from handcart.domain.invariants import CartRow, broken_rules_of_cart
from handcart.domain.merge_plan import plan_shown
from handcart.domain.money import CENT_AMOUNT_MAX, money_of
from handcart.domain.receipt import MergedUnits, MergeReceipt
from handcart.domain.references import KeyReference
from tests.strategies import ALICE, NOW, THEN, carts, claims, rules, shipped_by, under

GUEST = CartOwner(anonymous_id="secret")
few = settings(max_examples=100, deadline=None)


def after(plan: Claim, *carts: Cart) -> list[Cart]:
    """The carts as the plan leaves them."""
    changed = {each.before.id: each.after.cart for each in plan.changes}
    return [changed.get(each.id, each) for each in carts]


def one(plan: Claim, cart: Cart) -> Cart:
    (left,) = after(plan, cart)
    return left


def units(cart: Cart) -> Counter[str]:
    return Counter({each.id: each.quantity for each in (*cart.line_items, *cart.custom_line_items)})


def told_of(plan: Claim, cart: Cart) -> list[MergedUnits]:
    return [each for account in plan.accounts for each in account.units if each.source_cart_id == cart.id]


def receipt_of(plan: Claim, cart: Cart) -> MergeReceipt:
    (found,) = [each for each in plan.receipts if cart.id in each.sources]
    return found


@few
@given(claims())
def test_every_unit_of_every_cart_is_in_a_cart_or_in_a_receipt(claimed: tuple[list[Cart], list[Cart], ClaimRules]):
    mine, guests, given_rules = claimed
    plan = plan_claim(mine, guests, given_rules)
    assert len({each.before.id for each in plan.changes}) == len(plan.changes)
    ends = {each.id: each for each in after(plan, *mine, *guests)}
    for cart in (*mine, *guests):
        end, told = ends[cart.id], told_of(plan, cart)
        if end.cart_state == "Merged" and is_empty(cart):
            continue
        if end.cart_state == "Merged":
            assert Counter({each.line_item_id: each.quantity for each in told}) == units(cart)
            target = ends[str(end.merged_into)]
            assert (target.cart_state, target.id) == ("Active", receipt_of(plan, cart).target)
            for each in told:
                if each.target_line_item_id is not None:
                    assert each.target_line_item_id in units(target)
        missing = {key for key in units(cart) if key not in units(end)}
        refused = {each.line_item_id for each in told if each.outcome == "refused"}
        assert missing <= refused


@few
@given(claims())
def test_every_cart_of_the_guest_is_the_customers_and_one_version_on(claimed: Any):
    mine, guests, given_rules = claimed
    plan = plan_claim(mine, guests, given_rules)
    for before, now in zip(guests, after(plan, *guests), strict=True):
        assert (now.customer_id, now.anonymous_id) == (ALICE.customer_id, None)
        assert now.version == before.version + 1
    for before, now in zip(mine, after(plan, *mine), strict=True):
        assert now is before or now.version == before.version + 1


@few
@given(claims())
def test_nothing_that_is_planned_breaks_an_invariant(claimed: Any):
    mine, guests, given_rules = claimed
    plan = plan_claim(mine, guests, given_rules)
    for cart in after(plan, *mine, *guests):
        accounts = [each for each in plan.receipts if cart.id in each.sources]
        row = CartRow(
            version=cart.version,
            state=cart.cart_state,
            owner=f"customer:{cart.customer_id}",
            site=cart.home_site,
            name=cart.name,
            key=cart.key,
            store=cart.store.key if cart.store else None,
            bill_to=cart.business_unit.key if cart.business_unit else "",
            receipt=accounts[0] if accounts else None,
        )
        assert list(broken_rules_of_cart(cart, row)) == []


@few
@given(claims())
def test_a_cart_stays_in_its_scope_and_under_its_assignment(claimed: Any):
    mine, guests, given_rules = claimed
    plan = plan_claim(mine, guests, given_rules)
    for before, now in zip((*mine, *guests), after(plan, *mine, *guests), strict=True):
        assert given_rules.scope_of(now) == given_rules.scope_of(before)
        assert (now.business_unit, now.ship_to) == (before.business_unit, before.ship_to)
        if now.cart_state == "Merged":
            (target,) = [each for each in (*mine, *guests) if each.id == now.merged_into]
            assert given_rules.scope_of(target) == given_rules.scope_of(before)
            assert (target.business_unit, target.name) == (before.business_unit, before.name)


@few
@given(claims())
def test_s1_35_planning_again_gives_an_empty_plan(claimed: Any):
    """What was claimed is the customer's, so a repeated sign-in finds nothing of the guest's."""
    mine, guests, given_rules = claimed
    plan = plan_claim(mine, guests, given_rules)
    owned = after(plan, *mine, *guests)
    assert [each for each in owned if each.anonymous_id is not None] == []
    assert plan_claim(owned, [], given_rules) == Claim()


@few
@given(claims(), st.randoms(use_true_random=False))
def test_the_order_in_which_carts_are_found_does_not_matter(claimed: Any, chance: Any):
    mine, guests, given_rules = claimed

    def told(plan: Claim) -> Any:
        ends = [(each.before.id, each.after.cart.cart_state, each.after.cart.merged_into) for each in plan.changes]
        return sorted(ends, key=str), sorted(encode(each.units) for each in plan.accounts if each.sources)

    straight = told(plan_claim(mine, guests, given_rules))
    chance.shuffle(mine)
    chance.shuffle(guests)
    assert told(plan_claim(mine, guests, given_rules)) == straight


@few
@given(claims())
def test_t_06_a_filled_guests_cart_leaves_the_customer_with_a_filled_current_cart(claimed: Any):
    mine, guests, given_rules = claimed
    plan = plan_claim(mine, guests, given_rules)
    usable = [each for each in guests if is_mergeable(each) and each.line_items and not each.shipping_info]
    if given_rules.mode == "UseAsNewActiveCustomerCart":
        usable = sorted(usable, key=recency)[-1:]
    ends = [each for each in after(plan, *mine, *guests) if is_mergeable(each)]
    for cart in usable:
        here = [
            each
            for each in ends
            if (given_rules.scope_of(each), each.name, each.business_unit)
            == (given_rules.scope_of(cart), cart.name, cart.business_unit)
        ]
        assert here, "no cart is current where the guest had one"
        current = max(here, key=recency)
        behind = {each.line_item_id for guest in guests for each in told_of(plan, guest) if each.outcome == "refused"}
        assert not is_empty(current) or {each.id for each in cart.line_items} <= behind


@few
@given(claims())
def test_a_plan_is_shown_with_one_row_for_each_line_that_it_touches(claimed: Any):
    mine, guests, given_rules = claimed
    plan = plan_claim(mine, guests, given_rules)
    shown = plan_shown(plan, customer_id="alice", target_id=None)
    lines = {each.target_line_item_id or each.line_item_id for account in plan.accounts for each in account.units}
    assert len(shown.lines) == len(lines)
    own = {each.id for each in mine}
    behind = [each for a in plan.accounts for each in a.units if each.target_line_item_id is None]
    assert sum(each.came_from == "customer" for each in shown.lines if each.quantity_after == 0) == sum(
        each.source_cart_id in own for each in behind
    )


def filled(cart_id: str, owner: CartOwner = GUEST, site: str | None = "siteA", **fields: Any) -> Cart:
    """A cart with one line, of a product that is on offer everywhere."""

    def has_one(cart: Cart) -> bool:
        return [line.product_id for line in cart.line_items] == ["P1"] and not cart.custom_line_items

    return replace(find(carts(cart_id, owner, site=site), has_one), **fields)


def test_s1_20_and_t_08_several_carts_go_into_the_newest_of_the_customer_the_oldest_first():
    old, new = (filled(key, ALICE, last_modified_at=at) for key, at in (("old", THEN), ("new", NOW)))
    first = filled("first", last_modified_at=THEN)
    second = filled("second", last_modified_at=NOW)
    plan = plan_claim([new, old], [second, first], rules(policy="separate"))
    (receipt,) = plan.receipts
    assert (receipt.target, receipt.sources) == ("new", ("first", "second"))
    assert one(plan, old) is old


def test_s1_21_used_as_new_the_newest_is_current_and_nothing_is_merged():
    mine = filled("mine", ALICE)
    first, second = filled("first", last_modified_at=THEN), filled("second", last_modified_at=NOW)
    plan = plan_claim([mine], [first, second], rules(mode="UseAsNewActiveCustomerCart"))
    assert plan.receipts == ()
    assert [each.cart_state for each in after(plan, mine, first, second)] == ["Active"] * 3
    assert max(after(plan, mine, first, second), key=recency).id == "second"


def test_t_27_a_guests_cart_goes_into_the_customers_own_not_into_a_companys():
    acme = filled("acme", ALICE, business_unit=KeyReference(type_id="business-unit", key="acme"), last_modified_at=NOW)
    own = filled("own", ALICE, last_modified_at=THEN)
    plan = plan_claim([acme, own], [filled("guest")], rules())
    assert plan.receipts[0].target == "own"
    assert one(plan, acme) is acme
    plan = plan_claim([acme], [filled("guest")], rules())
    assert (plan.changes[0].after.cart.id, plan.changes[0].after.cart.cart_state) == ("guest", "Active")


def test_carts_of_one_group_in_two_currencies_become_one_in_the_currency_of_the_acting_site():
    mexican = filled("mx", site="siteM")
    mine = filled("mine", ALICE)
    plan = plan_claim([mine], [mexican], rules(site="siteA", policy="separate"))
    merged = one(plan, mine)
    assert (merged.currency, len(merged.line_items)) == ("USD", len(mine.line_items) + 1)
    assert merged.home_site == "siteA"
    plan = plan_claim([mine], [mexican], rules(site="siteM", policy="separate"))
    assert (one(plan, mine).currency, one(plan, mine).home_site) == ("MXN", "siteM")


def test_carts_without_a_store_are_merged_with_each_other_and_with_no_others():
    loose, guest = filled("loose", ALICE, site=None), filled("guest", site=None)
    plan = plan_claim([loose, filled("mine", ALICE, last_modified_at=NOW)], [guest], rules())
    assert [each.target for each in plan.receipts] == ["loose"]


def test_an_inactive_shipping_method_keeps_a_cart_out_of_another_but_not_from_being_the_current_one():
    guest = replace(filled("guest"), shipping_info=shipped_by("gone", "USD"))
    never_filled = replace(filled("empty", ALICE), line_items=(), custom_line_items=(), item_added_at=None)
    for mine in ([], [never_filled]):
        plan = plan_claim(mine, [guest], rules())
        assert (one(plan, guest).name, one(plan, guest).cart_state) == ("Default", "Active")
    plan = plan_claim([filled("mine", ALICE)], [guest], rules())
    assert [(each.outcome, each.reason) for each in told_of(plan, guest)] == [("left", "ShippingMethodInactive")] * len(
        units(guest)
    )
    assert one(plan, guest).name.startswith("Parked ")
    plan = plan_claim([filled("mine", ALICE)], [guest], rules(mode="UseAsNewActiveCustomerCart"))
    assert one(plan, guest).name == "Default"


def test_of_several_carts_the_one_in_checkout_goes_on_and_the_others_are_set_aside_with_a_receipt():
    mine = filled("mine", ALICE)
    paying = filled("paying", last_modified_at=THEN, checkout=Checkout(site_id="siteA", started_at=THEN))
    other = filled("other", last_modified_at=NOW)
    plan = plan_claim([mine], [paying, other], rules())
    assert one(plan, paying).line_items == paying.line_items
    assert one(plan, paying).checkout == paying.checkout
    for each in (mine, other):
        assert one(plan, each).name.startswith("Parked ")
        assert one(plan, each).line_items == each.line_items
        assert {unit.reason for unit in told_of(plan, each)} == {"OtherCartInCheckout"}
    assert {each.target for each in plan.receipts} == {"paying"}


def test_what_cannot_be_added_up_is_left_whole_and_the_sign_in_goes_on():
    huge = money_of(CENT_AMOUNT_MAX, "USD")

    def rich(cart: Cart) -> Cart:
        first, *others = cart.line_items
        line = replace(first, price_mode="ExternalTotal", price=replace(first.price, value=huge), total_price=huge)
        return replace(cart, line_items=(line, *others))

    mine, guest = rich(filled("mine", ALICE)), rich(filled("guest"))
    plan = plan_claim([mine], [guest], rules())
    assert one(plan, mine) is mine
    assert one(plan, guest).line_items == guest.line_items
    assert {each.reason for each in told_of(plan, guest)} == {"MergeNotPossible"}
    assert one(plan, guest).customer_id == "alice"


def test_a_frozen_and_a_locked_cart_beside_a_free_one_name_the_cart_that_is_current():
    frozen, locked = under(filled("frozen"), "frozen"), under(filled("locked"), "locked")
    plan = plan_claim([], [frozen, locked, filled("free")], rules())
    assert [(each.target, each.units[0].reason) for each in plan.receipts] == [
        ("free", "CartFrozen"),
        ("free", "CartLocked"),
    ]
    assert plan_shown(plan, customer_id="alice", target_id=None).target_cart_id == "free"
