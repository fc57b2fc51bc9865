"""The desk over HTTP: open it, read it, select a customer."""

import msgspec
from starlette.responses import Response

from handcart.actions.desk.list_refusals import list_refusals
from handcart.actions.desk.open_desk import open_desk
from handcart.actions.desk.read_desk import read_desk
from handcart.actions.desk.read_worklist import read_worklist
from handcart.actions.desk.select_customer import select_customer
from handcart.api.call import Call, json_bytes, page_of
from handcart.api.commerce.carts import access_of, in_and_out_of_store
from handcart.api.query_parameters import page_answer, query_request
from handcart.api.route import Route
from handcart.domain.desk import CustomerSwitch, DeskChoice
from handcart.domain.document import encode
from handcart.domain.errors import InvalidField
from handcart.domain.permissions import Permission
from handcart.domain.worklist import SHOWN_MAX

_switch_decoder = msgspec.json.Decoder(CustomerSwitch)
_choice_decoder = msgspec.json.Decoder(DeskChoice)


async def get_desk(call: Call) -> Response:
    """The desk of this sign-in."""
    return json_bytes(await read_desk(call.stores, access_of(call)))


async def post_desk(call: Call) -> Response:
    """Sit down at a desk."""
    choice = call.decode(_choice_decoder) if call.body else DeskChoice()
    return await call.write(lambda key: open_desk(call.stores, access_of(call), choice, key))


async def post_customer_cart(call: Call) -> Response:
    """Select Customer."""
    switch = call.decode(_switch_decoder)
    return await call.write(
        lambda key: select_customer(
            call.stores, access_of(call), switch, name=call.query_value("name"), idempotency=key
        )
    )


async def get_worklist(call: Call) -> Response:
    """What was begun and not finished; ``all=true`` asks for everybody's."""
    text = call.query_value("all")
    if text not in (None, "true", "false"):
        raise InvalidField(field="all", invalid_value=text, allowed_values=["true", "false"])
    items = await read_worklist(call.stores, call.caller, is_everybodys=text == "true")
    return json_bytes(page_of([encode(each) for each in items], limit=SHOWN_MAX, offset=0, total=len(items)))


async def get_refused_actions(call: Call) -> Response:
    """What staff was not allowed to do."""
    request = query_request(call)
    page = await list_refusals(
        call.stores,
        call.caller,
        staff_id=call.query_value("staffId"),
        cart_id=call.query_value("cartId"),
        limit=request.limit,
        offset=request.offset,
    )
    return page_answer(call, page)


ROUTES: list[Route] = [
    *in_and_out_of_store("GET", "/desk", Permission.DESK_READ, get_desk),
    *in_and_out_of_store("POST", "/desk", Permission.DESK, post_desk),
    *in_and_out_of_store("POST", "/desk/customer-cart", Permission.DESK, post_customer_cart),
    *in_and_out_of_store("GET", "/desk/worklist", Permission.DESK_READ, get_worklist),
    Route("GET", "/{pk}/refused-actions", Permission.REFUSED_ACTIONS, get_refused_actions),
]
