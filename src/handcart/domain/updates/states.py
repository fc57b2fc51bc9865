"""Freezing, locking and recalculating a cart."""

from typing import Literal

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, CartLock, LineItem
from handcart.domain.errors import CartEmpty
from handcart.domain.line import variant_of
from handcart.domain.updates.action import CartAction


class Recalculate(CartAction, tag="recalculate"):
    """Bring prices and taxes up to date, as every write does; on request the products' own data too."""

    commutes = True

    update_product_data: bool | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """A line whose product is gone keeps what it has."""
        if not self.update_product_data:
            return cart
        lines = tuple(_refreshed(each, acting) for each in cart.line_items)
        return cart if lines == cart.line_items else replace(cart, line_items=lines)


def _refreshed(line: LineItem, acting: Acting) -> LineItem:
    offer = acting.catalogue.offers_by_variant.get((line.product_id, line.variant.id))
    if offer is None:
        return line
    return replace(
        line,
        name=offer.name,
        product_slug=offer.slug,
        product_key=offer.product_key,
        product_type=offer.product_type,
        variant=variant_of(offer),
    )


class FreezeCart(CartAction, tag="freezeCart"):
    """Keep lines and prices as they are; HardFreeze keeps shipping and discounts too."""

    is_mine = False

    strategy: Literal["SoftFreeze", "HardFreeze"] | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises CartEmpty."""
        if not cart.line_items and not cart.custom_line_items:
            raise CartEmpty()
        strategy = self.strategy or "SoftFreeze"
        if cart.cart_state == "Frozen" and cart.freeze_strategy == strategy:
            return cart
        return replace(cart, cart_state="Frozen", freeze_strategy=strategy)


class UnfreezeCart(CartAction, tag="unfreezeCart"):
    """Make a frozen cart active again, at today's prices."""

    is_mine = False

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """An active cart stays as it is."""
        return replace(cart, cart_state="Active", freeze_strategy=None) if cart.cart_state == "Frozen" else cart


class LockCart(CartAction, tag="lockCart"):
    """Let only clients with ``manage_locked_carts`` change the cart."""

    is_mine = False

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """A locked cart stays as it is."""
        if cart.lock is not None:
            return cart
        return replace(cart, lock=CartLock(created_at=acting.now, client_id=acting.actor.client_id or ""))


class UnlockCart(CartAction, tag="unlockCart"):
    """Let everybody change the cart again."""

    is_mine = False

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """An unlocked cart stays as it is."""
        return cart if cart.lock is None else replace(cart, lock=None)
