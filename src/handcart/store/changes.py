"""How caches learn of changes: a small table of epochs that every process polls, never staler than a second."""

import asyncio
import contextlib
from collections.abc import Callable

from handcart.store.database import Database, Transaction
from handcart.store.statements import statement
from handcart.store.unavailable import DatabaseUnavailable

POLL_SECONDS = 0.4
STALE_SECONDS_MAX = 1.0


class Changes:
    """The epochs that this process knows, by project and kind (``catalogue``, ``tokens``, ``staff``)."""

    def __init__(self, database: Database, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._monotonic = monotonic
        self._polled_at = float("-inf")
        self._next = "0"
        self._epochs: dict[tuple[str, str], int] = {}
        self._polling = asyncio.Lock()

    async def epoch(self, project: str, kind: str) -> int:
        """The epoch, at most a second old: where the poller is late the database is asked."""
        if self._monotonic() - self._polled_at > STALE_SECONDS_MAX:
            await self.poll()
        return self._epochs.get((project, kind), 0)

    async def poll(self) -> None:
        """Ask once what changed; those who come meanwhile share the answer."""
        asked_at = self._monotonic()
        async with self._polling:
            if self._polled_at >= asked_at:
                return
            asked_at = self._monotonic()
            for row in await self._database.rows(statement("list_changes"), self._next):
                if row["project"]:
                    self.note(row["project"], row["kind"], row["epoch"])
                following = row["next"]
            self._next = following
            self._polled_at = asked_at

    def note(self, project: str, kind: str, epoch: int) -> None:
        """Remember an epoch that this process itself has just committed."""
        key = (project, kind)
        self._epochs[key] = max(epoch, self._epochs.get(key, 0))

    async def run(self) -> None:
        """Poll until cancelled; a database that is away is asked again."""
        while True:
            with contextlib.suppress(DatabaseUnavailable):
                await self.poll()
            await asyncio.sleep(POLL_SECONDS)


async def bump(transaction: Transaction, project: str, kind: str) -> int:
    """Raise an epoch within the transaction of the change that outdates the caches; answers the new one."""
    row = await transaction.row(statement("bump_change"), project, kind)
    assert row is not None
    epoch: int = row["epoch"]
    return epoch
