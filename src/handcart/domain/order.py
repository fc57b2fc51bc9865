"""Orders: a cart's clone at the moment of submission, and the plan of a submission (a pure decision)."""

from collections.abc import Collection
from typing import Any, ClassVar, Literal

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.address import Address
from handcart.domain.cart import Actor, Cart, Checkout, CustomLineItem, LineItem, ShippingInfo, TaxedItemPrice
from handcart.domain.checkout import priced_at_checkout
from handcart.domain.contact import AlternateContact, contact_to_order
from handcart.domain.custom_fields import CustomFields, CustomFieldsDraft
from handcart.domain.discounted import DiscountCodeInfo, DiscountOnTotalPrice
from handcart.domain.document import Document, Draft, PartialDraft, Timestamp
from handcart.domain.errors import (
    CartEmpty,
    DiscountCodeNonApplicable,
    InvalidItemShippingDetails,
    InvalidOperation,
    OutOfStock,
    PriceChanged,
    ShippingAddressMissing,
    ShippingMethodDoesNotMatchCart,
)
from handcart.domain.line import check_quantity, stock_place
from handcart.domain.money import Money, MoneyDraft, money_from
from handcart.domain.price import Priced
from handcart.domain.references import KeyReference, Reference, ResourceIdentifier
from handcart.domain.states import CART_MOVES, ORDER_STATE_ON_THE_WIRE, check_move
from handcart.domain.updates.apply import check_open

OrderStatus = Literal["Pending", "Submitted", "Review", "Processing", "Complete", "Cancelled"]


class StatusChange(Document):
    """When an order reached a status."""

    status: OrderStatus
    at: Timestamp


class Order(Document):
    """An order as stored and answered. ``status`` is Handcart's, ``orderState`` the wire's word for it."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    line_items: tuple[LineItem, ...]
    custom_line_items: tuple[CustomLineItem, ...]
    total_price: Money
    tax_mode: str
    price_rounding_mode: str
    tax_rounding_mode: str
    tax_calculation_mode: str
    inventory_mode: str
    shipping_mode: str
    shipping: tuple[dict[str, Any], ...]
    item_shipping_addresses: tuple[Address, ...]
    discount_codes: tuple[DiscountCodeInfo, ...]
    direct_discounts: tuple[dict[str, Any], ...]
    refused_gifts: tuple[dict[str, Any], ...]
    origin: str
    order_state: str
    sync_info: tuple[dict[str, Any], ...]
    return_info: tuple[dict[str, Any], ...]
    status: OrderStatus
    status_history: tuple[StatusChange, ...]
    type: Literal["ONLINE", "OFFLINE"]
    last_message_sequence_number: int
    order_number: str | None = None
    purchase_order_number: str | None = None
    customer_id: str | None = None
    customer_email: str | None = None
    customer_group: Reference | None = None
    anonymous_id: str | None = None
    business_unit: KeyReference | None = None
    ship_to: str | None = None
    store: KeyReference | None = None
    site_id: str | None = None
    create_site_id: str | None = None
    checkout: Checkout | None = None
    taxed_price: TaxedItemPrice | None = None
    taxed_shipping_price: TaxedItemPrice | None = None
    discount_on_total_price: DiscountOnTotalPrice | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    shipping_info: ShippingInfo | None = None
    country: str | None = None
    locale: str | None = None
    custom: CustomFields | None = None
    cart: Reference | None = None
    operator: Reference | None = None
    original_cart_id: str | None = None
    superseded_by: str | None = None
    alternate_contact: AlternateContact | None = None
    payment_state: str | None = None
    shipment_state: str | None = None
    completed_at: Timestamp | None = None
    created_by: Actor | None = None
    last_modified_by: Actor | None = None


order_decoder = msgspec.json.Decoder(Order)


def is_prepared(order: Order) -> bool:
    """Whether items were added to a draft, so that its cart is checked out as this order."""
    return order.status == "Pending" and bool(order.line_items or order.custom_line_items)


class OrderFromCartDraft(PartialDraft):
    """A submission: which cart at which version, and optionally the total that the customer was shown."""

    NOT_YET: ClassVar[tuple[str, ...]] = ("state",)

    version: int
    id: str | None = None
    cart: ResourceIdentifier | None = None
    order_number: str | None = None
    purchase_order_number: str | None = None
    payment_state: Literal["BalanceDue", "Failed", "Pending", "CreditOwed", "Paid"] | None = None
    shipment_state: (
        Literal["Shipped", "Delivered", "Ready", "Pending", "Delayed", "Partial", "Backorder", "Canceled"] | None
    ) = None
    order_state: Literal["Open", "Confirmed", "Complete", "Cancelled"] | None = None
    state: Any = None
    custom: CustomFieldsDraft | None = None
    expected_total: MoneyDraft | None = None
    agent_enters_payment: bool = False
    """Said by an agent in a takeover who submits the offline order in place of the shopper (S2-12)."""


class MyOrderFromCartDraft(Draft):
    """A shopper's submission of an own cart."""

    id: str
    version: int
    expected_total: MoneyDraft | None = None


