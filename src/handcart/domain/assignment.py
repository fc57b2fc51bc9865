"""Assignment: what else keys a current cart, by the cart provider. The third of the four axes of a cart.

``ByUser`` asks for nothing but the customer; ``ByCustomer`` for the bill-to and the device; ``ByShipTo`` for the
ship-to besides. A guest's session is its device already; an operator looks past devices (S3-54 … S3-68).
"""

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.site import Site


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the key that the cart provider asks for; ``device`` None looks past devices."""

    bill_to: str
    ship_to: str
    device: str | None


def provider_of(catalogue: Catalogue, site: Site | None) -> str:
    """The cart provider in force on a site: its own setting, else the project's."""
    if site is not None and site.cart_provider is not None:
        return site.cart_provider
    return catalogue.settings.cart_provider


def assignment_of(
    provider: str, *, bill_to: str | None, ship_to: str | None, device: str, is_anonymous: bool, is_operator: bool
) -> Assignment:
    """The assignment of a current cart under a provider."""
    if provider == "ByUser" or is_anonymous:
        return Assignment(bill_to="", ship_to="", device="" if not is_operator else None)
    kept_ship_to = (ship_to or "") if provider == "ByShipTo" else ""
    return Assignment(bill_to=bill_to or "", ship_to=kept_ship_to, device=None if is_operator else device)
