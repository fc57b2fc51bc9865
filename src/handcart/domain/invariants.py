"""What must always hold of a stored cart or order, as pure checks: what a row says against what its document says.

The database keeps what it can by itself; this is the rest, for an operator who wants to know (``handcart check``).
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from handcart.domain.caller import owner_of
from handcart.domain.cart import Cart, CustomLineItem, LineItem, ShippingInfo, TaxedItemPrice
from handcart.domain.discounted import DiscountOnTotalPrice
from handcart.domain.erasure import ERASED
from handcart.domain.event import GENESIS, Event, chain_head, personal_hash_of
from handcart.domain.money import Money
from handcart.domain.order import Order, is_prepared
from handcart.domain.receipt import MergeReceipt


class Broken(msgspec.Struct, frozen=True):
    """A rule that does not hold, by name, and what was found instead."""

    rule: str
    detail: str


class CartRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the columns beside a cart's document say."""

    version: int
    state: str
    owner: str | None
    site: str
    name: str
    key: str | None
    store: str | None
    bill_to: str = ""
    ship_to: str = ""
    receipt: MergeReceipt | None = None
    """The account of the merge that the cart was a source of."""
    order_id: str | None = None
    """The order that was made of the cart, offline drafts and cancelled orders left out."""


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the columns beside an order's document say."""

    version: int
    status: str
    owner: str | None
    order_number: str | None
    prepared_cart: str | None = None
    drafted_by: str | None = None


def broken_rules_of_cart(cart: Cart, row: CartRow) -> Iterator[Broken]:
    """The rules that a cart breaks, its events apart."""
    if cart.customer_id is not None and cart.anonymous_id is not None:
        yield Broken("OneOwner", "the document names a customer and an anonymous session")
    yield from _differing(
        OwnerOfRow=(row.owner, owner_of(customer_id=cart.customer_id, anonymous_id=cart.anonymous_id)),
        VersionOfRow=(row.version, cart.version),
        StateOfRow=(row.state, cart.cart_state),
        SiteOfRow=(row.site, cart.home_site),
        NameOfRow=(row.name, cart.name),
        KeyOfRow=(row.key, cart.key),
        StoreOfRow=(row.store, cart.store.key if cart.store is not None else None),
        BillToOfRow=(row.bill_to, cart.business_unit.key if cart.business_unit is not None else ""),
        ShipToOfRow=(row.ship_to, cart.ship_to or ""),
    )
    yield from _broken_end(cart, row)
    yield from broken_totals(
        total=cart.total_price,
        lines=cart.line_items,
        customs=cart.custom_line_items,
        shipping=cart.shipping_info,
        taxed=cart.taxed_price,
        discount=cart.discount_on_total_price,
    )


def broken_rules_of_order(order: Order, row: OrderRow) -> Iterator[Broken]:
    """The rules that an order breaks, its events apart."""
    yield from _differing(
        OwnerOfRow=(row.owner, owner_of(customer_id=order.customer_id, anonymous_id=order.anonymous_id)),
        VersionOfRow=(row.version, order.version),
        StatusOfRow=(row.status, order.status),
        OrderNumberOfRow=(row.order_number, order.order_number),
    )
    yield from _broken_draft(order, row)
    yield from broken_totals(
        total=order.total_price,
        lines=order.line_items,
        customs=order.custom_line_items,
        shipping=order.shipping_info,
        taxed=order.taxed_price,
        discount=order.discount_on_total_price,
    )


def _broken_draft(order: Order, row: OrderRow) -> Iterator[Broken]:
    """A draft has no number and is nobody's news; once submitted, it is of a cart."""
    was_submitted = any(each.status == "Submitted" for each in order.status_history)
    if was_submitted and order.order_number is None:
        yield Broken("OrderNumber", "a submitted order has no number")
    if was_submitted and order.type == "OFFLINE" and order.cart is None:
        yield Broken("OfflineOrderHasCart", "a submitted offline order names no cart")
    if not was_submitted and order.status not in ("Pending", "Cancelled"):
        yield Broken("OrderSubmitted", f"the order is {order.status} and was never Submitted")
    prepared = order.original_cart_id if is_prepared(order) else None
    yield from _differing(
        PreparedCartOfRow=(row.prepared_cart, prepared),
        DraftedByOfRow=(row.drafted_by, order.operator.id if order.type == "OFFLINE" and order.operator else None),
    )


def _differing(**in_both: tuple[object, object]) -> Iterator[Broken]:
    for rule, (of_row, of_document) in in_both.items():
        if of_row != of_document:
            # An anonymous id is a secret, so whoever reads this is not told whose cart it is.
            seen = "they differ" if rule == "OwnerOfRow" else f"{of_row} in the row, {of_document} in the document"
            yield Broken(rule, seen)


