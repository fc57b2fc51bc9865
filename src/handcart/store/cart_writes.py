"""Writes of carts, gathered: under load one round trip and one commit write many carts, each at its own version.

They share a transaction and nothing else. Nobody waits for a row that somebody has locked, and nobody is refused for
what another asked: a write that did not get through with the others is done once more on its own.
"""

from collections.abc import Sequence

from handcart.store.answers import Idempotency
from handcart.store.carts import CartChange, CartWrite, change_cart, change_carts, lock_carts
from handcart.store.database import Database
from handcart.store.gathering import Gathering
from handcart.store.unavailable import DatabaseUnavailable

UNDER_WAY_MAX = 1
"""Round trips at once. Two were 5 % slower with 32 writers: each commit then serves half as many."""

GATHERED_MAX = 16
"""Sixteen share the cost of a commit almost as well as sixty, and leave the next ones waiting for less."""


class CartWrites:
    """The writes of carts in one process that stand alone, outside any other transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathering = Gathering(self._change, under_way_max=UNDER_WAY_MAX, gathered_max=GATHERED_MAX)

    async def change(self, project: str, write: CartWrite, idempotency: Idempotency | None = None) -> bool:
        """Write a changed cart, its event and its answer; False where the version is no longer the one decided on.

        Raises DatabaseUnavailable where nobody can tell whether it was written, AnswerPending, and DuplicateField for a
        key that is taken.
        """
        if await self._gathering.ask(CartChange(project, write, idempotency)):
            return True
        assert write.before is not None
        async with self._database.transaction() as transaction:
            await lock_carts(transaction, project, [write.before.id])
            return await change_cart(transaction, project, write, idempotency)

    async def _change(self, asked: Sequence[CartChange]) -> Sequence[bool]:
        try:
            return await change_carts(self._database, asked)
        except DatabaseUnavailable:
            raise
        except Exception:
            if len(asked) == 1:
                raise
            # One of them is refused and all were rolled back: each is to hear what concerns itself.
            return [False] * len(asked)
