"""Turns: of the updates that name no version and meet on one cart in this process, one decides at a time.

They would otherwise read the same version, lose the race but for one, and decide again. The database still compares
versions: turns only save what would be thrown away.
"""

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """A lock for each cart that somebody waits for or works on; forgotten with the last of them."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def of(self, project: str, name: str) -> asyncio.Lock:
        """The lock of one cart, by its id or by its key."""
        lock = self._locks.get((project, name))
        if lock is None:
            lock = self._locks[project, name] = asyncio.Lock()
        return lock
