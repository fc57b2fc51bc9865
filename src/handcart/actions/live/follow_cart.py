"""Following a cart live."""

from collections.abc import AsyncGenerator

from handcart.actions.following import CartFollowing, Renew
from handcart.domain.access import Access, check_access
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.live import LiveMessage
from handcart.store.stores import Stores


async def follow_cart(
    stores: Stores, access: Access, cart_id: str, *, since: int | None, renew: Renew
) -> AsyncGenerator[LiveMessage, None]:
    """The stream of a cart that the caller may read: its changes since a version, or from now on; whose hands are on
    it; its end. It listens from the first message on. Raises ResourceNotFound, TooManyListeners.
    """
    stored = await stores.cart_reads.load(access.caller.project, cart_id) if is_uuid(cart_id) else None
    if stored is None:
        raise ResourceNotFound(id=cart_id)
    check_access(access, thing_id=cart_id, owner=stored.owner, site=stored.site, cart_id=stored.id)
    stores.live.check_room(access.caller.person)
    return CartFollowing(stores, access, stored.id, since=since, renew=renew).messages(stored.version)
