"""Each rule of ``handcart check`` finds what breaks it, and nothing in what does not."""

from typing import Any

import pytest
from msgspec.structs import replace

from handcart.domain.cart import Actor, Cart, cart_decoder
from handcart.domain.document import Timestamp, encode
from handcart.domain.erasure import ERASED
from handcart.domain.event import GENESIS, Event, EventBody, event_of
from handcart.domain.invariants import CartRow, broken_chain, broken_rules_of_cart
from handcart.domain.money import money_of
from handcart.domain.receipt import MergedUnits, MergeReceipt

NOW = Timestamp("2026-11-22T09:30:00.000Z")


def money(cents: int) -> dict[str, Any]:
    return {"type": "centPrecision", "currencyCode": "USD", "centAmount": cents, "fractionDigits": 2}


def line(name: str, cents: int, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "productId": "p", "name": {}, "productSlug": {},
        "productType": {"typeId": "product-type", "id": "t"},
        "variant": {"id": 1, "prices": [], "attributes": [], "images": [], "assets": []},
        "price": {"id": "price", "value": money(cents)}, "quantity": 1, "totalPrice": money(cents),
        "discountedPricePerQuantity": [], "taxedPricePortions": [], "state": [], "perMethodTaxRate": [],
        "priceMode": "Platform", "lineItemMode": "Standard", "addedAt": NOW, "lastModifiedAt": NOW, **more,
    }  # fmt: skip


def cart_of(**more: Any) -> Cart:
    fields = {
        "id": "c", "version": 3, "createdAt": NOW, "lastModifiedAt": NOW, "lineItems": [line("l1", 1000)],
        "customLineItems": [], "totalPrice": money(1000), "taxMode": "Platform", "priceRoundingMode": "HalfEven",
        "taxRoundingMode": "HalfEven", "taxCalculationMode": "LineItemLevel", "inventoryMode": "None",
        "cartState": "Active", "shippingMode": "Single", "shipping": [], "itemShippingAddresses": [],
        "discountCodes": [], "directDiscounts": [], "refusedGifts": [], "origin": "Customer", "name": "Default",
        "status": "Cart", "pricedFor": {"currency": "USD", "at": NOW}, "scope": "site:siteA", "customerId": "alice",
        "siteId": "siteA", **more,
    }  # fmt: skip
    return cart_decoder.decode(encode(fields))


ROW = CartRow(
    version=3, state="Active", owner="customer:alice", site="siteA", name="Default", key=None, store=None, order_id=None
)


def rules(cart: Cart, row: CartRow = ROW) -> list[str]:
    return [each.rule for each in broken_rules_of_cart(cart, row)]


def test_a_cart_as_it_should_be_breaks_no_rule() -> None:
    assert rules(cart_of()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"anonymousId": "guest"}, ["OneOwner"]),
        ({"customerId": "bob"}, ["OwnerOfRow"]),
        ({"version": 4}, ["VersionOfRow"]),
        ({"cartState": "Frozen"}, ["StateOfRow"]),
        ({"siteId": "siteB"}, ["SiteOfRow"]),
        ({"name": "Quote"}, ["NameOfRow"]),
        ({"key": "k1"}, ["KeyOfRow"]),
        ({"businessUnit": {"typeId": "business-unit", "key": "companyA"}}, ["BillToOfRow"]),
        ({"shipTo": "loc1"}, ["ShipToOfRow"]),
        ({"store": {"typeId": "store", "key": "siteA"}}, ["StoreOfRow"]),
        ({"totalPrice": money(999)}, ["TotalIsSum"]),
        ({"lineItems": [line("l1", 600), line("l2", 400)]}, []),
        ({"lineItems": [line("l1", 1000), line("l2", 400, pricingError={"code": "MatchingPriceNotFound"})]}, []),
    ],
)
def test_a_document_that_says_something_else_is_found(changes: dict[str, Any], expected: list[str]) -> None:
    assert rules(cart_of(**changes)) == expected


def test_a_line_in_another_currency_is_found() -> None:
    pesos = {**money(1000), "currencyCode": "MXN"}
    assert rules(cart_of(lineItems=[line("l1", 1000, totalPrice=pesos)])) == ["OneCurrency"]


def test_taxes_that_do_not_add_up_are_found() -> None:
    taxed = {
        "totalNet": money(1000), "totalGross": money(1101), "totalTax": money(100),
        "taxPortions": [{"rate": 0.1, "amount": money(100), "name": "10 %"}],
    }  # fmt: skip
    assert rules(cart_of(taxedPrice=taxed)) == ["TaxesAddUp"]
    assert rules(cart_of(taxedPrice={**taxed, "totalGross": money(1100)})) == []


