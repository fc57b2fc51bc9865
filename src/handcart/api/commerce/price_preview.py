"""Before and after a move between sites, over HTTP."""

import msgspec
from starlette.responses import Response

from handcart.actions.carts.preview_prices import preview_prices
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import access_of, my_access_of
from handcart.api.route import Route
from handcart.domain.access import Access
from handcart.domain.document import Draft
from handcart.domain.permissions import Permission


class PricePreviewDraft(Draft):
    """The site to compare with, by key; without it, the one that the cart was last priced for."""

    from_site: str | None = None


_decoder = msgspec.json.Decoder(PricePreviewDraft)


async def post_price_preview(call: Call) -> Response:
    """A cart's prices before and after a move to this site."""
    return await _previewed(call, access_of(call))


async def post_my_price_preview(call: Call) -> Response:
    """An own cart's prices before and after a move to this site."""
    return await _previewed(call, my_access_of(call))


async def _previewed(call: Call, access: Access) -> Response:
    draft = call.decode(_decoder) if call.body else PricePreviewDraft()
    return json_bytes(await preview_prices(call.stores, access, call.parameters["id"], from_site=draft.from_site))


IN_STORE = "/{pk}/in-store/key={storeKey}"

ROUTES: list[Route] = [
    Route("POST", f"{IN_STORE}/carts/{{id}}/price-preview", Permission.CART_READ, post_price_preview),
    Route("POST", f"{IN_STORE}/me/carts/{{id}}/price-preview", Permission.MY_CART, post_my_price_preview),
]
