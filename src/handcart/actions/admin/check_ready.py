"""Whether the database answers."""

from handcart.store.stores import Stores


async def check_ready(stores: Stores) -> bool:
    """True where a statement comes back."""
    try:
        return await stores.database.is_up()
    except OSError:
        return False
