"""Promotions on carts of one site and of a sharing group (S4-34 … S4-36), discount codes, price passports."""

from typing import Any

import pytest

from tests.builders import action, add, amount, change_quantity, money, open_cart, ship_to, skus, submit
from tests.client import ok, refused
from tests.conftest import Project

ALL_LINES = {"type": "lineItems", "predicate": "true"}
TOTAL = {"type": "totalPrice"}
SHIPPING = {"type": "shipping"}


def percent(share: int) -> dict[str, Any]:
    return {"type": "relative", "permyriad": share * 100}


def promote(project: Project, value: Any, target: Any, sort_order: str = "0.5", *sites: str, **draft: Any) -> Any:
    """A new promotion, noticed by the server at once: it is the same process."""
    stores = [{"typeId": "store", "key": each} for each in sites]
    body = {
        "name": {"en": "Promotion"},
        "value": value,
        "target": target,
        "sortOrder": sort_order,
        "cartPredicate": "true",
        "stores": stores,
        **draft,
    }
    return project.admin.create("/cart-discounts", body)


def totals(cart: Any) -> list[tuple[str, int]]:
    return [(each["siteId"], each["totalPrice"]["centAmount"]) for each in cart["lineItems"]]


def test_s4_36_and_b_o8_an_item_promotion_holds_for_lines_added_on_its_site_wherever_they_are_priced(project: Project):
    promotion = promote(project, percent(20), ALL_LINES, "0.5", "siteA")
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("SHIRT"))
    cart = alice.in_store("siteB").change_my_cart(cart, add("SHIRT"))
    assert totals(cart) == [("siteA", 2640), ("siteB", 3300)]
    on_a = alice.in_store("siteA").read(f"/me/carts/{cart['id']}")
    assert totals(on_a) == [("siteA", 2400), ("siteB", 3000)]
    assert on_a["lineItems"][0]["discountedPricePerQuantity"] == [
        {
            "quantity": 1,
            "discountedPrice": {
                "value": money(2400),
                "includedDiscounts": [
                    {"discount": {"typeId": "cart-discount", "id": promotion["id"]}, "discountedAmount": money(600)}
                ],
            },
        }
    ]
    assert on_a["lineItems"][1]["discountedPricePerQuantity"] == []
    assert on_a["totalPrice"] == money(5400)
    assert project.broken_invariants() == []


def test_s4_34_and_s4_35_an_order_promotion_for_all_sites_holds_on_each_of_them(project: Project):
    promote(project, percent(10), TOTAL, "0.5", "siteA", "siteB", "siteM")
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE", 2))
    seen = {
        site: alice.in_store(site).read(f"/me/carts/{cart['id']}")["totalPrice"]
        for site in ("siteA", "siteB", "siteM", "siteC")
    }
    assert seen == {
        "siteA": money(4500),
        "siteB": money(9000),
        "siteM": money(86400, "MXN"),
        "siteC": money(8000),
    }


def test_item_promotions_go_before_order_promotions_and_these_before_shipping(project: Project):
    promote(project, percent(10), TOTAL, "0.9")
    promote(project, percent(50), ALL_LINES, "0.1")
    promote(project, {"type": "absolute", "money": [amount(200)]}, SHIPPING, "0.8")
    method = project.admin.read("/shipping-methods")["results"][0]
    alice = project.customer()
    cart = open_cart(
        alice, "siteA", add("TEE", 2), ship_to(),
        action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "id": method["id"]}),
    )  # fmt: skip
    shipping = cart["shippingInfo"]
    assert totals(cart) == [("siteA", 2500)]
    assert cart["discountOnTotalPrice"]["discountedAmount"] == money(250)
    due = max(0, shipping["price"]["centAmount"] - 200)
    assert shipping["discountedPrice"]["value"] == money(due)
    assert cart["totalPrice"] == money(2250 + due)
    assert project.broken_invariants() == []


def test_the_highest_sort_order_goes_first_and_may_be_the_last(project: Project):
    promote(project, {"type": "absolute", "money": [amount(500)]}, ALL_LINES, "0.9")
    promote(project, percent(10), ALL_LINES, "0.5")
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    assert cart["totalPrice"] == money(1800)
    first = project.admin.read("/cart-discounts", params={"sort": "createdAt"})["results"][0]
    project.admin.update("/cart-discounts", first, action("changeStackingMode", stackingMode="StopAfterThisDiscount"))
    project.wait_for_caches()
    assert project.customer().in_store("siteA").write("/me/current-cart")["totalPrice"] == money(2000)


