"""Who helps a shopper at this moment, why, and until when."""

from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.takeover import as_shopper_sees
from handcart.store.stores import Stores
from handcart.store.takeovers import list_takeovers_of_owner


async def list_my_takeovers(stores: Stores, access: Access) -> list[bytes]:
    """The open takeovers of the shopper's carts as JSON, the latest first."""
    caller = access.caller
    now = stores.clock.utc_now()
    found = await list_takeovers_of_owner(stores.database, caller.project, caller.owner or "", now=now)
    return [encode(as_shopper_sees(each)) for each in found]
