"""Webhooks over HTTP (S4-38): ``event`` is ``orderSubmit`` or ``cartMerge``, and has one subscription per project."""

import msgspec
from starlette.responses import Response

from handcart.actions.webhooks.delete_webhook import delete_webhook
from handcart.actions.webhooks.list_webhook_deliveries import list_webhook_deliveries
from handcart.actions.webhooks.list_webhooks import list_webhooks
from handcart.actions.webhooks.read_webhook import read_webhook
from handcart.actions.webhooks.resend_webhook_delivery import resend_webhook_delivery
from handcart.actions.webhooks.rotate_webhook_secret import rotate_webhook_secret
from handcart.actions.webhooks.save_webhook import save_webhook
from handcart.api.admin.listing import LIMIT
from handcart.api.call import NO_STORE, Call, json_bytes
from handcart.api.route import Route
from handcart.domain.document import encode
from handcart.domain.permissions import Permission
from handcart.domain.webhook import RotationRequest, WebhookRequest

_request = msgspec.json.Decoder(WebhookRequest)
_rotation = msgspec.json.Decoder(RotationRequest)


async def get_webhooks(call: Call) -> Response:
    """``{total, totalResults, offset, limit, items}`` with every subscription; there are no more than events."""
    found = await list_webhooks(call.stores, call.project)
    envelope = {"total": len(found), "totalResults": len(found), "offset": 0, "limit": LIMIT, "items": found}
    return json_bytes(encode(envelope))


async def get_webhook(call: Call) -> Response:
    """``{event, version, url, enabled, createdAt, lastModifiedAt, formerSecretUntil?}``; 404 where there is none."""
    return json_bytes(encode(await read_webhook(call.stores, call.project, call.parameters["event"])))


async def put_webhook(call: Call) -> Response:
    """``{url, enabled?, version?}`` → 200; where it is new, with the ``secret``, which is shown this once."""
    request = call.decode(_request)
    return json_bytes(await save_webhook(call.stores, call.project, call.parameters["event"], request))


async def delete_one_webhook(call: Call) -> Response:
    """204; its deliveries are gone with it, and what happens before the next subscription is never told."""
    await delete_webhook(call.stores, call.project, call.parameters["event"])
    return Response(status_code=204, headers=NO_STORE)


async def post_webhook_secret(call: Call) -> Response:
    """``{overlapHours?}`` (24, at most 168) → 200 with the new ``secret``, which is shown this once."""
    request = call.decode(_rotation) if call.body else RotationRequest()
    return await call.write(
        lambda idempotency: rotate_webhook_secret(
            call.stores, call.project, call.parameters["event"], request, idempotency
        )
    )


async def get_deliveries(call: Call) -> Response:
    """``{total, totalResults, offset, limit, items: [{id, state, source, attempts, tries, nextAttemptAt?, …}]}``, the
    newest first; ``state`` asks for ``Pending``, ``Delivered`` or ``Failed`` alone.
    """
    limit = call.query_integer("limit")
    limit, offset = LIMIT if limit is None else min(limit, LIMIT), call.query_integer("offset") or 0
    found, total = await list_webhook_deliveries(
        call.stores,
        call.project,
        call.parameters["event"],
        state=call.query_value("state"),
        limit=limit,
        offset=offset,
    )
    envelope = {"total": total, "totalResults": total, "offset": offset, "limit": limit, "items": found}
    return json_bytes(encode(envelope))


async def post_resend(call: Call) -> Response:
    """200 with the delivery, which is then attempted anew; it keeps its ``id`` and the attempts before."""
    named = call.parameters
    return await call.write(
        lambda idempotency: resend_webhook_delivery(call.stores, call.project, named["event"], named["id"], idempotency)
    )


ROUTES: list[Route] = [
    Route("GET", "/ccadmin/v1/webhooks", Permission.SETTING_WRITE, get_webhooks),
    Route("GET", "/ccadmin/v1/webhooks/{event}", Permission.SETTING_WRITE, get_webhook),
    Route("PUT", "/ccadmin/v1/webhooks/{event}", Permission.SETTING_WRITE, put_webhook),
    Route("DELETE", "/ccadmin/v1/webhooks/{event}", Permission.SETTING_WRITE, delete_one_webhook),
    Route("POST", "/ccadmin/v1/webhooks/{event}/secret", Permission.SETTING_WRITE, post_webhook_secret),
    Route("GET", "/ccadmin/v1/webhooks/{event}/deliveries", Permission.SETTING_WRITE, get_deliveries),
    Route("POST", "/ccadmin/v1/webhooks/{event}/deliveries/{id}/resend", Permission.SETTING_WRITE, post_resend),
]
