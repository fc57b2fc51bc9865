"""Sitting down at a desk: the one of this sign-in, or another of one's own, as from a second device."""

from handcart.actions.serving import take_desk
from handcart.actions.showing_desk import desk_document
from handcart.domain.access import Access
from handcart.domain.desk import DeskChoice
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.desks import seat_at_desk
from handcart.store.stores import Stores


async def open_desk(
    stores: Stores, access: Access, choice: DeskChoice, idempotency: Idempotency | None = None
) -> Answer:
    """The desk as JSON. Raises ResourceNotFound for one that is not the caller's."""
    desk_id = choice.desk_id
    async with stores.database.transaction() as transaction:
        if desk_id is None:
            await take_desk(stores, transaction, access)
        elif not is_uuid(desk_id) or not await seat_at_desk(transaction, access.caller, desk_id):
            raise ResourceNotFound(id=desk_id)
    answer = Answer(await desk_document(stores, access))
    await insert_answer(stores.database, access.caller.project, idempotency, answer, stores.clock.utc_now())
    return answer
