"""The load: a process of its own that keeps so many connections busy and measures each answer.

It speaks HTTP/1.1 by hand over raw sockets, because a client library would take longer than the server and so measure
itself. One order per line comes in as JSON, one outcome per line goes out.
"""

import asyncio
import gc
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, cast

import uvloop

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
SILENCE_SECONDS_MAX = 60.0


@dataclass(frozen=True)
class LoadOrder:
    """One run: ``template`` is a whole request with ``%(i)012d`` where the item's number goes."""

    port: int
    template: str
    connections: int
    seconds: float
    first: int
    count: int
    is_reusable: bool


@dataclass(frozen=True)
class Outcome:
    """How many answers came within how long, how long each took (ms), and the first answer that was no success."""

    count: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    failures: int = 0
    first_failure: str = ""


@dataclass
class Tally:
    """What all connections of a run share: the items that are left, the clock, the measurements."""

    template: bytes
    next_item: int
    end_item: int
    first_item: int
    is_reusable: bool
    started_at: float = 0.0
    deadline: float = 0.0
    ended_at: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    first_failure: str = ""

    def request(self, now: float) -> bytes | None:
        """The next request, or None when the time or the items are used up."""
        if now >= self.deadline:
            return None
        if self.next_item >= self.end_item:
            if not self.is_reusable:
                self.ended_at = self.ended_at or now
                return None
            self.next_item = self.first_item
        item = self.next_item
        self.next_item += 1
        return self.template % {b"i": item}

    def note(self, status: bytes, asked_at: float, now: float, answer: bytes) -> None:
        """Count an answer that came in time."""
        if status[:1] != b"2":
            self.failures += 1
            self.first_failure = self.first_failure or answer.decode(errors="replace")[:1000]
        elif now <= self.deadline:
            self.latencies.append(now - asked_at)


class Shopper(asyncio.Protocol):
    """One kept connection: asks, waits for the whole answer, asks again."""

    def __init__(self, tally: Tally, done: asyncio.Future[None]) -> None:
        self._tally = tally
        self._done = done
        self._asked_at = 0.0
        self._missing = 0  # bytes of the answer that have not come yet; 0 while its head is incomplete
        self._head = b""
        self._is_waiting = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so

    def ask(self) -> None:
        """Send the next request, or end."""
        assert self._transport is not None
        now = time.perf_counter()
        request = self._tally.request(now)
        if request is None:
            self._transport.close()
            return
        self._asked_at = now
        self._is_waiting = True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(HEAD_END)
            if end < 0:
                return
            at = self._head.find(LENGTH, 0, end) + len(LENGTH)
            length = int(self._head[at : self._head.find(b"\r", at)])
            self._missing = end + len(HEAD_END) + length - len(self._head)
        if self._missing:
            return
        now = time.perf_counter()
        self._is_waiting = False
        self._tally.note(self._head[9:12], self._asked_at, now, self._head)
        self._head = b""
        self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        if self._is_waiting:
            self._tally.note(b"", self._asked_at, self._asked_at, b"The connection was closed before the answer.")
        if not self._done.done():
            self._done.set_result(None)


async def run(order: LoadOrder) -> Outcome:
    """Keep the connections busy for as long as ordered."""
    loop = asyncio.get_running_loop()
    first = order.first
    tally = Tally(order.template.encode(), first, first + order.count, first, order.is_reusable)
    shoppers: list[Shopper] = []
    ends: list[asyncio.Future[None]] = []
    for _ in range(order.connections):
        done = loop.create_future()
        _, shopper = await loop.create_connection(partial(Shopper, tally, done), "127.0.0.1", order.port)
        shoppers.append(shopper)
        ends.append(done)
    tally.started_at = time.perf_counter()
    tally.deadline = tally.started_at + order.seconds
    for shopper in shoppers:
        shopper.ask()
    await asyncio.wait_for(asyncio.gather(*ends), order.seconds + SILENCE_SECONDS_MAX)
    return outcome_of(tally)


def outcome_of(tally: Tally) -> Outcome:
    """The figures of a run; one that used up its items counts to that moment."""
    seconds = (tally.ended_at or tally.deadline) - tally.started_at
    sorted_ms = sorted(each * 1000 for each in tally.latencies)

    def percentile(share: float) -> float:
        return sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * share))] if sorted_ms else 0.0

    return Outcome(
        count=len(sorted_ms),
        seconds=seconds,
        p50_ms=percentile(0.50),
        p95_ms=percentile(0.95),
        p99_ms=percentile(0.99),
        failures=tally.failures,
        first_failure=tally.first_failure,
    )


def main() -> None:
    """Carry out orders until there are no more."""
    gc.disable()  # a pause of the client would be measured as the server's
    for line in sys.stdin:
        ordered: dict[str, Any] = json.loads(line)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            outcome = runner.run(run(LoadOrder(**ordered)))
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        sys.stdout.flush()
        gc.collect()


if __name__ == "__main__":
    main()