@pytest.mark.parametrize(
    ("predicate", "matching"),
    [
        ('sku = "TEE"', ["TEE"]),
        ('sku in ("TEE", "MUG")', ["TEE", "MUG"]),
        ("quantity >= 2", ["MUG"]),
        ("quantity > 1.5", ["MUG"]),
        ('price > "20.00 USD"', ["TEE"]),
        ("price.centAmount <= 800", ["MUG"]),
        ('siteId = "siteB"', []),
        ('not (sku = "TEE")', ["MUG"]),
        ('product.key = "TEE" or totalPrice = "16.00 USD"', ["TEE", "MUG"]),
        ('categories.id contains any ("nothing")', []),
    ],
)
def test_a_predicate_chooses_lines(project: Project, predicate: str, matching: list[str]):
    promote(project, percent(50), {"type": "lineItems", "predicate": predicate})
    cart = open_cart(project.customer(), "siteA", add("TEE"), add("MUG", 2))
    assert [each["variant"]["sku"] for each in cart["lineItems"] if each["discountedPricePerQuantity"]] == matching


BEYOND_COMPARISON = (
    'totalPrice > "NaN USD"',
    'totalPrice > "Infinity USD"',
    'price > "1e999999 USD"',
    f'price in ("1.00 USD", "{"9" * 5000} USD")',
    'price > "1.00 dollars"',
    "price > 100",
    f"quantity > {'9' * 5000}",
)
"""Amounts and numbers that would only show when a cart is priced: then no cart could be."""


def test_a_predicate_that_cannot_be_understood_is_refused_when_it_is_written(project: Project):
    for predicate in ("sku =", 'weight > "1 kg"', "sku ~ 1", *BEYOND_COMPARISON):
        body = {
            "name": {"en": "x"}, "value": percent(10), "sortOrder": "0.4", "cartPredicate": "true",
            "target": {"type": "lineItems", "predicate": predicate},
        }  # fmt: skip
        refused(project.admin.post("/cart-discounts", body), 400, "InvalidInput")
    assert project.admin.read("/cart-discounts")["results"] == []


def test_a_cart_predicate_goes_by_what_the_cart_comes_to(project: Project):
    promote(project, percent(10), TOTAL, cartPredicate='totalPrice >= "50.00 USD"')
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    assert cart["totalPrice"] == money(2500)
    cart = alice.in_store("siteA").change_my_cart(cart, change_quantity(cart["lineItems"][0], 2))
    assert cart["totalPrice"] == money(4500)


def test_taxes_are_of_what_is_paid_and_portions_sum(project: Project):
    promote(project, {"type": "absolute", "money": [amount(101)]}, TOTAL)
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("MUG"), add("PEN"), ship_to())
    cart = alice.in_store("siteA").write(f"/me/carts/{cart['id']}/checkout", {"version": cart["version"]})
    assert cart["totalPrice"] == money(2500 + 800 + 200 - 101)
    assert cart["taxedPrice"]["totalNet"] == cart["totalPrice"]
    order = ok(submit(alice, cart), 201)
    assert order["totalPrice"] == cart["totalPrice"]
    assert order["discountOnTotalPrice"] == cart["discountOnTotalPrice"]
    assert project.broken_invariants() == []


def test_a_code_opens_its_promotions_and_is_told_when_it_does_nothing(project: Project):
    promotion = promote(project, percent(10), TOTAL, requiresDiscountCode=True)
    reference = {"typeId": "cart-discount", "id": promotion["id"]}
    code = project.admin.create(
        "/discount-codes",
        {"code": "SPRING", "cartDiscounts": [reference], "cartPredicate": 'totalPrice > "30.00 USD"'},
    )
    alice = project.customer().in_store("siteA")
    cart = open_cart(project.customer(), "siteA", add("TEE"), ship_to())
    before = project.cart_row(cart["id"])
    body = {"version": cart["version"], "actions": [action("addDiscountCode", code="WINTER")]}
    refused(alice.post(f"/me/carts/{cart['id']}", body), 400, "DiscountCodeNonApplicable")
    assert project.cart_row(cart["id"]) == before
    cart = alice.change_my_cart(cart, action("addDiscountCode", code="SPRING"))
    entered = {"typeId": "discount-code", "id": code["id"]}
    assert cart["discountCodes"] == [{"discountCode": entered, "state": "DoesNotMatchCart"}]
    assert cart["totalPrice"] == money(2500)
    refused(submit(project.customer(), cart), 400, "DiscountCodeNonApplicable")
    cart = alice.change_my_cart(cart, add("TEE"))
    assert cart["discountCodes"][0]["state"] == "MatchesCart"
    assert cart["totalPrice"] == money(4500)
    cart = alice.change_my_cart(cart, action("removeDiscountCode", discountCode=entered))
    assert (cart["discountCodes"], cart["totalPrice"]) == ([], money(5000))


def test_a_promotion_ends_at_its_date_and_when_it_is_deactivated(project: Project):
    promote(project, percent(10), TOTAL, "0.5", validUntil="2020-01-01T00:00:00.000Z")
    running = promote(project, percent(20), TOTAL, "0.6")
    alice = project.customer()
    assert open_cart(alice, "siteA", add("TEE"))["totalPrice"] == money(2000)
    project.admin.update("/cart-discounts", running, action("changeIsActive", isActive=False))
    project.wait_for_caches()
    assert alice.in_store("siteA").read("/me/current-cart")["totalPrice"] == money(2500)


