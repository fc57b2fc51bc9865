"""Checkout: what starting it fixes on a cart."""

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, Checkout
from handcart.domain.errors import CartEmpty
from handcart.domain.price import Priced, price_cart
from handcart.domain.price_selection import FAR_FUTURE
from handcart.domain.updates.apply import check_open


def checked_out(cart: Cart, acting: Acting) -> Priced:
    """The cart in checkout on the acting site, priced and taxed there; the same cart if it is there already."""
    check_open(cart, is_locksmith=acting.is_locksmith)
    if not cart.line_items and not cart.custom_line_items:
        raise CartEmpty()
    if cart.checkout is not None and cart.checkout.site_id == acting.site_key:
        return Priced(cart, FAR_FUTURE, ())
    priced = priced_at_checkout(cart, acting)
    if priced.problems:
        raise priced.problems[0]
    stamped = replace(priced.cart, version=cart.version + 1, last_modified_at=acting.now, last_modified_by=acting.actor)
    return Priced(stamped, priced.until, ())


def priced_at_checkout(cart: Cart, acting: Acting) -> Priced:
    """The cart priced on the acting site, with checkout started there unless it was."""
    site = acting.site
    checkout = cart.checkout
    if checkout is None or checkout.site_id != acting.site_key:
        gateway = site.gateway if site is not None else None
        checkout = Checkout(
            site_id=acting.site_key, started_at=acting.now, gateway=gateway, tax_configuration=acting.site_key
        )
    return price_cart(replace(cart, checkout=checkout), catalogue=acting.catalogue, site=site, now=acting.now)
