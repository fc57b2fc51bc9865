"""Merges over HTTP: planned, resolved, accounted for, taken back."""

import msgspec
from starlette.responses import Response

from handcart.actions.carts.plan_merge import plan_merge
from handcart.actions.carts.read_merge import read_merge
from handcart.actions.carts.resolve_carts import resolve_carts
from handcart.actions.carts.undo_merge import undo_merge
from handcart.actions.claim_rules import Guest
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import access_of, in_and_out_of_store, my_access_of
from handcart.api.route import Route
from handcart.domain.claim import SignInMode
from handcart.domain.document import Draft
from handcart.domain.permissions import Permission
from handcart.domain.references import ResourceIdentifier
from handcart.domain.resolve import ResolveDraft
from handcart.domain.site import QuantityPolicy


class MergePlanDraft(Draft):
    """Whose carts, which guest's, and how."""

    customer_id: str | None = None
    email: str | None = None
    anonymous_cart: ResourceIdentifier | None = None
    anonymous_id: str | None = None
    merge_mode: SignInMode | None = None
    quantity_policy: QuantityPolicy | None = None


class UndoDraft(Draft):
    """Taking a merge back: at a version of the merge, or at whatever it is."""

    version: int | None = None


_plan_decoder = msgspec.json.Decoder(MergePlanDraft)
_resolve_decoder = msgspec.json.Decoder(ResolveDraft)
_undo_decoder = msgspec.json.Decoder(UndoDraft)


async def post_merge_plan(call: Call) -> Response:
    """What a sign-in would do; it changes nothing."""
    draft = call.decode(_plan_decoder)
    guest = Guest(
        anonymous_id=draft.anonymous_id,
        cart=draft.anonymous_cart,
        mode=draft.merge_mode or "MergeWithExistingCustomerCart",
        policy=draft.quantity_policy,
    )
    return json_bytes(
        await plan_merge(call.stores, access_of(call), guest, customer_id=draft.customer_id, email=draft.email)
    )


async def post_resolve(call: Call) -> Response:
    """A merge that the customer chose: by a trusted backend, or by the customer. A shop's own client, which acts for
    nobody, has no carts to resolve."""
    draft = call.decode(_resolve_decoder)
    caller, store = call.caller, call.parameters.get("storeKey")
    is_backend = caller.owner is None and caller.has("manage_project", "manage_orders", store=store)
    access = access_of(call) if is_backend else my_access_of(call)
    return await call.write(lambda key: resolve_carts(call.stores, access, draft, key))


async def get_merge(call: Call) -> Response:
    """The receipt of a merge."""
    return json_bytes(await read_merge(call.stores, access_of(call), call.parameters["id"]))


async def get_my_merge(call: Call) -> Response:
    """The receipt of a merge of the shopper's carts."""
    return json_bytes(await read_merge(call.stores, my_access_of(call), call.parameters["id"]))


async def post_undo(call: Call) -> Response:
    """Take a merge back."""
    draft = call.decode(_undo_decoder) if call.body else UndoDraft()
    merge_id = call.parameters["id"]
    return await call.write(lambda key: undo_merge(call.stores, access_of(call), merge_id, draft.version, key))


async def post_my_undo(call: Call) -> Response:
    """Take a merge of the shopper's carts back."""
    draft = call.decode(_undo_decoder) if call.body else UndoDraft()
    merge_id = call.parameters["id"]
    return await call.write(lambda key: undo_merge(call.stores, my_access_of(call), merge_id, draft.version, key))


ROUTES: list[Route] = [
    *in_and_out_of_store("POST", "/carts/merge-plan", Permission.CART_ADMIN, post_merge_plan),
    *in_and_out_of_store("POST", "/carts/resolve", Permission.CART_RESOLVE, post_resolve),
    Route("GET", "/{pk}/merges/{id}", Permission.CART_HISTORY, get_merge),
    Route("POST", "/{pk}/merges/{id}/undo", Permission.UNDO, post_undo),
    *in_and_out_of_store("GET", "/me/merges/{id}", Permission.MY_CART, get_my_merge),
    *in_and_out_of_store("POST", "/me/merges/{id}/undo", Permission.MY_CART, post_my_undo),
]
