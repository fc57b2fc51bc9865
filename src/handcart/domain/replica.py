"""A replica: the lines of a cart or an order in a new cart."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import DEFAULT_CART_NAME, Cart, CustomLineItem, ItemState, LineItem
from handcart.domain.cart_draft import currency_on, empty_cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import Draft
from handcart.domain.line import INITIAL_STATE, variant_of
from handcart.domain.order import Order
from handcart.domain.price import Priced, price_cart
from handcart.domain.references import ResourceIdentifier
from handcart.domain.updates.attributes import check_key


class ReplicaCartDraft(Draft):
    """Which cart or order to copy."""

    reference: ResourceIdentifier
    key: str | None = None


def replica_of(origin: Cart | Order, *, acting: Acting, key: str | None) -> Priced:
    """The new cart: the same owner, addresses, custom fields and modes of tax and stock; lines and custom lines in
    their initial state, with product data and prices of now. What has no price here is left out.
    """
    check_key(key)
    store = acting.catalogue.sites.get(origin.store.key) if origin.store is not None else None
    owner = CartOwner(
        customer_id=origin.customer_id,
        anonymous_id=origin.anonymous_id,
        email=origin.customer_email,
        customer_group=origin.customer_group,
    )
    asked = None if acting.site is not None and acting.site.currency else origin.total_price.currency_code
    cart = empty_cart(
        acting=acting,
        owner=owner,
        currency=currency_on(acting.site, acting, asked),
        store=store,
        name=origin.name if isinstance(origin, Cart) else DEFAULT_CART_NAME,
    )
    lines = tuple(_fresh(each, acting) for each in origin.line_items if _is_on_offer(each, acting))
    customs = tuple(_fresh_custom(each, acting) for each in origin.custom_line_items if _is_in(each, cart.currency))
    modes: dict[str, Any] = {name: getattr(origin, name) for name in _MODES}
    cart = replace(
        cart,
        key=key,
        line_items=lines,
        custom_line_items=customs,
        shipping_address=origin.shipping_address,
        billing_address=origin.billing_address,
        item_shipping_addresses=origin.item_shipping_addresses,
        custom=origin.custom,
        country=origin.country,
        locale=origin.locale,
        site_id=origin.site_id if lines else None,
        create_site_id=acting.site_key if lines else None,
        item_added_at=acting.now if lines else None,
        **modes,
    )
    priced = price_cart(cart, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    sellable = tuple(each for each in priced.cart.line_items if each.pricing_error is None)
    if len(sellable) == len(lines):
        return priced
    return price_cart(replace(cart, line_items=sellable), catalogue=acting.catalogue, site=acting.site, now=acting.now)


_MODES = ("tax_mode", "price_rounding_mode", "tax_rounding_mode", "tax_calculation_mode", "inventory_mode")


def _is_in(line: CustomLineItem, currency: str) -> bool:
    """Whether a custom line has a price in the currency: the one that the client gave it is in one only."""
    return line.money.currency_code == currency


def _fresh_custom(line: CustomLineItem, acting: Acting) -> CustomLineItem:
    state = (ItemState(quantity=line.quantity, state=INITIAL_STATE),)
    return replace(line, id=acting.new_id(), state=state, taxed_price=None, tax_rate=None)


def _is_on_offer(line: LineItem, acting: Acting) -> bool:
    return (line.product_id, line.variant.id) in acting.catalogue.offers_by_variant


def _fresh(line: LineItem, acting: Acting) -> LineItem:
    """The line as if it were added now."""
    offer = acting.catalogue.offers_by_variant[line.product_id, line.variant.id]
    return replace(
        line,
        id=acting.new_id(),
        name=offer.name,
        product_slug=offer.slug,
        variant=variant_of(offer),
        state=(ItemState(quantity=line.quantity, state=INITIAL_STATE),),
        price_mode="Platform",
        added_at=acting.now,
        last_modified_at=acting.now,
        taxed_price=None,
        tax_rate=None,
        pricing_error=None,
    )
