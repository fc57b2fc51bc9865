"""Words for what the tests say again and again: amounts, addresses, update actions, carts with something in them."""

from typing import Any

import httpx

from tests.client import Api

US_ADDRESS: dict[str, Any] = {
    "firstName": "Alice",
    "lastName": "Archer",
    "streetName": "Main Street",
    "streetNumber": "1",
    "postalCode": "62701",
    "city": "Springfield",
    "state": "IL",
    "country": "US",
}
MX_ADDRESS: dict[str, Any] = {"streetName": "Reforma", "city": "Ciudad de México", "country": "MX"}
NO_ID = "00000000-0000-4000-8000-0000000000ff"
"""A UUID that nothing has."""


def money(cents: int, currency: str = "USD") -> dict[str, Any]:
    """An amount as it is answered."""
    return {"type": "centPrecision", "currencyCode": currency, "centAmount": cents, "fractionDigits": 2}


def amount(cents: int, currency: str = "USD") -> dict[str, Any]:
    """An amount as it is sent."""
    return {"currencyCode": currency, "centAmount": cents}


def action(name: str, /, **fields: Any) -> dict[str, Any]:
    """An update action."""
    return {"action": name, **fields}


def add(sku: str, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    """Adding units of an SKU."""
    return action("addLineItem", sku=sku, quantity=quantity, **fields)


def ship_to(address: dict[str, Any] | None = None) -> dict[str, Any]:
    """Setting the shipping address."""
    return action("setShippingAddress", address=address or US_ADDRESS)


def change_quantity(line: dict[str, Any], quantity: int) -> dict[str, Any]:
    """Setting a line's quantity."""
    return action("changeLineItemQuantity", lineItemId=line["id"], quantity=quantity)


def remove(line: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Removing a line."""
    return action("removeLineItem", lineItemId=line["id"], **fields)


def open_cart(shopper: Api, site: str = "siteA", *actions: dict[str, Any], **draft: Any) -> Any:
    """The shopper's current cart on a site, after these actions there."""
    there = shopper.in_store(site)
    cart = there.post("/me/current-cart", draft).json()
    return there.change_my_cart(cart, *actions) if actions else cart


def submit(shopper: Api, cart: dict[str, Any], site: str | None = "siteA", **draft: Any) -> httpx.Response:
    """The answer to submitting an own cart, on a site or at project level."""
    there = shopper.in_store(site) if site is not None else shopper
    return there.post("/me/orders", {"id": cart["id"], "version": cart["version"], **draft})


def order(shopper: Api, *actions: dict[str, Any], site: str = "siteA") -> Any:
    """An order of the shopper, of a cart with these actions and an address."""
    response = submit(shopper, open_cart(shopper, site, *actions, ship_to()), site)
    assert response.status_code == 201, response.text
    return response.json()


def skus(cart: dict[str, Any]) -> list[tuple[str, int]]:
    """What a cart or an order holds: SKU and quantity of each line."""
    return [(line["variant"]["sku"], line["quantity"]) for line in cart["lineItems"]]


def lines_on(cart: dict[str, Any]) -> list[tuple[str, str, int]]:
    """What a cart or an order holds: SKU, site and quantity of each line."""
    return [(line["variant"]["sku"], line["siteId"], line["quantity"]) for line in cart["lineItems"]]
