"""Reading one of an agent's pairings, as while waiting for the shopper's consent."""

from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.pairing import shown
from handcart.store.pairings import load_pairing
from handcart.store.stores import Stores


async def read_pairing(stores: Stores, caller: Caller, pairing_id: str) -> bytes:
    """The pairing as JSON, with the cart's id while the grant holds. Raises ResourceNotFound for another agent's."""
    stored = await load_pairing(stores.database, caller.project, pairing_id) if is_uuid(pairing_id) else None
    if stored is None or stored.staff_id != caller.staff_id:
        raise ResourceNotFound(id=pairing_id)
    return encode(shown(stored.pairing, stores.clock.utc_now()))
