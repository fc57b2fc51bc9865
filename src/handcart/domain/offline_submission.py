"""Submitting a prepared offline order in place of its cart: what is ordered, at what price, and what is kept."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, CustomLineItem, LineItem
from handcart.domain.checkout import priced_at_checkout
from handcart.domain.errors import PriceChanged
from handcart.domain.line import with_quantity
from handcart.domain.offline_order import copied, touched_by
from handcart.domain.order import Order, Submission
from handcart.domain.price import Priced, price_cart
from handcart.domain.updates.apply import check_open

Line = TypeVar("Line", LineItem, CustomLineItem)


def cart_to_submit(cart: Cart, order: Order) -> Cart:
    """The cart as it is submitted: the order's items, under the addresses, codes and contact that the cart has now."""
    keys = {each.key for each in cart.item_shipping_addresses}
    kept = tuple(each for each in order.item_shipping_addresses if each.key not in keys)
    return replace(
        cart,
        line_items=order.line_items,
        custom_line_items=order.custom_line_items,
        item_shipping_addresses=(*cart.item_shipping_addresses, *kept),
        alternate_contact=cart.alternate_contact or order.alternate_contact,
        checkout=order.checkout or cart.checkout,
    )


def in_checkout(order: Order, cart: Cart, acting: Acting) -> Order:
    """The prepared order in checkout on the acting site, priced and taxed there; the same order if nothing differs."""
    check_open(cart, is_locksmith=acting.is_locksmith)
    priced = priced_at_checkout(cart_to_submit(cart, order), acting)
    if priced.problems:
        raise priced.problems[0]
    after = copied(order, priced.cart, acting)
    return order if not touched_by(order, after) else after


def cart_as_shown(order: Order, cart: Cart, acting: Acting) -> Cart:
    """The cart to submit with the total that the order showed, for the submission to be held against.

    Where the address, the shipping method or a code was changed since, the total has to differ: then the prices of the
    items are compared here. Raises PriceChanged.
    """
    wanted = cart_to_submit(cart, order)
    shown_for = replace(wanted.priced_for, site_id=order.site_id)
    if _circumstances(order) == _circumstances(wanted):
        return replace(wanted, total_price=order.total_price, taxed_price=order.taxed_price, priced_for=shown_for)
    priced = priced_at_checkout(wanted, acting).cart
    moved = [now.id for now, was in zip(priced.line_items, order.line_items, strict=True) if now.price != was.price]
    if moved and order.site_id == acting.site_key:
        raise PriceChanged(line_items=moved)
    return priced


def _circumstances(document: Cart | Order) -> tuple[Any, ...]:
    shipping = document.shipping_info
    method = shipping.shipping_method if shipping is not None else None
    return document.shipping_address, method, {each.discount_code for each in document.discount_codes}


def submitted(order: Order, submission: Submission) -> Submission:
    """The submission of this very draft: its id, and both identities on it; it stays OFFLINE (S2-18)."""
    after = submission.order
    whole = replace(
        after,
        id=order.id,
        version=order.version + 1,
        created_at=order.created_at,
        created_by=order.created_by,
        type="OFFLINE",
        status_history=(*order.status_history, *after.status_history),
        operator=order.operator,
        original_cart_id=order.original_cart_id,
        last_message_sequence_number=order.last_message_sequence_number + 1,
    )
    return Submission(submission.cart, whole, submission.stock)


def left_over(cart: Cart, order: Order, acting: Acting) -> Priced | None:
    """The fresh cart with what is in the cart beyond the copy: lines added later, and units above it (S2-36, T-18).

    None where there is nothing. It is the same owner's, under the same name and key of the current cart.
    """
    lines = _beyond(cart.line_items, order.line_items, _is_copied, lambda line, more: _more(line, more, acting))
    customs = _beyond(
        cart.custom_line_items,
        order.custom_line_items,
        lambda line, was: line.slug == was.slug and line.money == was.money,
        lambda line, more: _more_custom(line, more, acting),
    )
    if not lines and not customs:
        return None
    fresh = replace(
        cart,
        id=acting.new_id(),
        version=1,
        created_at=acting.now,
        last_modified_at=acting.now,
        created_by=acting.actor,
        last_modified_by=acting.actor,
        cart_state="Active",
        freeze_strategy=None,
        key=None,
        lock=None,
        line_items=lines,
        custom_line_items=customs,
        checkout=None,
        shipping_info=None,
        offline_order_id=None,
        alternate_contact=None,
        merge_receipt=None,
    )
    return price_cart(fresh, catalogue=acting.catalogue, site=acting.site, now=acting.now)


def _beyond(
    now: tuple[Line, ...],
    copied: tuple[Line, ...],
    is_same: Callable[[Line, Line], bool],
    more: Callable[[Line, int], Line],
) -> tuple[Line, ...]:
    by_id = {each.id: each for each in copied}
    found: list[Line] = []
    for line in now:
        was = by_id.get(line.id)
        if was is None or not is_same(line, was):
            found.append(line)
        elif line.quantity > was.quantity:
            found.append(more(line, line.quantity - was.quantity))
    return tuple(found)


def _is_copied(line: LineItem, was: LineItem) -> bool:
    """Whether a line still is what was copied, its quantity apart."""
    names = "product_id site_id price_mode supply_channel distribution_channel custom".split()
    return line.variant.id == was.variant.id and all(getattr(line, each) == getattr(was, each) for each in names)


def _more(line: LineItem, quantity: int, acting: Acting) -> LineItem:
    # Which units go where was said of all of them.
    return with_quantity(replace(line, id=acting.new_id(), shipping_details=None), quantity, acting.now)


def _more_custom(line: CustomLineItem, quantity: int, acting: Acting) -> CustomLineItem:
    state = (replace(line.state[0], quantity=quantity),)
    return replace(line, id=acting.new_id(), quantity=quantity, state=state, shipping_details=None)
