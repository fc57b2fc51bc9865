"""Which shipping methods ship to a place: what a checkout page lets a shopper choose from."""

from msgspec.structs import replace

from handcart.domain.cart import Cart
from handcart.domain.catalogue import Catalogue
from handcart.domain.errors import ShippingAddressMissing
from handcart.domain.shipping import ShippingMethod, ShippingRate, rate_for


def methods_for_place(
    catalogue: Catalogue, *, country: str, state: str | None, currency: str | None
) -> list[ShippingMethod]:
    """The active methods with a rate there, the default one first; the rates that hold say so.

    Without a currency any will do.
    """
    found = []
    for method in catalogue.shipping_methods.values():
        known = {rate.price.currency_code for each in method.zone_rates for rate in each.shipping_rates}
        rates = [
            rate_for(method, zones=catalogue.zones, country=country, state=state, currency=each)
            for each in sorted(known if currency is None else known & {currency})
        ]
        holding = [each for each in rates if each is not None]
        if method.active and holding:
            found.append(_marked(method, holding))
    return sorted(found, key=lambda each: (not each.is_default, each.name, each.id))


def methods_for_cart(catalogue: Catalogue, cart: Cart) -> list[ShippingMethod]:
    """The methods that ship the cart to its address, in its currency. Raises ShippingAddressMissing."""
    address = cart.shipping_address
    if address is None:
        raise ShippingAddressMissing()
    return methods_for_place(
        catalogue, country=address.country, state=address.state, currency=cart.total_price.currency_code
    )


def _marked(method: ShippingMethod, holding: list[ShippingRate]) -> ShippingMethod:
    """The method with a mark on the very rates that hold; equal ones of other zones stay as they are."""
    return replace(
        method,
        zone_rates=tuple(
            replace(
                zone_rate,
                shipping_rates=tuple(
                    replace(each, is_matching=any(each is rate for rate in holding))
                    for each in zone_rate.shipping_rates
                ),
            )
            for zone_rate in method.zone_rates
        ),
    )
