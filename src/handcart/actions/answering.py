"""Answering a write once: a repeated Idempotency-Key gets the first answer, and writes nothing."""

from collections.abc import Awaitable, Callable

from handcart.domain.errors import AnswerPending, IdempotencyKeyReused
from handcart.store.answers import Answer, FirstAnswer, Idempotency, find_answer
from handcart.store.stores import Stores

__all__ = ["Answer", "Idempotency", "replay_or_write"]


async def replay_or_write(
    stores: Stores,
    project: str,
    idempotency: Idempotency | None,
    action: Callable[[Idempotency | None], Awaitable[Answer]],
    *,
    is_proof_asked_again: bool = False,
) -> Answer:
    """The first answer to the key, or the action's. Raises IdempotencyKeyReused where the request was another one.

    The action keeps its answer in its own transaction; of two at once the database lets one through. Where
    ``is_proof_asked_again``, the action runs every time up to there: whoever repeats a sign-in gives the password
    again, for nothing that is kept could tell whether it is the right one.
    """
    if idempotency is None:
        return await action(None)
    first = await find_answer(stores.database, project, idempotency) if not is_proof_asked_again else None
    if first is None:
        try:
            return await action(idempotency)
        except AnswerPending:
            first = await find_answer(stores.database, project, idempotency)
            if first is None:
                raise
    return _same(first, idempotency)


def _same(first: FirstAnswer, idempotency: Idempotency) -> Answer:
    if first.request_hash != idempotency.request_hash:
        raise IdempotencyKeyReused()
    return first.answer
