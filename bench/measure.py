"""Measuring one row: warm up, prepare as many items as will be used, load, and take the bound right after."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from bench.bound import Pool, by_asyncpg, by_pgbench
from bench.choices import Choices
from bench.load import LoadOrder, Outcome
from bench.operations import NEW_IDS, Operation, Prepared
from bench.shop import pour
from bench.stage import Load, Server, processor_seconds_of
from bench.trace import Recorder, Trace, with_slots, with_types

POOL_READ = 200
RATE_SHARE = 1.5
"""How many more items are prepared than the warm-up's rate would use."""

BOUND_SHARE = 2.2
"""The bound's pool, as a multiple of what Handcart got done: a bound below that multiple takes the full time."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. Rates are per second; ``ratio`` is to the bound."""

    operation: str
    connections: int
    rps: float
    bound_rps: float | None
    ratio: float | None
    p50_ms: float
    p95_ms: float
    p99_ms: float
    statements: int | None
    server_us: float | None
    bound_pgbench_rps: float | None = None
    bound_asyncpg_rps: float | None = None


@dataclass
class Bench:
    """What measuring needs. Items are numbered through, so that none is used twice."""

    choices: Choices
    url: str
    server: Server
    load: Load
    recorder: Recorder
    connection: "asyncpg.Connection[Any]"
    pgbench: Path | None
    folder: Path
    next_item: int = 1

    async def items(self, prepared: Prepared, count: int) -> Pool:
        """New items, ready to be asked for."""
        first, self.next_item = self.next_item, self.next_item + count
        await pour(self.connection, prepared.moulds, first=first, count=count)
        return Pool(first, count, prepared.is_reusable)

    def send(self, prepared: Prepared, pool: Pool, *, connections: int, seconds: float) -> Outcome:
        """The load on a pool."""
        return self.load.run(
            LoadOrder(
                self.server.port,
                prepared.request,
                connections,
                seconds,
                pool.first,
                pool.count,
                pool.is_reusable,
            )
        )

    async def trace(self, prepared: Prepared) -> Trace:
        """The statements of the operation once every cache is warm, for any item."""
        pool = await self.items(prepared, 2)
        for item in (pool.first, pool.first + 1):
            trace, body = await self.recorder.record((prepared.request % {"i": item}).encode())
        known = {slot.text(item): slot for slot in prepared.slots}
        known |= prepared.answered(msgspec.json.decode(body))
        return await with_types(with_slots(trace, known, iter(NEW_IDS)), self.connection)


async def rows_of(bench: Bench, operation: Operation, prepared: Prepared, trace: Trace) -> AsyncIterator[Row]:
    """A row for each number of connections."""
    for connections in bench.choices.connections:
        yield await row_of(bench, operation, prepared, trace, connections)


async def row_of(bench: Bench, operation: Operation, prepared: Prepared, trace: Trace, connections: int) -> Row:
    """One row."""
    seconds, warm_up = bench.choices.seconds, bench.choices.warm_up_seconds
    pool = await bench.items(prepared, POOL_READ if prepared.is_reusable else round(operation.rate_max * warm_up))
    warm = bench.send(prepared, pool, connections=connections, seconds=warm_up)
    if not prepared.is_reusable:
        wanted = warm.count / warm.seconds * seconds * RATE_SHARE
        pool = await bench.items(prepared, max(connections * 4, round(wanted)))
    used_before = processor_seconds_of(bench.server.process.pid)
    outcome = bench.send(prepared, pool, connections=connections, seconds=seconds)
    used = processor_seconds_of(bench.server.process.pid)
    rps = outcome.count / outcome.seconds
    bounds = await bounds_of(bench, prepared, trace, pool, connections=connections, rps=rps)
    bound = bounds[0] if bounds[0] is not None else bounds[1]
    return Row(
        operation=operation.name,
        connections=connections,
        rps=rps,
        bound_rps=bound,
        ratio=rps / bound if bound else None,
        p50_ms=outcome.p50_ms,
        p95_ms=outcome.p95_ms,
        p99_ms=outcome.p99_ms,
        statements=len(trace.sent),
        server_us=microseconds(used_before, used, outcome.count),
        bound_pgbench_rps=bounds[0],
        bound_asyncpg_rps=bounds[1],
    )


def microseconds(before: float | None, after: float | None, count: int) -> float | None:
    """The processor time for each of so many requests."""
    return (after - before) / count * 1e6 if before is not None and after is not None and count else None


async def bounds_of(
    bench: Bench, prepared: Prepared, trace: Trace, pool: Pool, *, connections: int, rps: float
) -> tuple[float | None, float | None]:
    """The bound by pgbench and by asyncpg, as far as they are wanted and there."""
    seconds = bench.choices.seconds
    found: list[float | None] = []
    count = max(connections * 4, round(rps * seconds * BOUND_SHARE)) // connections * connections
    is_wanted = (
        bench.pgbench is not None and bench.choices.bound in ("pgbench", "both"),
        bench.pgbench is None or bench.choices.bound in ("asyncpg", "both"),
    )
    for is_by_pgbench, wanted in zip((True, False), is_wanted, strict=True):
        if not wanted:
            found.append(None)
            continue
        fresh = pool if pool.is_reusable else await bench.items(prepared, count)
        async with counting(bench, trace) as counted:
            if is_by_pgbench:
                assert bench.pgbench is not None
                rate = by_pgbench(
                    bench.pgbench,
                    bench.url,
                    trace,
                    fresh,
                    connections=connections,
                    seconds=seconds,
                    folder=bench.folder,
                )
                counted.done = count
            else:
                rate, counted.done = await by_asyncpg(bench.url, trace, fresh, connections=connections, seconds=seconds)
        found.append(rate)
    return found[0], found[1]


@dataclass
class Counted:
    """How often the bound got its trace done."""

    done: int = 0


@asynccontextmanager
async def counting(bench: Bench, trace: Trace) -> AsyncIterator[Counted]:
    """Make sure that the bound did what Handcart does. Raises RuntimeError where it wrote another number of events."""
    query = "SELECT count(*) FROM events"
    before, counted = await bench.connection.fetchval(query), Counted()
    yield counted
    wrote = await bench.connection.fetchval(query) - before
    each = events_of(trace)
    if wrote != each * counted.done:
        raise RuntimeError(f"The bound of {trace.names} wrote {wrote} events, not {each} for each of {counted.done}.")


def events_of(trace: Trace) -> int:
    """How many events the statements of a trace append."""
    return sum(sent.text.count("INSERT INTO events") for sent in trace.sent)
