"""A guest's cart on its way to another domain of the group, over HTTP."""

import msgspec
from starlette.responses import Response

from handcart.actions.sites.accept_hand_over import accept_hand_over
from handcart.actions.sites.hand_over_cart import hand_over_cart
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import my_access_of
from handcart.api.route import Route
from handcart.domain.document import Draft
from handcart.domain.permissions import Permission


class HandOverDraft(Draft):
    """Where the cart is to go: the key of a site."""

    to_site: str


class AcceptDraft(Draft):
    """The token of a link."""

    token: str


_hand_over_decoder = msgspec.json.Decoder(HandOverDraft)
_accept_decoder = msgspec.json.Decoder(AcceptDraft)


async def post_hand_over(call: Call) -> Response:
    """A link that takes the guest's current cart to another site. An Idempotency-Key is not heeded: keeping the answer
    would be keeping the token, and a second link does no harm."""
    draft = call.decode(_hand_over_decoder)
    return json_bytes(await hand_over_cart(call.stores, my_access_of(call), draft.to_site), 201)


async def post_accept(call: Call) -> Response:
    """Take in the cart that a link brings."""
    draft = call.decode(_accept_decoder)
    return await call.write(lambda key: accept_hand_over(call.stores, my_access_of(call), draft.token, key))


ROUTES: list[Route] = [
    Route("POST", "/{pk}/in-store/key={storeKey}/me/hand-over", Permission.MY_CART, post_hand_over),
    Route("POST", "/{pk}/in-store/key={storeKey}/me/hand-over/accept", Permission.MY_CART, post_accept),
]
