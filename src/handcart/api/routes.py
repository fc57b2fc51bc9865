"""Every route there is, gathered from the modules that answer them."""

from handcart.api import health, oauth, staff_sign_in
from handcart.api.admin import identity_provider, publishing, roles, site_groups, sites, staff, webhooks
from handcart.api.commerce import (
    carts,
    customer_tokens,
    customers,
    hand_over,
    history,
    inventory,
    matching_shipping_methods,
    me,
    merges,
    orders,
    price_preview,
    product_projections,
    product_types,
    products,
    project,
    resource_routes,
    sign_in,
)
from handcart.api.desk import customers as desk_customers
from handcart.api.desk import desk, offline_orders, pairings, proposals, takeovers
from handcart.api.route import RouteTable
from handcart.api.stream import carts as cart_streams
from handcart.api.stream import desk as desk_stream


def route_table() -> RouteTable:
    """The table of all routes."""
    modules = (
        *(health, oauth, project, carts, history, merges, orders, sign_in, customers, customer_tokens, me),
        *(products, product_projections, product_types, inventory, resource_routes, matching_shipping_methods),
        *(cart_streams, desk_stream),
        *(hand_over, price_preview),
        *(offline_orders, takeovers),
        *(desk, desk_customers, pairings, proposals),
        *(site_groups, sites, publishing, webhooks),
        *(roles, staff, identity_provider, staff_sign_in),
    )
    return RouteTable(route for module in modules for route in module.ROUTES)
