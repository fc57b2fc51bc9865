"""Looking which subscriptions have something to be told."""

from handcart.store.stores import Stores
from handcart.store.webhooks import list_webhooks_behind


async def list_webhooks_to_tell(stores: Stores) -> list[tuple[str, str]]:
    """The project and the event of each. One statement that writes nothing: it is asked several times a second."""
    return await list_webhooks_behind(stores.database)
