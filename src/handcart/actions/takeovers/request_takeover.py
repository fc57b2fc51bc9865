"""Asking a colleague for a takeover: the holder sees who asks, and why."""

from handcart.actions.serving import staff_name
from handcart.actions.taking_over import lock_known_takeover, note_lapse
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.errors import TakeoverEnded
from handcart.domain.takeover import check_words, requested
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.stores import Stores
from handcart.store.takeovers import change_takeover


async def request_takeover(
    stores: Stores, access: Access, takeover_id: str, reason: str | None, idempotency: Idempotency | None = None
) -> Answer:
    """The takeover as JSON, with the request in it; the lease stays. The holder asks nobody: nothing changes then.

    Raises ResourceNotFound, TakeoverEnded, InvalidField for a reason that is too long.
    """
    check_words(reason)
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_known_takeover(transaction, project, takeover_id)
        lapsed = await note_lapse(stores, transaction, project, locked)
        if lapsed is None:
            by, now = await staff_name(transaction, access), stores.clock.utc_now()
            after = requested(locked.takeover, by, reason, now)
            if by.id == locked.takeover.holder.id:
                after = locked.takeover
            else:
                await change_takeover(transaction, project, locked, after)
            answer = Answer(encode(after))
            await insert_answer(transaction, project, idempotency, answer, now)
    if lapsed is not None:
        raise TakeoverEnded(state=lapsed.state)
    return answer
