"""What shipping costs: the method's rate for the address and the currency, free above an amount."""

from msgspec.structs import replace

from handcart.domain.cart import Cart, ShippingInfo
from handcart.domain.catalogue import Catalogue
from handcart.domain.money import money_of
from handcart.domain.references import Reference
from handcart.domain.shipping import ShippingMethod, rate_for


def price_shipping(cart: Cart, catalogue: Catalogue, currency: str, subtotal: int) -> ShippingInfo | None:
    """The shipping at today's rate; a method that has none here stays, marked, and costs nothing until ordering."""
    shipping = cart.shipping_info
    if shipping is None or shipping.shipping_method is None:
        return shipping
    method = catalogue.shipping_methods.get(shipping.shipping_method.id)
    fresh = shipping_of(method, cart, catalogue=catalogue, currency=currency, subtotal=subtotal) if method else None
    if fresh is None:
        if shipping.shipping_method_state == "DoesNotMatchCart":
            return shipping
        return replace(shipping, shipping_method_state="DoesNotMatchCart")
    kept = {name: getattr(shipping, name) for name in ("taxed_price", "tax_rate", "discounted_price")}
    fresh = replace(fresh, **kept)
    return shipping if fresh == shipping else fresh


def shipping_of(
    method: ShippingMethod, cart: Cart, *, catalogue: Catalogue, currency: str, subtotal: int
) -> ShippingInfo | None:
    """The cart's shipping by this method, or None where it has no rate for the address or is inactive."""
    address = cart.shipping_address
    if address is None or not method.active:
        return None
    rate = rate_for(method, zones=catalogue.zones, country=address.country, state=address.state, currency=currency)
    if rate is None:
        return None
    is_free = rate.free_above is not None and subtotal >= rate.free_above.cent_amount
    return ShippingInfo(
        shipping_method_name=method.name,
        price=money_of(0, currency) if is_free else rate.price,
        shipping_rate=rate,
        shipping_method_state="MatchesCart",
        deliveries=(),
        shipping_method=Reference(type_id="shipping-method", id=method.id),
        tax_category=method.tax_category,
    )
