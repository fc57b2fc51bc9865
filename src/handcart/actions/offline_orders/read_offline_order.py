"""Reading an offline order, as members of staff see it."""

from handcart.actions.drafting import find_offline_order
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.store.stores import Stores


async def read_offline_order(stores: Stores, access: Access, order_id: str) -> bytes:
    """The order as JSON, whoever of the staff drafted it. Raises ResourceNotFound, for any other order too."""
    stored = await find_offline_order(stores.database, access.caller.project, order_id)
    return encode(stored.order)
