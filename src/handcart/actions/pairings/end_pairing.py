"""Ending a pairing: the shopper takes the grant away, or the agent leaves. The agent's next request finds nothing."""

from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.pairing import check_version, ended
from handcart.store.pairings import StoredPairing, change_pairing, lock_pairings
from handcart.store.stores import Stores


async def end_pairing(stores: Stores, caller: Caller, pairing_id: str, *, version: int) -> bytes:
    """The ended pairing as JSON; a write of the agent that is under way ends first.

    Raises ResourceNotFound for a pairing that is neither the agent's own nor on the shopper's cart,
    ConcurrentModification, IllegalMove.
    """
    project = caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_pairings(transaction, project, pairing_id) if is_uuid(pairing_id) else []
        asked = next((each for each in locked if each.pairing.id == pairing_id.lower()), None)
        if asked is None or not _is_there(asked, caller):
            raise ResourceNotFound(id=pairing_id)
        check_version(asked.pairing, version)
        pairing = ended(asked.pairing, now=stores.clock.utc_now())
        await change_pairing(transaction, project, asked, pairing)
    return encode(pairing)


def _is_there(stored: StoredPairing, caller: Caller) -> bool:
    if caller.staff_id is not None:
        return stored.staff_id == caller.staff_id
    return stored.owner is not None and stored.owner == caller.owner
