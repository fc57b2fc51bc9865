"""Customers over HTTP: at project level, and in a store, where customers of other stores do not exist."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from handcart.actions.customers.delete_customer import delete_customer
from handcart.actions.customers.erase_customer import erase_customer
from handcart.actions.customers.list_customers import list_customers
from handcart.actions.customers.read_customer import read_customer
from handcart.actions.customers.update_customer import update_customer
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import in_and_out_of_store
from handcart.api.commerce.credential_writes import write_credentials
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Route
from handcart.domain.customer import CustomerPath
from handcart.domain.customers.apply import CustomerUpdate, without_passwords
from handcart.domain.errors import InvalidField
from handcart.domain.permissions import Permission

_update_decoder = msgspec.json.Decoder(CustomerUpdate)


def customer_path(call: Call) -> CustomerPath:
    """The customer that the path names, and the store in which."""
    named = call.parameters
    return CustomerPath(id=named.get("id"), key=named.get("key"), store=named.get("storeKey"))


def is_erasure(call: Call) -> bool:
    """Whether all that is personal is to go as well. Raises InvalidField for a value that is neither true nor false."""
    erasure = call.query_value("dataErasure")
    if erasure not in (None, "true", "false"):
        raise InvalidField(field="dataErasure", invalid_value=erasure, allowed_values=["true", "false"])
    return erasure == "true"


async def get_customers(call: Call) -> Response:
    """A page of customers."""
    store = call.parameters.get("storeKey")
    return page_answer(call, await list_customers(call.stores, call.project, query_request(call), store=store))


async def get_customer(call: Call) -> Response:
    """A customer by id or by key."""
    return json_bytes(expand_document(call, await read_customer(call.stores, call.project, customer_path(call))))


async def post_customer(call: Call) -> Response:
    """Change a customer."""
    update = call.decode(_update_decoder)
    return await write_credentials(
        call,
        lambda key: update_customer(
            call.stores,
            call.caller,
            customer_path(call),
            version=update.version,
            actions=update.actions,
            catalogue=call.catalogue,
            site=call.site,
            idempotency=key,
        ),
        shown=replace(update, actions=without_passwords(update.actions)),
    )


async def remove_customer(call: Call) -> Response:
    """Delete a customer, or erase everything that is kept of the person."""
    path = customer_path(call)
    if is_erasure(call):
        erased = await erase_customer(call.stores, call.caller, call.catalogue, path, version=call.version())
        return json_bytes(erased)
    return json_bytes(await delete_customer(call.stores, call.caller, path, version=call.version()))


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/customers", Permission.CUSTOMER_READ, get_customers),
    *in_and_out_of_store("GET", "/customers/{id}", Permission.CUSTOMER_READ, get_customer),
    *in_and_out_of_store("POST", "/customers/{id}", Permission.CUSTOMER_WRITE, post_customer),
    *in_and_out_of_store("DELETE", "/customers/{id}", Permission.SIGN_IN, remove_customer),
    *in_and_out_of_store("GET", "/customers/key={key}", Permission.CUSTOMER_READ, get_customer),
    *in_and_out_of_store("POST", "/customers/key={key}", Permission.CUSTOMER_WRITE, post_customer),
    *in_and_out_of_store("DELETE", "/customers/key={key}", Permission.SIGN_IN, remove_customer),
]
