"""One shopper, two brands with their own currencies and taxes, a shop to pick up from, and a promotion on one brand:
from the first item to the order, with the other brand away for a while.
"""

from typing import Any

from tests.api.ccadmin import Ccadmin, ccadmin
from tests.builders import MX_ADDRESS, add, amount, lines_on, money, open_cart, ship_to, submit
from tests.client import Api, ok, refused
from tests.conftest import Project

__all__ = ["ccadmin"]

PICKUP = {"supplyChannel": {"typeId": "channel", "key": "store107"}}
ON_A = 2 * 2000 + 640 + 3000
ON_M = 2 * 38400 + 12800 + 60000


def promote_on_site_a(project: Project) -> Any:
    """20 % off every item that was added on siteA."""
    body = {
        "name": {"en": "Only here"},
        "value": {"type": "relative", "permyriad": 2000},
        "target": {"type": "lineItems", "predicate": "true"},
        "sortOrder": "0.5",
        "cartPredicate": "true",
        "stores": [{"typeId": "store", "key": "siteA"}],
    }
    return project.admin.create("/cart-discounts", body)


def seen(shopper: Api, site: str) -> Any:
    return shopper.in_store(site).read("/me/current-cart")["totalPrice"]


def filled_on_both(shopper: Api) -> Any:
    """Two TEEs and a MUG to be picked up from siteA, a SHIRT from siteM; back and forth between them."""
    open_cart(shopper, "siteA", add("TEE"))
    open_cart(shopper, "siteM", add("SHIRT"))
    open_cart(shopper, "siteA", add("MUG", 1, **PICKUP))
    return open_cart(shopper, "siteA", add("TEE"))


def paid_on_m(shopper: Api, net: int) -> Any:
    cart = open_cart(shopper, "siteM", ship_to(MX_ADDRESS))
    assert (cart["totalPrice"], "taxedPrice" in cart) == (money(net, "MXN"), False)
    here = shopper.in_store("siteM")
    cart = ok(here.post(f"/me/carts/{cart['id']}/checkout", {"version": cart["version"]}), 200)
    return ok(submit(shopper, cart, "siteM", expectedTotal=amount(net, "MXN")), 201)


def test_a_cart_of_two_brands_is_paid_on_the_other_one_by_its_prices_taxes_and_gateway(project: Project):
    """S4-2, S4-4, S4-16 … S4-21, S4-24 … S4-28, S4-32 … S4-37."""
    promotion = promote_on_site_a(project)
    alice = project.customer()
    cart = filled_on_both(alice)
    assert lines_on(cart) == [("TEE", "siteA", 2), ("SHIRT", "siteM", 1), ("MUG", "siteA", 1)]
    for _ in range(2):
        assert seen(alice, "siteM") == money(ON_M, "MXN")
        assert seen(alice, "siteA") == money(ON_A)
    made = paid_on_m(alice, ON_M)
    assert made["totalPrice"] == money(ON_M, "MXN")
    taxed = made["taxedPrice"]
    assert (taxed["totalNet"], taxed["totalGross"]) == (money(ON_M, "MXN"), money(ON_M * 116 // 100, "MXN"))
    assert (made["siteId"], made["createSiteId"], made["checkout"]["gateway"]) == ("siteM", "siteA", "gwM")
    assert lines_on(made) == lines_on(cart)
    discounted = [
        [
            each["discount"]["id"]
            for part in line["discountedPricePerQuantity"]
            for each in part["discountedPrice"]["includedDiscounts"]
        ]
        for line in made["lineItems"]
    ]
    assert discounted == [[promotion["id"]], [], [promotion["id"]]]
    assert [project.stock("TEE", each) for each in ("stockA", "stockM")] == [98, 100]
    assert [project.stock("SHIRT", each) for each in ("stockA", "stockM")] == [100, 99]
    assert [project.stock("MUG", each) for each in ("store107", "stockA", "stockM")] == [4, 100, 100]
    for site in ("siteA", "siteB", "siteM"):
        assert [each["id"] for each in alice.in_store(site).read("/me/orders")["results"]] == [made["id"]]
    assert alice.in_store("siteD").read("/me/orders")["results"] == []
    assert alice.in_store("siteA").create("/me/current-cart")["lineItems"] == []
    assert project.broken_invariants() == []


def test_what_both_brands_hold_is_whole_again_after_one_was_away(ccadmin: Ccadmin, project: Project):
    """S4-54, S4-66, T-11, T-12: while siteM is away it begins a cart that says where the other one is."""
    promote_on_site_a(project)
    alice = project.customer()
    cart = filled_on_both(alice)
    members = [{"id": each} for each in ("siteA", "siteB", "siteC", "siteM")]
    ccadmin.put_group("G1", sites=members[:-1])
    begun = open_cart(alice, "siteM", add("PEN", 5))
    assert begun["separated"]["carts"] == [{"id": cart["id"], "siteId": "siteA"}]
    refused(alice.in_store("siteM").get(f"/me/carts/{cart['id']}"), 404, "ResourceNotFound")
    assert seen(alice, "siteB") == money(2 * 4000 + 640 + 3300)
    ccadmin.put_group("G1", sites=members)
    made = paid_on_m(alice, ON_M + 5 * 4000)
    assert sorted(lines_on(made)) == [
        ("MUG", "siteA", 1),
        ("PEN", "siteM", 5),
        ("SHIRT", "siteM", 1),
        ("TEE", "siteA", 2),
    ]
    assert made["createSiteId"] == "siteA"
    ordered = project.backend.read(f"/carts/{made['cart']['id']}")
    receipt = alice.read(f"/me/merges/{ordered['mergeReceipt']}")
    assert {each["outcome"] for each in receipt["units"]} == {"kept", "moved"}
    assert [project.stock("PEN", each) for each in ("stockA", "stockM")] == [100, 95]
    assert project.stock("MUG", "store107") == 4
    assert project.broken_invariants() == []
