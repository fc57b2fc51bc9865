"""Being asked to end, by a terminal, a process supervisor or the closing of a window."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

from handcart import clock

ECHO_SECONDS = 0.5


def is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


@contextlib.contextmanager
def when_asked_to_end(ask: Callable[[], None], hasten: Callable[[], None]) -> Iterator[None]:
    """Call `ask` at the first request to end and `hasten` at each one after; what was in force before returns after.

    A second request within half a second is an echo of the first: a terminal signals the whole group of processes, and
    a wrapper such as `make` or a container's init passes its own on.
    """
    asked_at: float | None = None

    def receive(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked_at
        now = clock.monotonic()
        if asked_at is None:
            asked_at = now
            ask()
        elif now - asked_at >= ECHO_SECONDS:
            hasten()

    numbers = [signal.SIGINT, signal.SIGTERM]
    if not is_ignored(signal.SIGHUP):  # nohup
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, receive) for number in numbers}
    try:
        yield
    finally:
        for number, reaction in before.items():
            signal.signal(number, reaction)


def interrupt() -> None:
    """The reaction while nothing is served yet: leave whatever is being done."""
    raise KeyboardInterrupt
