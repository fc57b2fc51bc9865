"""A cart as it was at an earlier version, beside today's prices; nothing is written."""

from handcart.actions.deciding import gather_for
from handcart.actions.past import known_events, load_for_history
from handcart.domain.access import Access, acting_site_for
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.past_version import cart_at, past_version_of
from handcart.store.stores import Stores


async def read_version(stores: Stores, access: Access, cart_id: str, version: int) -> bytes:
    """The version as JSON. Raises ResourceNotFound, also for a version that the cart never reached, and for one of the
    time when it was another customer's.
    """
    stored = await load_for_history(stores, access, cart_id)
    events = await known_events(stores.database, access, stored, version_min=version)
    then = cart_at(stored.cart, events, version)
    if then is None:
        raise ResourceNotFound(id=f"{cart_id}/versions/{version}")
    acting = await gather_for(stores, access, acting_site_for(access, owner=stored.owner, site=stored.site), then)
    return encode(past_version_of(then, acting))
