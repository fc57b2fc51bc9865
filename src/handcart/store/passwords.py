"""Passwords as argon2 hashes, made and verified in a few threads: each takes a core and tens of megabytes meanwhile."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handcart.domain.errors import TooManyAttempts

PENDING_MAX = 256
"""Beyond this many at once, more would only wait until their clients have gone."""

Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class PasswordCost:
    """What one hash costs; the defaults are argon2's low-memory recommendation (RFC 9106).

    It holds for new hashes: a stored hash says itself what it was made with. Tests choose the least.
    """

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


LEAST_COST = PasswordCost(passes=1, memory_kib=8, lanes=1)


class Passwords:
    """Hashes and verifies off the event loop, ``threads`` at once."""

    def __init__(self, *, threads: int = 2, cost: PasswordCost | None = None) -> None:
        cost = cost or PasswordCost()
        self._hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._pending = 0

    def close(self) -> None:
        """End the threads when they have finished what they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """A salted hash to be stored. Raises TooManyAttempts when too many are waiting."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password of this hash. Not inside a transaction: it takes a while.

        None stands for an account that does not exist or has no password; it takes just as long, so that nobody learns
        which accounts there are. Raises TooManyAttempts when too many are waiting.
        """
        return await self._run(lambda: self._verify(password_hash, password))

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if password_hash is None:
            self._hasher.hash(password)
            return False
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], Outcome]) -> Outcome:
        if self._pending >= PENDING_MAX:
            raise TooManyAttempts(retry_after_seconds=1)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._pending -= 1
