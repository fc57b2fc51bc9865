"""The shopper's answer to an agent who asks to help: yes, for this cart and for a while, or no."""

from msgspec.structs import replace

from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.pairing import check_version, confirmed, ended, refused
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.pairings import change_pairing, lock_pairings
from handcart.store.stores import Stores


async def answer_pairing(
    stores: Stores,
    caller: Caller,
    pairing_id: str,
    *,
    is_confirmed: bool,
    version: int | None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The pairing as JSON. One that is confirmed replaces what the same agent had on the same cart.

    Raises ResourceNotFound for a pairing on somebody else's cart, ConcurrentModification, IllegalMove.
    """
    project, now = caller.project, stores.clock.utc_now()
    async with stores.database.transaction() as transaction:
        locked = await lock_pairings(transaction, project, pairing_id) if is_uuid(pairing_id) else []
        asked = next((each for each in locked if each.pairing.id == pairing_id.lower()), None)
        if asked is None or asked.owner is None or asked.owner != caller.owner:
            raise ResourceNotFound(id=pairing_id)
        check_version(asked.pairing, version)
        if is_confirmed:
            pairing = confirmed(asked.pairing, cart_id=asked.cart_id, now=now)
            for each in locked:
                if each is not asked and each.pairing.expires_at > pairing.last_modified_at:
                    await change_pairing(transaction, project, each, ended(each.pairing, now=now))
        else:
            pairing = refused(asked.pairing, now=now)
        await change_pairing(transaction, project, asked, pairing)
        answer = Answer(encode(replace(pairing, cart_id=asked.cart_id)))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer
