"""Every route there is, gathered from the modules that answer them."""

from handcart.api import health, oauth
from handcart.api.commerce import carts, customer_tokens, customers, me, orders, resource_routes, sign_in
from handcart.api.route import RouteTable


def route_table() -> RouteTable:
    """The table of all routes."""
    modules = (health, oauth, carts, orders, sign_in, customers, customer_tokens, me, resource_routes)
    return RouteTable(route for module in modules for route in module.ROUTES)
