"""What a kind of background work is made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

import msgspec

from handcart.store.stores import Stores

Payload = TypeVar("Payload", bound=msgspec.Struct)


@dataclass(frozen=True, kw_only=True)
class Job(Generic[Payload]):
    """A kind of background work, found in the queue by its name.

    It is done at least once: a worker that is killed is replaced by another, which begins anew. So the work either
    changes nothing the second time or asks first what was done.
    """

    name: str
    payload: type[Payload]
    """What is queued with it, as JSON; nothing queued is an object without fields."""

    work: Callable[[Stores, Payload], Awaitable[None]]

    cron: str | None = None
    """When it is queued by itself, in UTC, without a payload and only if it does not wait already."""

    attempts_max: int = 5
    first_delay: timedelta = timedelta(seconds=2)
    delay_max: timedelta = timedelta(minutes=10)

    is_held: bool = True
    """What is to become of one that failed for the last time: held until somebody queues it again, or dropped,
    as befits one that its schedule queues again anyway."""

    def delay_after(self, attempt: int) -> timedelta:
        """How long to wait after a failed attempt, the first being 1: twice as long each time."""
        return min(self.first_delay * (1 << min(attempt - 1, 20)), self.delay_max)

    def decoded(self, payload: bytes | None) -> Payload:
        """What was queued with it. Raises msgspec.ValidationError."""
        return msgspec.json.decode(payload or b"{}", type=self.payload)
