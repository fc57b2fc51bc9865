"""What moving a cart to another site would do to its prices, line by line, before it is done."""

import msgspec

from handcart.domain.cart import Cart, LineItem, PricedFor
from handcart.domain.document import Document
from handcart.domain.line_price import PricingError
from handcart.domain.money import Money
from handcart.domain.price_selection import unit_of


class LinePrice(Document):
    """What a line costs: one unit before item promotions, and all of it after them."""

    unit_price: Money
    total_price: Money


class PreviewedLine(Document):
    """One line on both sites. Where it has no price, that side is absent; ``pricingError`` is that of the new site."""

    line_item_id: str
    quantity: int
    sku: str | None = None
    before: LinePrice | None = None
    after: LinePrice | None = None
    pricing_error: PricingError | None = None


class PricePreview(Document):
    """The table. The totals are of the whole cart, with shipping and custom lines, in each site's currency."""

    cart_id: str
    version: int
    before: PricedFor = msgspec.field(name="from")
    after: PricedFor = msgspec.field(name="to")
    lines: tuple[PreviewedLine, ...]
    total_before: Money
    total_after: Money


def price_preview_of(before: Cart, after: Cart) -> PricePreview:
    """The table for one version of a cart as it is priced in two places."""
    return PricePreview(
        cart_id=before.id,
        version=before.version,
        before=before.priced_for,
        after=after.priced_for,
        lines=tuple(map(_line_of, before.line_items, after.line_items)),
        total_before=before.total_price,
        total_after=after.total_price,
    )


def _line_of(before: LineItem, after: LineItem) -> PreviewedLine:
    return PreviewedLine(
        line_item_id=before.id,
        quantity=before.quantity,
        sku=before.variant.sku,
        before=_price_of(before),
        after=_price_of(after),
        pricing_error=after.pricing_error,
    )


def _price_of(line: LineItem) -> LinePrice | None:
    if line.pricing_error is not None:
        return None
    return LinePrice(unit_price=unit_of(line), total_price=line.total_price)
