"""Every route there is, gathered from the modules that answer them."""

from handcart.api import health
from handcart.api.commerce import carts, orders
from handcart.api.route import RouteTable


def route_table() -> RouteTable:
    """The table of all routes."""
    return RouteTable([*health.ROUTES, *carts.ROUTES, *orders.ROUTES])
