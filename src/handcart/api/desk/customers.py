"""Customers as agents look them up, over HTTP: a search, and everything about one at a glance."""

from starlette.responses import Response

from handcart.actions.desk.read_desk_customer import read_desk_customer
from handcart.actions.desk.search_customers import search_customers
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import in_and_out_of_store
from handcart.api.commerce.customers import customer_path
from handcart.api.query_parameters import page_answer, query_request
from handcart.api.route import Route
from handcart.domain.permissions import Permission, check_permission


async def get_desk_customers(call: Call) -> Response:
    """Customers found by ``q``."""
    page = await search_customers(
        call.stores,
        call.project,
        call.query_value("q"),
        query_request(call),
        catalogue=call.catalogue,
        store=call.parameters.get("storeKey"),
    )
    return page_answer(call, page)


async def get_desk_customer(call: Call) -> Response:
    """One customer with carts and orders; whoever may not read orders does not see them here either."""
    check_permission(call.caller, Permission.ORDER_READ, project=call.project, store=call.parameters.get("storeKey"))
    return json_bytes(
        await read_desk_customer(call.stores, call.project, customer_path(call), catalogue=call.catalogue)
    )


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/desk/customers", Permission.CUSTOMER_READ, get_desk_customers),
    *in_and_out_of_store("GET", "/desk/customers/{id}", Permission.CUSTOMER_READ, get_desk_customer),
]
