"""A cart as it was at one of its versions, and beside it what the same would cost today."""

from collections.abc import Sequence

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, LineItem, PricedFor
from handcart.domain.document import Document, Timestamp
from handcart.domain.history import CartParts, RecordedEvent, before_of
from handcart.domain.line_price import PricingError
from handcart.domain.money import Money
from handcart.domain.price import price_cart
from handcart.domain.price_selection import unit_of


class LineThenAndToday(Document):
    """What a line cost and would cost: one unit before item promotions, and all of it after them. A side on which it
    has no price is absent; ``pricingError`` is today's.
    """

    line_item_id: str
    quantity: int
    sku: str | None = None
    unit_then: Money | None = None
    unit_today: Money | None = None
    total_then: Money | None = None
    total_today: Money | None = None
    pricing_error: PricingError | None = None


class PricesThenAndToday(Document):
    """The totals are of the whole cart, with shipping, custom lines and discounts; taxes are not in them."""

    total_then: Money
    total_today: Money
    lines: tuple[LineThenAndToday, ...]


class PastVersion(Document):
    """A version of a cart: what it held, when it was reached, and prices of then and today."""

    version: int
    at: Timestamp
    cart: Cart
    prices: PricesThenAndToday


def cart_at(present: Cart, events: Sequence[RecordedEvent], version: int) -> Cart | None:
    """The cart as it was at a version; None for one that it never reached. ``events`` come newest first and go down to
    the one that reached it.

    Whose session it was is a secret and in no event: an earlier version names no ``anonymousId``.
    """
    parts = CartParts(present)
    for event in events:
        body = event.body
        if body.version_to == version:
            then = parts.cart()
            return replace(
                then,
                version=version,
                anonymous_id=None,
                last_modified_at=body.at,
                last_modified_by=body.actor,
                priced_for=PricedFor(currency=then.currency, at=body.at, site_id=body.site_id),
            )
        if body.version_to < version:
            break
        for path, was in before_of(event).items():
            parts.step_back(path, was)
    return None


def past_version_of(then: Cart, acting: Acting) -> PastVersion:
    """The version beside today's prices on the acting site. Nothing of it is open to change, so what froze or closed
    the cart does not keep it from being priced.
    """
    open_again = replace(then, cart_state="Active", freeze_strategy=None)
    today = price_cart(open_again, catalogue=acting.catalogue, site=acting.site, now=acting.now).cart
    return PastVersion(
        version=then.version,
        at=then.last_modified_at,
        cart=then,
        prices=PricesThenAndToday(
            total_then=then.total_price,
            total_today=today.total_price,
            lines=tuple(map(_line_of, then.line_items, today.line_items)),
        ),
    )


def _line_of(then: LineItem, today: LineItem) -> LineThenAndToday:
    had_price, has_price = then.pricing_error is None, today.pricing_error is None
    return LineThenAndToday(
        line_item_id=then.id,
        quantity=then.quantity,
        sku=then.variant.sku,
        unit_then=unit_of(then) if had_price else None,
        unit_today=unit_of(today) if has_price else None,
        total_then=then.total_price if had_price else None,
        total_today=today.total_price if has_price else None,
        pricing_error=today.pricing_error,
    )