def _broken_end(cart: Cart, row: CartRow) -> Iterator[Broken]:
    if cart.cart_state == "Ordered" and row.order_id is None:
        yield Broken("OrderedCartHasOrder", "there is no order of this cart")
    if cart.cart_state != "Ordered" and row.order_id is not None:
        yield Broken("OrderHasOrderedCart", f"order {row.order_id} was made of this {cart.cart_state} cart")
    if cart.order_id is not None and row.order_id is not None and cart.order_id != row.order_id:
        yield Broken("OrderOfCart", f"the document names order {cart.order_id}, the order is {row.order_id}")
    if cart.cart_state == "Merged":
        yield from _broken_merge(cart, row.receipt)


def _broken_merge(cart: Cart, receipt: MergeReceipt | None) -> Iterator[Broken]:
    """No unit is dropped silently: the receipt says of every line of a source what became of it."""
    if cart.merged_into is None:
        yield Broken("MergedCartHasSuccessor", "mergedInto is missing")
    had = {each.id: each.quantity for each in cart.line_items}
    had |= {each.id: each.quantity for each in cart.custom_line_items}
    if receipt is None:
        if had:
            yield Broken("MergedCartHasReceipt", f"no receipt says what became of its {len(had)} lines")
        return
    told = {each.line_item_id: each.quantity for each in receipt.units if each.source_cart_id == cart.id}
    if receipt.state == "Undone":
        yield Broken("UndoneMergeHasNoSource", f"the merge {receipt.id} was undone, and the cart is still Merged")
    if told != had:
        yield Broken("EveryUnitAccounted", f"the receipt {receipt.id} tells of {told}, the cart had {had}")


def broken_totals(
    *,
    total: Money,
    lines: Iterable[LineItem],
    customs: Iterable[CustomLineItem],
    shipping: ShippingInfo | None,
    taxed: TaxedItemPrice | None,
    discount: DiscountOnTotalPrice | None,
) -> Iterator[Broken]:
    """Whether the total is the sum of its parts, and gross is net and taxes, to the cent."""
    currency = total.currency_code
    parts = [each.total_price for each in lines if each.pricing_error is None]
    if any(each.currency_code != currency for each in parts):
        yield Broken("OneCurrency", f"a line is not priced in {currency}")
    expected = sum(each.cent_amount for each in parts)
    expected += sum(each.total_price.cent_amount for each in customs if each.money.currency_code == currency)
    if shipping is not None and shipping.shipping_method_state == "MatchesCart":
        expected += shipping.due.cent_amount
    expected -= discount.discounted_amount.cent_amount if discount is not None else 0
    if expected != total.cent_amount:
        yield Broken("TotalIsSum", f"totalPrice is {total.cent_amount}, its parts are {expected} ({currency})")
    if taxed is not None:
        taxes = sum(each.amount.cent_amount for each in taxed.tax_portions)
        net, gross = taxed.total_net.cent_amount, taxed.total_gross.cent_amount
        if net + taxes != gross or taxed.total_tax.cent_amount != taxes:
            yield Broken("TaxesAddUp", f"net {net} and portions of {taxes} do not make gross {gross} ({currency})")


def broken_chain(links: Sequence[Event], *, version: int, head: bytes) -> Broken | None:
    """The first place where a chain of events, the oldest first, does not lead to the row's version and head.

    What is personal may be gone only where an event says that it was erased: or else anybody could take a reason away.
    """
    reached, previous = 0, GENESIS
    shredded: str | None = None
    for link in links:
        at = f"the event that reached version {link.version_to}"
        if link.version_from != reached or link.version_to <= reached:
            return Broken("VersionsContiguous", f"{at} begins at {link.version_from}, not at {reached}")
        if link.personal is not None and personal_hash_of(link.personal, link.salt) != link.personal_hash:
            return Broken("EventUnaltered", f"the personal part of {at} is not the one that was recorded")
        if chain_head(previous, link.body, link.personal_hash) != link.head:
            return Broken("EventUnaltered", f"{at} is not the one that was recorded")
        if link.personal is None and link.personal_hash:
            shredded = shredded or at
        if _is_erasure(link.body):
            shredded = None
        reached, previous = link.version_to, link.head
    if reached != version:
        return Broken("EventOfEveryVersion", f"the events end at version {reached}, the row is at {version}")
    if previous != head:
        return Broken("HeadOfRow", "the events do not end in the row's head")
    return (
        Broken("ErasureRecorded", f"the personal part of {shredded} is gone, and no event says so")
        if shredded
        else None
    )


class _Kind(msgspec.Struct):
    kind: str


_kind_decoder = msgspec.json.Decoder(_Kind)


def _is_erasure(body: bytes) -> bool:
    return _kind_decoder.decode(body).kind == ERASED
