"""Going back to an earlier version: what the cart held then, at today's prices, as one more version."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.document import Document, Draft
from handcart.domain.errors import CartFrozen
from handcart.domain.leave import Leave, LeftOut
from handcart.domain.returning import Returned, returned
from handcart.domain.updates.apply import check_open, is_same_but_for_pricing_time

_CONTENTS = (
    *("line_items", "custom_line_items", "discount_codes", "shipping_info"),
    *("shipping_address", "billing_address", "item_shipping_addresses", "custom"),
    *("purchase_order_number", "alternate_contact"),
)
"""What goes back. Whose cart it is, where, and what became of it stays as it is."""

_KEPT_IF_THERE = ("site_id", "create_site_id", "item_added_at")


class RestoreDraft(Draft):
    """Which version to go back to, and the present one."""

    version: int
    restore_version: int


class RestoredCart(Document):
    """The cart after going back, and what could not come back."""

    cart: Cart
    restored_version: int
    not_restored: tuple[LeftOut, ...]


def check_may_go_back(cart: Cart, acting: Acting) -> None:
    """Refuse a cart whose story is over, that is locked, or whose prices are frozen."""
    check_open(cart, is_locksmith=acting.is_locksmith)
    if cart.cart_state == "Frozen":
        raise CartFrozen()


def plan_restore(present: Cart, then: Cart, acting: Acting, *, leave: Leave) -> Returned:
    """The present cart with the contents of then, as far as the caller has leave. Where that is what it has, the very
    same cart.

    Raises CartMerged, CartAlreadySubmitted, CartLocked, CartFrozen.
    """
    check_may_go_back(present, acting)
    contents: dict[str, Any] = {name: getattr(then, name) for name in _CONTENTS}
    for name in _KEPT_IF_THERE:
        contents[name] = getattr(present, name) or getattr(then, name)
    return as_next_version(present, returned(present, replace(present, **contents), acting, leave), acting)


def as_next_version(present: Cart, back: Returned, acting: Acting) -> Returned:
    """What came back as the cart's next version; where nothing did, the present cart."""
    if is_same_but_for_pricing_time(back.priced.cart, present):
        return replace(back, priced=replace(back.priced, cart=present))
    stamped = replace(
        back.priced.cart,
        version=present.version + 1,
        last_modified_at=acting.now,
        last_modified_by=acting.actor,
    )
    return replace(back, priced=replace(back.priced, cart=stamped))
