"""Reads of carts by id, gathered: under load one round trip answers many readers.

Each reader sees every commit from before it asked, because its statement is sent afterwards.
"""

from collections.abc import Sequence

from handcart.store.carts import StoredCart, load_carts
from handcart.store.database import Database
from handcart.store.gathering import Gathering

UNDER_WAY_MAX = 1
"""Round trips at once. A second one would halve what each answers, and measured so it is slower under load."""

GATHERED_MAX = 64
"""More carts in one round trip would keep its first readers waiting for its last."""


class CartReads:
    """The reads by id of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathering = Gathering(self._load, under_way_max=UNDER_WAY_MAX, gathered_max=GATHERED_MAX)

    async def load(self, project: str, cart_id: str) -> StoredCart | None:
        """The cart with that id, without a lock."""
        return await self._gathering.ask((project, cart_id))

    async def _load(self, asked: Sequence[tuple[str, str]]) -> Sequence[StoredCart | None]:
        return await load_carts(self._database, asked)