def test_a_merge_keeps_the_customers_codes_and_reprices_with_promotions(project: Project):
    promote(project, percent(50), {"type": "lineItems", "predicate": 'sku = "TEE"'})
    open_cart(project.customer(), "siteA", add("MUG"))
    guest = project.guest("guest-with-a-tee")
    open_cart(guest, "siteA", add("TEE"))
    draft = {"email": "alice@example.com", "password": "pw", "anonymousId": "guest-with-a-tee"}
    cart = project.backend.in_store("siteA").write("/login", draft)["cart"]
    assert (skus(cart), cart["totalPrice"]) == ([("MUG", 1), ("TEE", 1)], money(800 + 1250))
    assert project.broken_invariants() == []


def test_a_code_that_the_guest_entered_still_holds_after_a_merge_and_not_after_its_undo(project: Project):
    promotion = promote(project, percent(50), TOTAL, requiresDiscountCode=True)
    reference = {"typeId": "cart-discount", "id": promotion["id"]}
    for code in ("MINE", "THEIRS"):
        project.admin.create("/discount-codes", {"code": code, "cartDiscounts": [reference]})
    alice, guest = project.customer(), project.guest("guest-with-a-code")
    mine = open_cart(alice, "siteA", add("MUG"), action("addDiscountCode", code="MINE"))
    mine = alice.in_store("siteA").change_my_cart(mine, action("addDiscountCode", code="THEIRS"))
    mine = alice.in_store("siteA").change_my_cart(
        mine, action("removeDiscountCode", discountCode=mine["discountCodes"][0]["discountCode"])
    )
    open_cart(guest, "siteA", add("MUG"), action("addDiscountCode", code="MINE"))
    draft = {"email": "alice@example.com", "password": "pw", "anonymousId": "guest-with-a-code"}
    body = {"customerId": project.customer_id("alice"), "anonymousId": "guest-with-a-code"}
    plan = project.backend.in_store("siteA").write("/carts/merge-plan", body)
    cart = project.backend.in_store("siteA").write("/login", draft | {"planHash": plan["planHash"]})["cart"]
    assert (skus(cart), cart["totalPrice"]) == ([("MUG", 1)], money(400))
    assert [each["state"] for each in cart["discountCodes"]] == ["MatchesCart"] * 2
    assert cart["discountCodes"][0] == mine["discountCodes"][0]
    assert plan["totalAfter"] == money(400)
    alice.write(f"/me/merges/{cart['mergeReceipt']}/undo", {})
    assert alice.in_store("siteA").read("/me/current-cart")["discountCodes"] == mine["discountCodes"]
    assert project.broken_invariants() == []


def test_a_plan_of_a_merge_tells_what_promotions_take_off_and_is_stale_when_they_change(project: Project):
    promote(project, percent(50), {"type": "lineItems", "predicate": 'sku = "TEE"'})
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guests = open_cart(project.guest("planning"), "siteA", add("TEE", 2))
    backend = project.backend.in_store("siteA")
    body = {"customerId": project.customer_id("alice"), "anonymousId": "planning"}
    plan = backend.write("/carts/merge-plan", body)
    assert ("discountBefore" in plan, plan["discountAfter"], plan["totalAfter"]) == (False, money(2500), money(3300))
    promote(project, percent(10), TOTAL, "0.4")
    before = project.cart_row(mine["id"]), project.cart_row(guests["id"])
    draft = {"email": "alice@example.com", "password": "pw", "anonymousId": "planning"}
    error = refused(
        backend.post("/login", draft | {"planHash": plan["planHash"]}), 409, "ConcurrentModification", "MergePlanStale"
    )
    assert (project.cart_row(mine["id"]), project.cart_row(guests["id"])) == before
    now = error["plan"]
    assert (now["discountAfter"], now["totalAfter"]) == (money(2500 + 330), money(2970))
    cart = backend.write("/login", draft | {"planHash": now["planHash"]})["cart"]
    assert cart["totalPrice"] == now["totalAfter"]


def test_a_price_passport_tells_where_a_price_comes_from_and_since_when(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("MUG"))
    tee, mug = (each["pricePassport"] for each in cart["lineItems"])
    channel = project.admin.read("/channels/key=pgA")["id"]
    assert (tee["siteId"], tee["currency"], tee["rule"], tee["priceList"]["id"]) == ("siteA", "USD", "list", channel)
    assert "priceList" not in mug
    later = alice.in_store("siteA").change_my_cart(cart, add("PEN"))
    assert later["lineItems"][0]["pricePassport"] == tee
    moved = alice.in_store("siteM").read(f"/me/carts/{cart['id']}")["lineItems"][0]["pricePassport"]
    assert (moved["siteId"], moved["currency"]) == ("siteM", "MXN")
    assert moved["at"] >= tee["at"]
