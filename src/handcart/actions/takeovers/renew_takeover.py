"""The heartbeat of a takeover: its lease runs anew, as nothing else makes it."""

from handcart.actions.taking_over import lease_of, lock_known_takeover, note_lapse
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.errors import TakeoverEnded
from handcart.domain.takeover import check_holder, check_version, renewed
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.stores import Stores
from handcart.store.takeovers import change_takeover


async def renew_takeover(
    stores: Stores, access: Access, takeover_id: str, version: int | None, idempotency: Idempotency | None = None
) -> Answer:
    """The takeover as JSON. A lease that has run out is not renewed: the takeover then is Lapsed.

    Raises ResourceNotFound, TakeoverEnded, TakeoverHeld where another holds it by now, ConcurrentModification.
    """
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_known_takeover(transaction, project, takeover_id)
        check_holder(locked.takeover, access.caller.staff_id)
        check_version(locked.takeover, version)
        lapsed = await note_lapse(stores, transaction, project, locked)
        if lapsed is None:
            now = stores.clock.utc_now()
            after = renewed(locked.takeover, now, lease_of(access))
            await change_takeover(transaction, project, locked, after)
            answer = Answer(encode(after))
            await insert_answer(transaction, project, idempotency, answer, now)
    if lapsed is not None:
        raise TakeoverEnded(state=lapsed.state)
    return answer
