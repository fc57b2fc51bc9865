"""Stock entries over HTTP."""

import msgspec
from starlette.responses import Response

from handcart.actions.admin.create_inventory_entry import create_inventory_entry
from handcart.actions.admin.delete_inventory_entry import delete_inventory_entry
from handcart.actions.admin.query_inventory import query_inventory
from handcart.actions.admin.read_inventory_entry import read_inventory_entry
from handcart.actions.admin.update_inventory_entry import update_inventory_entry
from handcart.api.call import Call, json_bytes
from handcart.api.query_parameters import expand_document, page_answer, query_request
from handcart.api.route import Route
from handcart.domain.inventory import InventoryEntryDraft, InventoryUpdate
from handcart.domain.permissions import Permission

_draft_decoder = msgspec.json.Decoder(InventoryEntryDraft)
_update_decoder = msgspec.json.Decoder(InventoryUpdate)


async def get_inventory(call: Call) -> Response:
    """A page of stock entries."""
    return page_answer(call, await query_inventory(call.stores, call.project, query_request(call)))


async def post_inventory(call: Call) -> Response:
    """A new stock entry."""
    draft = call.decode(_draft_decoder)
    return await call.write(lambda idempotency: create_inventory_entry(call.stores, call.caller, draft, idempotency))


async def get_entry(call: Call) -> Response:
    """A stock entry by id or by key."""
    named = call.parameters
    found = await read_inventory_entry(call.stores, call.project, entry_id=named.get("id"), key=named.get("key"))
    return json_bytes(expand_document(call, found))


async def post_entry(call: Call) -> Response:
    """Update actions on a stock entry by id or by key."""
    update = call.decode(_update_decoder)
    named = call.parameters
    return await call.write(
        lambda idempotency: update_inventory_entry(
            call.stores,
            call.caller,
            update,
            entry_id=named.get("id"),
            key=named.get("key"),
            idempotency=idempotency,
        )
    )


async def remove_entry(call: Call) -> Response:
    """Delete a stock entry by id or by key."""
    named = call.parameters
    return json_bytes(
        await delete_inventory_entry(
            call.stores, call.caller, call.version(), entry_id=named.get("id"), key=named.get("key")
        )
    )


ROUTES: list[Route] = [
    Route("GET", "/{pk}/inventory", Permission.PRODUCT_STAGED_READ, get_inventory),
    Route("POST", "/{pk}/inventory", Permission.PRODUCT_WRITE, post_inventory),
    *(
        route
        for place in ("/{pk}/inventory/{id}", "/{pk}/inventory/key={key}")
        for route in (
            Route("GET", place, Permission.PRODUCT_STAGED_READ, get_entry),
            Route("POST", place, Permission.PRODUCT_WRITE, post_entry),
            Route("DELETE", place, Permission.PRODUCT_WRITE, remove_entry),
        )
    ),
]
