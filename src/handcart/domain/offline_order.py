"""Offline orders: drafts of an agent (``type: OFFLINE``, status ``Pending``) that the shopper submits (T-17, T-18).

A draft is empty until the items of a cart are added to it; then it is *prepared*, and checking that cart out means
checking out the order. Its items are a copy, priced for the order; the shopper's cart keeps its own until the order is
submitted, and then what is beyond the copy goes on in a fresh cart.
"""

from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.claim import is_empty
from handcart.domain.document import Document, Draft, Timestamp
from handcart.domain.errors import CartEmpty, CartNotOfOrder, InvalidField, OrderNotPending
from handcart.domain.event import plain
from handcart.domain.money import money_of
from handcart.domain.order import (
    SHARED_WITH_CART,
    Order,
    OrderFromCartDraft,
    StatusChange,
    order_of,
)
from handcart.domain.price import price_cart
from handcart.domain.site import Site
from handcart.domain.states import ORDER_STATE_ON_THE_WIRE
from handcart.domain.updates.apply import check_open

LINK_PARAMETER = "offlineOrder"
"""The query parameter of a link that holds the token."""

_STAMPS = frozenset("version last_modified_at last_modified_by".split())
_ORDERS_OWN = frozenset("id created_at created_by status alternate_contact".split()) | _STAMPS


class OfflineOrderDraft(Draft):
    """A new draft: for a customer, for an anonymous shopper, or for somebody who is named later; on a site."""

    customer_id: str | None = None
    anonymous: bool = False
    site: str | None = None


class ContinuationLink(Document):
    """What an anonymous shopper needs to go on with an order, and until when."""

    token: str
    expires_at: Timestamp
    link: str | None = None


def continuation_link(site: Site | None, token: str) -> str | None:
    """The page of the order's site that goes on with it; None for a site without a host."""
    if site is None or site.host is None:
        return None
    return f"https://{site.host}{site.context_root or '/'}?{LINK_PARAMETER}={token}"


def drafted_order(empty: Cart, acting: Acting) -> Order:
    """A draft without items and without a number (S2-15), in the circumstances of an empty cart."""
    order = order_of(empty, OrderFromCartDraft(version=1), acting=acting, order_id=acting.new_id(), order_number="")
    return replace(
        order,
        type="OFFLINE",
        status="Pending",
        order_state=ORDER_STATE_ON_THE_WIRE["Pending"],
        status_history=(StatusChange(status="Pending", at=acting.now),),
        order_number=None,
        cart=None,
        site_id=acting.site_key,
    )


def bound_cart_name(order_id: str) -> str:
    """What the cart of an anonymous shopper's draft is called: it is nobody's current cart."""
    return f"Offline order {order_id}"


def check_pending(order: Order) -> None:
    """Refuse to go on with an order that is no draft any more (S2-24). Raises OrderNotPending."""
    if order.status != "Pending":
        raise OrderNotPending(state=order.status)


def is_empty_draft(order: Order) -> bool:
    """Whether an order is a draft, or was one, to which nothing was added: of that the shopper is told nothing."""
    return order.order_number is None and not order.line_items and not order.custom_line_items


def stamped(order: Order, acting: Acting, **changes: Any) -> Order:
    """The order with these changes, one version on."""
    return replace(
        order,
        version=order.version + 1,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
        **changes,
    )


def bound_to(order: Order, cart_id: str, owner: CartOwner, acting: Acting) -> Order:
    """The draft for another cart than before; what was copied from that one goes, for it is not what this one holds."""
    return stamped(
        order,
        acting,
        original_cart_id=cart_id,
        customer_id=owner.customer_id,
        anonymous_id=owner.anonymous_id,
        line_items=(),
        custom_line_items=(),
        total_price=money_of(0, order.total_price.currency_code),
        taxed_price=None,
        taxed_shipping_price=None,
        discount_on_total_price=None,
        shipping_info=None,
        checkout=None,
    )


def with_items_of(order: Order, cart: Cart, acting: Acting) -> Order:
    """The draft with the cart's items, options, sites, addresses and codes, priced now (S2-32, S2-33).

    Raises CartEmpty, CartNotOfOrder, what closes a cart, and what cannot be priced on the acting site.
    """
    check_open(cart, is_locksmith=acting.is_locksmith)
    if cart.offline_order_id != order.id:
        raise CartNotOfOrder()
    if is_empty(cart):
        raise CartEmpty()
    priced = price_cart(cart, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    if priced.problems:
        raise priced.problems[0]
    return copied(order, priced.cart, acting)


def copied(order: Order, cart: Cart, acting: Acting) -> Order:
    """The draft with all that an order has of its cart; a contact that was entered on either is kept."""
    shared = {name: getattr(cart, name) for name in SHARED_WITH_CART - _ORDERS_OWN}
    shared["site_id"] = acting.site_key or cart.site_id
    contact = cart.alternate_contact or order.alternate_contact
    return stamped(order, acting, **shared, alternate_contact=contact)


def touched_by(before: Order, after: Order) -> dict[str, Any]:
    """The fields of an order that a change touched, as they were; None for what was not there."""
    fields = zip(Order.__struct_fields__, Order.__struct_encode_fields__, strict=True)
    pairs = ((wire, getattr(before, name), getattr(after, name)) for name, wire in fields if name not in _STAMPS)
    return {wire: plain(old) for wire, old, new in pairs if old is not new and old != new}


def check_site(site: str | None, acting: str | None) -> None:
    """Refuse a draft for another site than the one that the request acts on. Raises InvalidField."""
    if site is not None and acting is not None and site != acting:
        raise InvalidField(field="site", invalid_value=site, allowed_values=[acting])


def cancelled(order: Order, acting: Acting, *, superseded_by: str | None = None) -> Order:
    """The draft given up, or replaced by another that was prepared from the same cart. Raises OrderNotPending."""
    check_pending(order)
    return stamped(
        order,
        acting,
        status="Cancelled",
        order_state=ORDER_STATE_ON_THE_WIRE["Cancelled"],
        status_history=(*order.status_history, StatusChange(status="Cancelled", at=acting.now)),
        superseded_by=superseded_by,
    )
