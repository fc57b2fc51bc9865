"""A customer's own profile over HTTP. A guest has none: 404."""

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from handcart.actions.customers.change_password import change_password
from handcart.actions.customers.delete_customer import delete_customer
from handcart.actions.customers.read_customer import read_customer
from handcart.actions.customers.update_customer import update_customer
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import in_and_out_of_store
from handcart.api.commerce.credential_writes import write_credentials
from handcart.api.query_parameters import expand_document
from handcart.api.route import Route
from handcart.domain.customer import CustomerPath
from handcart.domain.customers.apply import CustomerUpdate, check_mine
from handcart.domain.document import Draft
from handcart.domain.errors import ResourceNotFound
from handcart.domain.permissions import Permission


class MyCustomerChangePassword(Draft):
    """A new password, by the present one."""

    version: int
    current_password: str
    new_password: str


_update_decoder = msgspec.json.Decoder(CustomerUpdate)
_change_decoder = msgspec.json.Decoder(MyCustomerChangePassword)


def my_path(call: Call) -> CustomerPath:
    """The token's customer. Raises ResourceNotFound for a guest's token."""
    if call.caller.customer_id is None:
        raise ResourceNotFound(id="me")
    return CustomerPath(id=call.caller.customer_id, store=call.parameters.get("storeKey"))


async def get_me(call: Call) -> Response:
    """The customer."""
    return json_bytes(expand_document(call, await read_customer(call.stores, call.project, my_path(call))))


async def post_me(call: Call) -> Response:
    """Change what customers may change of themselves."""
    path = my_path(call)
    update = call.decode(_update_decoder)
    check_mine(update)
    return await call.write(
        lambda key: update_customer(
            call.stores,
            call.caller,
            path,
            version=update.version,
            actions=update.actions,
            catalogue=call.catalogue,
            site=call.site,
            idempotency=key,
        )
    )


async def remove_me(call: Call) -> Response:
    """Delete the customer, who is signed out by it."""
    return json_bytes(await delete_customer(call.stores, call.caller, my_path(call), version=call.version()))


async def post_my_password(call: Call) -> Response:
    """Change the password by the present one."""
    path = my_path(call)
    change = call.decode(_change_decoder)
    return await write_credentials(
        call,
        lambda key: change_password(
            call.stores,
            call.caller,
            path,
            version=change.version,
            current=change.current_password,
            new=change.new_password,
            idempotency=key,
        ),
        shown=replace(change, current_password="", new_password=""),
    )


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/me", Permission.MY_PROFILE, get_me),
    *in_and_out_of_store("POST", "/me", Permission.MY_PROFILE, post_me),
    *in_and_out_of_store("DELETE", "/me", Permission.MY_PROFILE, remove_me),
    *in_and_out_of_store("POST", "/me/password", Permission.MY_PROFILE, post_my_password),
]