class StockTake(msgspec.Struct, frozen=True):
    """Units of an SKU to take from a place; ``is_strict`` refuses the order where they are not there."""

    sku: str
    channel_id: str
    quantity: int
    is_strict: bool


class Submission(msgspec.Struct, frozen=True):
    """The plan of a submission: the closed cart, the order, and the stock to take."""

    cart: Priced
    order: Order
    stock: tuple[StockTake, ...]


def plan_submission(
    cart: Cart, draft: OrderFromCartDraft, *, acting: Acting, order_id: str, order_number: str
) -> Submission:
    """What submitting the cart comes to: checkout fixed, prices of now, and both documents.

    Raises CartEmpty, ShippingAddressMissing, PriceChanged, MatchingPriceNotFound, MissingTaxRateForCountry,
    ShippingMethodDoesNotMatchCart, InvalidItemShippingDetails, QuantityLimitExceeded, AlternateContactNotSaved, and
    what closes a cart.
    """
    check_open(cart, is_locksmith=acting.is_locksmith)
    check_move(CART_MOVES, thing="cart", state=cart.cart_state, target="Ordered")
    if not cart.line_items and not cart.custom_line_items:
        raise CartEmpty()
    if cart.shipping_address is None:
        raise ShippingAddressMissing()
    if draft.order_state not in (None, "Open"):
        raise InvalidOperation(detail="An order starts Open; its state moves on from there.")
    priced = priced_at_checkout(cart, acting)
    if priced.problems:
        raise priced.problems[0]
    _check_total(cart, priced.cart, draft, acting)
    _check_contents(priced.cart, acting)
    closed = replace(
        priced.cart,
        version=cart.version + 1,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
        cart_state="Ordered",
        status="Submitted",
        site_id=acting.site_key or cart.site_id,
        order_id=order_id,
        alternate_contact=contact_to_order(priced.cart.alternate_contact, priced.cart.line_items, acting.catalogue),
    )
    order = order_of(closed, draft, acting=acting, order_id=order_id, order_number=order_number)
    return Submission(Priced(closed, priced.until, ()), order, stock_of(closed, acting))


def _check_total(shown: Cart, now: Cart, draft: OrderFromCartDraft, acting: Acting) -> None:
    """Refuse where the customer was shown another total: named in the request, or that of the named version."""
    changed = [
        each.id
        for each, before in zip(now.line_items, shown.line_items, strict=True)
        if each.total_price != before.total_price
    ]
    expected = draft.expected_total
    if expected is not None and money_from(expected, field="expectedTotal") != now.total_price:
        raise PriceChanged(line_items=changed)
    is_same_site = shown.priced_for.site_id == acting.site_key or shown.checkout is not None
    is_taxed_otherwise = shown.taxed_price is not None and shown.taxed_price != now.taxed_price
    if draft.expected_total is None and is_same_site and (shown.total_price != now.total_price or is_taxed_otherwise):
        raise PriceChanged(line_items=changed, shipping=shown.shipping_info != now.shipping_info)


