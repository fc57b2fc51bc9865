"""Pairings over HTTP: the shopper's code and consent, the agent's asking and leaving."""

import msgspec
from starlette.responses import Response

from handcart.actions.pairings.answer_pairing import answer_pairing
from handcart.actions.pairings.ask_pairing import ask_pairing
from handcart.actions.pairings.create_pairing_code import create_pairing_code
from handcart.actions.pairings.end_pairing import end_pairing
from handcart.actions.pairings.list_pairings import list_pairings
from handcart.actions.pairings.read_pairing import read_pairing
from handcart.api.call import Call, json_bytes
from handcart.api.commerce.carts import in_and_out_of_store, my_access_of
from handcart.api.query_parameters import page_answer
from handcart.api.route import Route
from handcart.domain.document import Draft
from handcart.domain.permissions import Permission


class CodeDraft(Draft):
    """The cart that help is wanted with."""

    cart_id: str


class AskDraft(Draft):
    """What the shopper has read out, as it was typed."""

    code: str


class AnswerDraft(Draft):
    """An answer to an agent: at a version, or whatever it is."""

    version: int | None = None


_code_decoder = msgspec.json.Decoder(CodeDraft)
_ask_decoder = msgspec.json.Decoder(AskDraft)
_answer_decoder = msgspec.json.Decoder(AnswerDraft)


async def post_pairing_code(call: Call) -> Response:
    """A code for an own cart. An Idempotency-Key is not heeded: keeping the answer would be keeping the code."""
    draft = call.decode(_code_decoder)
    return json_bytes(await create_pairing_code(call.stores, my_access_of(call), draft.cart_id), 201)


async def post_pairing(call: Call) -> Response:
    """Ask to help, by a code."""
    draft = call.decode(_ask_decoder)
    return await call.write(lambda key: ask_pairing(call.stores, call.caller, draft.code, key))


async def get_pairings(call: Call) -> Response:
    """The live pairings of the agent, or on the shopper's carts."""
    return page_answer(call, await list_pairings(call.stores, call.caller))


async def get_pairing(call: Call) -> Response:
    """One of the agent's pairings."""
    return json_bytes(await read_pairing(call.stores, call.caller, call.parameters["id"]))


async def remove_pairing(call: Call) -> Response:
    """End a pairing."""
    return json_bytes(await end_pairing(call.stores, call.caller, call.parameters["id"], version=call.version()))


async def post_confirm(call: Call) -> Response:
    """The shopper agrees."""
    return await _answer(call, is_confirmed=True)


async def post_refuse(call: Call) -> Response:
    """The shopper does not agree."""
    return await _answer(call, is_confirmed=False)


async def _answer(call: Call, *, is_confirmed: bool) -> Response:
    draft = call.decode(_answer_decoder) if call.body else AnswerDraft()
    return await call.write(
        lambda key: answer_pairing(
            call.stores,
            call.caller,
            call.parameters["id"],
            is_confirmed=is_confirmed,
            version=draft.version,
            idempotency=key,
        )
    )


ROUTES: list[Route] = [
    *in_and_out_of_store("POST", "/me/pairing-codes", Permission.MY_CART, post_pairing_code),
    *in_and_out_of_store("GET", "/me/pairings", Permission.MY_CART, get_pairings),
    *in_and_out_of_store("DELETE", "/me/pairings/{id}", Permission.MY_CART, remove_pairing),
    *in_and_out_of_store("POST", "/me/pairings/{id}/confirm", Permission.MY_CART, post_confirm),
    *in_and_out_of_store("POST", "/me/pairings/{id}/refuse", Permission.MY_CART, post_refuse),
    *in_and_out_of_store("GET", "/desk/pairings", Permission.PAIRING, get_pairings),
    *in_and_out_of_store("POST", "/desk/pairings", Permission.PAIRING, post_pairing),
    *in_and_out_of_store("GET", "/desk/pairings/{id}", Permission.PAIRING, get_pairing),
    *in_and_out_of_store("DELETE", "/desk/pairings/{id}", Permission.PAIRING, remove_pairing),
]
