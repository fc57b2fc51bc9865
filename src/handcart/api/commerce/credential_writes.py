"""Writes whose requests contain a password: what is kept to recognise a repeated one is made without it.

The digest of a request lies in the database for a day. One of a body with a password in it would be a fast hash of the
password, which is what argon2 is there to avoid.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from msgspec.structs import replace
from starlette.responses import Response

from handcart.actions.answering import Answer, Idempotency, replay_or_write
from handcart.api.call import Call, answered
from handcart.domain.document import encode


async def write_credentials(
    call: Call,
    action: Callable[[Idempotency | None], Awaitable[Answer]],
    *,
    shown: object,
    is_proof_asked_again: bool = False,
) -> Response:
    """Run a writing action once per Idempotency-Key; ``shown`` is the body without its passwords.

    ``is_proof_asked_again``: a repeated request has to give the right password again before it is answered.
    """
    idempotency = call.idempotency()
    if idempotency is not None:
        idempotency = replace(idempotency, request_hash=sha256(encode(shown)).digest())
    answer = await replay_or_write(
        call.stores, call.project, idempotency, action, is_proof_asked_again=is_proof_asked_again
    )
    return answered(answer)
