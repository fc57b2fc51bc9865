"""Reads of carts, gathered: what is asked for while a statement is under way goes out together with the next one.

One reader waits for nobody: its statement is sent at once. Under load a statement answers many readers, and the cost of
a round trip, here and in PostgreSQL, is shared among them. Each reader still sees every commit from before it asked,
because its statement is sent afterwards.
"""

import asyncio

from handcart.store.carts import StoredCart, load_cart, load_carts
from handcart.store.database import Database

UNDER_WAY_MAX = 1
"""Statements at once. A second one would halve what each answers, and measured so it is slower under load."""

GATHERED_MAX = 64
"""A statement with more carts would keep its first readers waiting for its last."""

_Key = tuple[str, str]
_Asked = asyncio.Future[StoredCart | None]


class CartReads:
    """The reads by id of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: dict[_Key, _Asked] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def load(self, project: str, cart_id: str) -> StoredCart | None:
        """The cart with that id, without a lock; readers that ask for the same one share the answer."""
        key = (project, cart_id)
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.get_running_loop().create_future()
            if len(self._under_way) < UNDER_WAY_MAX:
                self._send()
        # A reader that goes away must not take the answer from those who share it.
        return await asyncio.shield(asked)

    def _send(self) -> None:
        keys = list(self._asked)[:GATHERED_MAX]
        gathered = {key: self._asked.pop(key) for key in keys}
        task = asyncio.create_task(self._answer(gathered))
        self._under_way.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if self._asked:
            self._send()

    async def _answer(self, gathered: dict[_Key, _Asked]) -> None:
        try:
            if len(gathered) == 1:
                ((project, cart_id),) = gathered
                found = {(project, cart_id): await load_cart(self._database, project, cart_id)}
            else:
                found = await load_carts(self._database, list(gathered))
        except BaseException as error:
            for asked in gathered.values():
                if not asked.done():
                    asked.set_exception(error if isinstance(error, Exception) else ConnectionError("The read ended."))
                    # Whoever waits is told; one that has gone is not to be warned about.
                    asked.exception()
            if not isinstance(error, Exception):
                raise
            return
        for key, asked in gathered.items():
            if not asked.done():
                asked.set_result(found.get(key))