def _check_contents(cart: Cart, acting: Acting) -> None:
    if cart.shipping_info is not None and cart.shipping_info.shipping_method_state == "DoesNotMatchCart":
        raise ShippingMethodDoesNotMatchCart()
    for code in cart.discount_codes:
        if code.state != "MatchesCart":
            raise DiscountCodeNonApplicable(discount_code=code.discount_code.id, why=code.state)
    for line in cart.line_items:
        check_quantity(line.quantity, acting.quantity_max, sku=line.variant.sku)
        if line.shipping_details is not None and not line.shipping_details.valid:
            raise InvalidItemShippingDetails(subject="LineItem", item_id=line.id)
    for custom in cart.custom_line_items:
        if custom.shipping_details is not None and not custom.shipping_details.valid:
            raise InvalidItemShippingDetails(subject="CustomLineItem", item_id=custom.id)


def out_of_stock(cart: Cart, short: Collection[tuple[str, str]], acting: Acting) -> OutOfStock:
    """The refusal of a cart of which these places, as SKU and channel id, have too little: it names just the lines that
    take from there. Another line of the same SKU that takes from elsewhere is not in the way.
    """
    lines = [
        each.id
        for each in cart.line_items
        if (each.inventory_mode or cart.inventory_mode) != "None" and stock_place(each, acting.catalogue) in short
    ]
    return OutOfStock(line_items=lines, skus=sorted({sku for sku, _ in short}))


def stock_of(cart: Cart, acting: Acting) -> tuple[StockTake, ...]:
    """What the lines take from where, one entry for each SKU and place, in their order."""
    wanted: dict[tuple[str, str], StockTake] = {}
    for line in cart.line_items:
        mode = line.inventory_mode or cart.inventory_mode
        place = stock_place(line, acting.catalogue)
        if mode == "None" or place is None:
            continue
        before = wanted.get(place)
        wanted[place] = StockTake(
            sku=place[0],
            channel_id=place[1],
            quantity=line.quantity + (before.quantity if before else 0),
            is_strict=mode == "ReserveOnOrder" or (before is not None and before.is_strict),
        )
    return tuple(wanted[place] for place in sorted(wanted))


def order_of(cart: Cart, draft: OrderFromCartDraft, *, acting: Acting, order_id: str, order_number: str) -> Order:
    """The order that a closed cart becomes: its clone, with the ids of its lines (S3-12)."""
    shared = {name: getattr(cart, name) for name in Order.__struct_fields__ if name in SHARED_WITH_CART}
    custom = acting.catalogue.types.custom_of(draft.custom, kind="order") if draft.custom is not None else cart.custom
    own: dict[str, Any] = {
        "id": order_id,
        "version": 1,
        "created_at": acting.now,
        "last_modified_at": acting.now,
        "order_state": ORDER_STATE_ON_THE_WIRE["Submitted"],
        "sync_info": (),
        "return_info": (),
        "status": "Submitted",
        "status_history": (StatusChange(status="Submitted", at=acting.now),),
        "type": "ONLINE",
        "last_message_sequence_number": 1,
        "order_number": draft.order_number or order_number,
        "purchase_order_number": draft.purchase_order_number or cart.purchase_order_number,
        "custom": custom,
        "cart": Reference(type_id="cart", id=cart.id),
        "operator": acting.actor.operator,
        "payment_state": draft.payment_state,
        "shipment_state": draft.shipment_state,
        "created_by": acting.actor,
        "last_modified_by": acting.actor,
    }
    return Order(**{**shared, **own})


SHARED_WITH_CART = frozenset(Order.__struct_fields__).intersection(Cart.__struct_fields__)
