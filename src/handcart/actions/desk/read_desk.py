"""Reading a desk: whom it serves, whose cart is active, and what others did meanwhile."""

from handcart.actions.serving import take_desk
from handcart.actions.showing_desk import desk_document
from handcart.domain.access import Access
from handcart.store.stores import Stores


async def read_desk(stores: Stores, access: Access) -> bytes:
    """The desk as JSON (see ``desk_document``).

    What a sign-in reads first opens its desk, with an empty cart and nobody active (S0-23); after that reading writes
    nothing. Somebody who may not switch customers gets no such cart.
    """
    if access.caller.reach.desk is None and "cart:switch" in access.caller.behaviours:
        async with stores.database.transaction() as transaction:
            await take_desk(stores, transaction, access)
    return await desk_document(stores, access)
