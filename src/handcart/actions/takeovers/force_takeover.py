"""Taking a takeover from whoever holds it: with a reason, which is kept with who did it."""

from handcart.actions.deciding import gather_for
from handcart.actions.drafting import lock_order, write_order
from handcart.actions.serving import staff_name
from handcart.actions.taking_over import lease_of, lock_known_takeover, note_lapse
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.errors import TakeoverEnded
from handcart.domain.offline_order import stamped
from handcart.domain.reach import Via
from handcart.domain.references import Reference
from handcart.domain.takeover import Takeover, check_words, forced
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.database import Transaction
from handcart.store.stores import Stores
from handcart.store.takeovers import LockedTakeover, change_takeover


async def force_takeover(
    stores: Stores, access: Access, takeover_id: str, reason: str, idempotency: Idempotency | None = None
) -> Answer:
    """The takeover as JSON, held by the caller, with a fresh lease. The offline order goes with it: the caller is its
    operator from now on. The former holder's next write finds no cart. For the holder nothing changes.

    Raises ResourceNotFound, TakeoverEnded, InvalidField without a reason.
    """
    check_words(reason, is_reason_needed=True)
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_known_takeover(transaction, project, takeover_id)
        lapsed = await note_lapse(stores, transaction, project, locked)
        if lapsed is None:
            after = locked.takeover
            if after.state != "Open" or after.holder.id != access.caller.staff_id:
                after = await _forced(stores, transaction, access, locked, reason)
            answer = Answer(encode(after))
            await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    if lapsed is not None:
        raise TakeoverEnded(state=lapsed.state)
    return answer


async def _forced(
    stores: Stores, transaction: Transaction, access: Access, locked: LockedTakeover, reason: str
) -> Takeover:
    by = await staff_name(transaction, access)
    after = forced(locked.takeover, by, reason, stores.clock.utc_now(), lease_of(access))
    await change_takeover(transaction, access.caller.project, locked, after)
    order = await lock_order(transaction, access.caller.project, after.order_id)
    acting = await gather_for(stores, access, None, within=transaction)
    moved = stamped(order.order, acting, operator=Reference(type_id="staff", id=by.id))
    via = Via(kind="takeover", id=after.id)
    said = [after.forced[-1]]
    await write_order(stores, transaction, access.caller, order, moved, kind="TakeoverForced", actions=said, via=via)
    return after
