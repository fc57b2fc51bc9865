"""Erasing a person: what stays of carts and orders is goods and money, and an id that names nobody."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.cart import Actor, Cart, cart_decoder
from handcart.domain.document import Document, Timestamp, encode
from handcart.domain.event import PERSONAL_FIELDS, EventBody, plain
from handcart.domain.order import Order, order_decoder
from handcart.domain.takeover import Takeover
from handcart.domain.webhook import Delivery

ERASED = "PersonalDataErased"
"""The kind of the event that says when personal data was erased, and by whom."""

KEPT_STATES = frozenset({"Merged", "Ordered"})
"""Carts whose story is over are kept: orders and receipts tell of them. Nobody is ever going to use the others."""


def without_personal(document: Any) -> Any:
    """A JSON document without its personal fields, wherever in it they are; a list of them is empty."""
    if isinstance(document, list):
        return [without_personal(each) for each in document]
    if not isinstance(document, dict):
        return document
    kept: dict[str, Any] = {}
    for name, value in document.items():
        if name not in PERSONAL_FIELDS:
            kept[name] = without_personal(value)
        elif isinstance(value, list):
            kept[name] = []
    return kept


def erased_cart(cart: Cart, *, now: Timestamp, actor: Actor) -> Cart:
    """The cart's next version, without personal fields."""
    bare = cart_decoder.decode(encode(without_personal(plain(cart))))
    return replace(bare, version=cart.version + 1, last_modified_at=now, last_modified_by=actor)


def erased_order(order: Order, *, now: Timestamp, actor: Actor) -> Order:
    """The order's next version, without personal fields."""
    bare = order_decoder.decode(encode(without_personal(plain(order))))
    return replace(bare, version=order.version + 1, last_modified_at=now, last_modified_by=actor)


def erasure_of(order: Order, erased: Order) -> EventBody:
    """What is said of an order's erasure: that it was, and by whom."""
    return EventBody(
        kind=ERASED,
        version_from=order.version,
        version_to=erased.version,
        at=erased.last_modified_at,
        actor=erased.last_modified_by or Actor(),
        actions=[],
        before={},
    )


def erased_words(told: Document) -> Document:
    """A takeover without what its holders wrote, a delivery without what its receiver answered: both may tell of the
    person.
    """
    if isinstance(told, Takeover):
        return replace(
            told,
            reason=None,
            ticket=None,
            requests=tuple(replace(each, reason=None) for each in told.requests),
            forced=tuple(replace(each, reason="") for each in told.forced),
        )
    assert isinstance(told, Delivery)
    return replace(told, attempts=tuple(replace(each, response=None) for each in told.attempts))
