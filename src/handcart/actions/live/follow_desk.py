"""Following a desk live."""

from collections.abc import AsyncGenerator

from handcart.actions.following import Renew
from handcart.actions.following_desk import DeskFollowing
from handcart.domain.access import Access
from handcart.domain.desk_cursor import cursor_in
from handcart.domain.live import LiveMessage
from handcart.store.stores import Stores


async def follow_desk(
    stores: Stores, access: Access, *, since: str | None, renew: Renew
) -> AsyncGenerator[LiveMessage, None]:
    """The stream of the desk that a sign-in sits at, or will sit at: its customers' carts and their changes since a
    cursor, or from now on. It listens from the first message on. Raises TooManyListeners.
    """
    stores.live.check_room(access.caller.person)
    return DeskFollowing(stores, access, since=cursor_in(since), renew=renew).messages()
