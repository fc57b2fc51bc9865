"""The shape of carts and orders: what clients always need is there, and nothing is that nobody has announced."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.builders import US_ADDRESS, action, add, amount, open_cart, ship_to, submit
from tests.client import ok
from tests.conftest import Project

CART = """id version createdAt lastModifiedAt lineItems customLineItems totalPrice taxMode priceRoundingMode
taxRoundingMode taxCalculationMode inventoryMode cartState shippingMode shipping itemShippingAddresses discountCodes
directDiscounts refusedGifts origin""".split()
CART_OPTIONAL = """key customerId customerEmail customerGroup anonymousId businessUnit store totalLineItemQuantity
taxedPrice taxedShippingPrice discountOnTotalPrice freezeStrategy billingAddress shippingAddress shippingKey
shippingInfo shippingRateInput shippingCustomFields paymentInfo country locale custom discountTypeCombination lock
deleteDaysAfterLastModification purchaseOrderNumber lastModifiedBy createdBy warnings""".split()
CART_OWN = """name status siteId createSiteId scope checkout shipTo mergedInto mergeReceipt offlineOrderId pricedFor
alternateContact orderId itemAddedAt""".split()

LINE = """id productId name productType variant price quantity totalPrice discountedPricePerQuantity taxedPricePortions
state perMethodTaxRate priceMode lineItemMode""".split()
LINE_OPTIONAL = """key productKey productSlug taxedPrice taxRate supplyChannel distributionChannel inventoryMode
shippingDetails reservation custom addedAt lastModifiedAt recurrenceInfo""".split()
LINE_OWN = "siteId pricingError pricePassport".split()

CUSTOM_LINE = """id name money taxedPricePortions totalPrice slug quantity state perMethodTaxRate
discountedPricePerQuantity priceMode""".split()

ORDER = """id version createdAt lastModifiedAt lineItems customLineItems totalPrice shippingMode shipping refusedGifts
origin orderState syncInfo""".split()
ORDER_OWN = "status statusHistory type operator siteId createSiteId erp checkout shipTo".split()
ORDER_OPTIONAL = """orderNumber cart orderState shipmentState paymentState state returnInfo lastMessageSequenceNumber
completedAt quote recurringOrder""".split()

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def values_in(document: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    yield path, document
    if isinstance(document, dict):
        for name, value in document.items():
            yield from values_in(value, f"{path}.{name}")
    elif isinstance(document, list):
        for value in document:
            yield from values_in(value, f"{path}[]")


def filled(project: Project) -> Any:
    """A cart with everything in it that a cart can have so far, in checkout."""
    alice = project.customer()
    custom = {"type": {"typeId": "type", "key": "configuration"}, "fields": {"size": "L"}}
    cart = open_cart(alice, "siteA", add("TEE", 2, key="tee", custom=custom), add("MUG"), ship_to())
    fee = action("addCustomLineItem", name={"en-US": "Fee"}, slug="fee", money=amount(100))
    notes = action("setCustomType", type={"typeId": "type", "key": "notes"}, fields={"PoNumber": "7"})
    standard = action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "key": "standard"})
    billing = action("setBillingAddress", address=US_ADDRESS)
    cart = project.admin.in_store("siteA").change_cart(cart, fee, notes, standard, billing, action("setKey", key="k-1"))
    return ok(alice.in_store("siteA").post(f"/me/carts/{cart['id']}/checkout"), 200)


def check_values(document: Any) -> None:
    for path, value in values_in(document):
        assert value is not None, path
        assert value != "", path
        name = path.rpartition(".")[2]
        if name.endswith("At") and isinstance(value, str):
            assert TIMESTAMP.fullmatch(value), (path, value)
            assert datetime.fromisoformat(value).tzinfo is not None
        if name == "id":
            assert isinstance(value, int) or UUID(value), path
        if isinstance(value, dict) and "centAmount" in value:
            assert set(value) == {"type", "currencyCode", "centAmount", "fractionDigits"}, path


def test_a_cart_has_what_clients_need_and_nothing_unannounced(project: Project):
    for cart in (open_cart(project.guest()), filled(project)):
        assert sorted(set(CART) - set(cart)) == []
        assert sorted(set(cart) - set(CART) - set(CART_OPTIONAL) - set(CART_OWN)) == []
        check_values(cart)
        for line in cart["lineItems"]:
            assert sorted(set(LINE) - set(line)) == []
            assert sorted(set(line) - set(LINE) - set(LINE_OPTIONAL) - set(LINE_OWN)) == []
        for line in cart["customLineItems"]:
            assert sorted(set(CUSTOM_LINE) - set(line)) == []


def test_an_order_has_what_clients_need_and_nothing_unannounced(project: Project):
    made = ok(submit(project.customer(), filled(project)), 201)
    assert sorted(set(ORDER) - set(made)) == []
    announced = {*ORDER, *ORDER_OPTIONAL, *ORDER_OWN, *CART, *CART_OPTIONAL}
    assert sorted(set(made) - announced) == []
    check_values(made)


def test_an_anonymous_id_is_told_to_its_guest_alone(project: Project):
    guest = project.guest("a-bearer-secret")
    cart = open_cart(guest, "siteA", add("TEE"), ship_to())
    assert cart["anonymousId"] == "a-bearer-secret"
    for table, column in (("events", "body"), ("events", "personal")):
        rows = project.sql.rows(f"SELECT {column} AS text FROM {table} WHERE project = $1", project.key)
        assert [row for row in rows if row["text"] and b"a-bearer-secret" in row["text"]] == []
    for actor in ("createdBy", "lastModifiedBy"):
        assert "a-bearer-secret" not in str(cart[actor])