def test_an_ordered_cart_has_its_order_and_no_other_cart_has_one() -> None:
    ordered, of_ordered = cart_of(cartState="Ordered", orderId="o"), replace(ROW, state="Ordered", order_id="o")
    assert rules(ordered, of_ordered) == []
    assert rules(ordered, replace(of_ordered, order_id=None)) == ["OrderedCartHasOrder"]
    assert rules(ordered, replace(of_ordered, order_id="another")) == ["OrderOfCart"]
    assert rules(cart_of(), replace(ROW, order_id="o")) == ["OrderHasOrderedCart"]


def receipt(*units: tuple[str, int], state: Any = "Applied") -> MergeReceipt:
    return MergeReceipt(
        id="m", version=1, state=state, at=NOW, customer_id="alice", sources=("c",), target="d", policy="max",
        undo_until=NOW, units=tuple(
            MergedUnits(source_cart_id="c", line_item_id=name, quantity=quantity, quantity_after=9, outcome="moved")
            for name, quantity in units
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "receipt", "expected"),
    [
        ({"mergedInto": "d"}, receipt(("l1", 1)), []),
        ({}, receipt(("l1", 1)), ["MergedCartHasSuccessor"]),
        ({"mergedInto": "d"}, None, ["MergedCartHasReceipt"]),
        ({"mergedInto": "d", "lineItems": [], "totalPrice": money(0)}, None, []),
        ({"mergedInto": "d"}, receipt(), ["EveryUnitAccounted"]),
        ({"mergedInto": "d"}, receipt(("l1", 2)), ["EveryUnitAccounted"]),
        ({"mergedInto": "d"}, receipt(("l1", 1), ("l2", 1)), ["EveryUnitAccounted"]),
        ({"mergedInto": "d"}, receipt(("l1", 1), state="Undone"), ["UndoneMergeHasNoSource"]),
    ],
)
def test_s1_32_a_merged_cart_names_its_successor_and_its_receipt_every_unit(
    changes: dict[str, Any], receipt: MergeReceipt | None, expected: list[str]
) -> None:
    merged = cart_of(cartState="Merged", **changes)
    assert rules(merged, replace(ROW, state="Merged", receipt=receipt)) == expected


def test_the_owner_of_a_guests_cart_is_not_told() -> None:
    guest = replace(cart_of(), customer_id=None, anonymous_id="secret")
    told = encode(list(broken_rules_of_cart(guest, ROW)))
    assert b"OwnerOfRow" in told
    assert b"secret" not in told


def event(previous: bytes, version_from: int, version_to: int, kind: str = "CartChanged") -> Event:
    said = EventBody(
        kind=kind, version_from=version_from, version_to=version_to, at=NOW,
        actor=Actor(client_id="storefront"), actions=[{"action": "setCustomerEmail", "email": "a@example.com"}],
        before={"totalPrice": money_of(version_from, "USD")},
    )  # fmt: skip
    return event_of(said, previous_head=previous, salt=b"salt")


FIRST = event(GENESIS, 0, 1)
SECOND = event(FIRST.head, 1, 3)
CHAIN = [FIRST, SECOND]


def broken(links: list[Event], version: int = 3, head: bytes = SECOND.head) -> str | None:
    found = broken_chain(links, version=version, head=head)
    return found.rule if found is not None else None


def test_an_unbroken_chain_leads_to_the_rows_version_and_head() -> None:
    assert broken(CHAIN) is None


def test_an_erasure_leaves_the_chain_unbroken() -> None:
    erasure = event(SECOND.head, 3, 4, kind=ERASED)
    erased = [replace(each, personal=None, salt=None) for each in (*CHAIN, erasure)]
    assert broken(erased, version=4, head=erasure.head) is None
    later = event(erasure.head, 4, 5)
    assert broken([*erased, later], version=5, head=later.head) is None
    taken = replace(later, personal=None, salt=None)
    assert broken([*erased, taken], version=5, head=later.head) == "ErasureRecorded"


@pytest.mark.parametrize(
    ("links", "rule"),
    [
        ([CHAIN[1]], "VersionsContiguous"),
        ([CHAIN[0], replace(CHAIN[1], version_from=2)], "VersionsContiguous"),
        ([CHAIN[0], replace(CHAIN[1], body=CHAIN[1].body + b" ")], "EventUnaltered"),
        ([CHAIN[0], replace(CHAIN[1], personal=b"{}")], "EventUnaltered"),
        ([replace(CHAIN[0], head=b"x" * 32), CHAIN[1]], "EventUnaltered"),
        ([replace(CHAIN[0], personal=None, salt=None), CHAIN[1]], "ErasureRecorded"),
        ([CHAIN[0]], "EventOfEveryVersion"),
        ([], "EventOfEveryVersion"),
    ],
)
def test_a_broken_chain_is_found(links: list[Event], rule: str) -> None:
    assert broken(links) == rule


def test_a_row_whose_head_is_another_is_found() -> None:
    assert broken(CHAIN, head=FIRST.head) == "HeadOfRow"
