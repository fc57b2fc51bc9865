"""Which pairings there are: an agent's own, or those on a shopper's carts."""

from msgspec.structs import replace

from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.where_page import QueryPage
from handcart.store.pairings import LISTED_MAX, list_live_pairings, list_pairings_of_owner
from handcart.store.stores import Stores


async def list_pairings(stores: Stores, caller: Caller) -> QueryPage:
    """Those that wait for the shopper's consent and those that hold, the latest first; at most a hundred.

    A shopper sees on which cart, an agent only where the shopper has agreed.
    """
    now = stores.clock.utc_now()
    if caller.staff_id is not None:
        found = await list_live_pairings(stores.database, caller.project, caller.staff_id, now)
    else:
        mine = await list_pairings_of_owner(stores.database, caller.project, caller.owner or "", now)
        found = [replace(each.pairing, cart_id=each.cart_id) for each in mine]
    return QueryPage([encode(each) for each in found], LISTED_MAX, 0, len(found))
