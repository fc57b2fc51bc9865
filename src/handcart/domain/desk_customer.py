"""What an agent sees when the phone rings: who it is, what is in the carts, and what was ordered."""

from collections.abc import Sequence

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Document, KeywordOnly, Timestamp
from handcart.domain.ids import SiteKey
from handcart.domain.money import Money
from handcart.domain.scope import scope_name

ORDERS_SHOWN_MAX = 5
CARTS_READ_MAX = 50
WAITING_SHOWN_MAX = 20
"""So many offline orders, and so many proposals, are shown at most."""


class CartAtAGlance(Document):
    """A current cart of the customer. ``total`` is as last priced; ``business_unit`` is the bill-to's key."""

    cart_id: str
    site: str
    scope: str
    name: str
    lines: int
    total: Money
    last_modified_at: Timestamp
    business_unit: str | None = None
    ship_to: str | None = None


class OrderAtAGlance(Document):
    """An order of the customer; an offline one has no number until it is submitted."""

    id: str
    at: Timestamp
    status: str
    total: Money
    site: str
    order_number: str | None = None


class ProposalAtAGlance(Document):
    """A proposal that the customer has not answered yet; ``operator`` is the id of the member of staff."""

    id: str
    cart_id: str
    operator: str
    at: Timestamp
    expires_at: Timestamp


class CustomerAtAGlance(Document):
    """Everything of the customer that the first page of a call needs; ``customer`` as it is read by its id."""

    customer: msgspec.Raw
    current_carts: tuple[CartAtAGlance, ...]
    last_orders: tuple[OrderAtAGlance, ...]
    open_offline_orders: tuple[OrderAtAGlance, ...]
    open_proposals: tuple[ProposalAtAGlance, ...]


class CartHead(msgspec.Struct, metaclass=KeywordOnly, frozen=True, rename="camel"):
    """Of a cart's document only what a glance takes in."""

    id: str
    name: str
    line_items: tuple[msgspec.Raw, ...]
    total_price: Money
    last_modified_at: Timestamp
    ship_to: str | None = None


class OrderHead(msgspec.Struct, metaclass=KeywordOnly, frozen=True, rename="camel"):
    """Of an order's document only what a glance takes in."""

    id: str
    created_at: Timestamp
    status: str
    total_price: Money
    order_number: str | None = None


cart_head_decoder = msgspec.json.Decoder(CartHead)
order_head_decoder = msgspec.json.Decoder(OrderHead)


class FoundCart(msgspec.Struct, frozen=True, kw_only=True):
    """An Active cart of a customer and what it is found by."""

    head: CartHead
    site: str
    bill_to: str


def current_carts_of(carts: Sequence[FoundCart], catalogue: Catalogue) -> tuple[CartAtAGlance, ...]:
    """Of each scope, name and assignment the current cart; ``carts`` come with the most recently modified first."""
    current: dict[tuple[str, ...], CartAtAGlance] = {}
    for each in carts:
        head, scope = each.head, scope_name(SiteKey(each.site), catalogue.sharing_groups)
        shown = CartAtAGlance(
            cart_id=head.id,
            site=each.site,
            scope=scope,
            name=head.name,
            lines=len(head.line_items),
            total=head.total_price,
            last_modified_at=head.last_modified_at,
            business_unit=each.bill_to or None,
            ship_to=head.ship_to,
        )
        current.setdefault((scope, head.name, each.bill_to, head.ship_to or ""), shown)
    return tuple(current.values())


def order_shown(head: OrderHead, *, site: str) -> OrderAtAGlance:
    """The order as a glance shows it."""
    return OrderAtAGlance(
        id=head.id,
        at=head.created_at,
        status=head.status,
        total=head.total_price,
        site=site,
        order_number=head.order_number,
    )
