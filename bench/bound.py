"""The raw bound: the statements of a request, sent by pgbench or by bare asyncpg to the same PostgreSQL."""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from bench.slots import Slot, Variable
from bench.trace import Sent, Trace
from handcart.processes.postgres_binaries import find_binaries

TEXT_BYTES_MAX = 120_000
"""The longest value that fits an argument of a command line; a longer one is written into the statement."""

_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)
_PARAMETER = re.compile(r"\$(\d+)")
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_FAILED = re.compile(r"number of failed transactions: (\d+)")


@dataclass(frozen=True)
class Pool:
    """The items that may be used: each once, or over and over."""

    first: int
    count: int
    is_reusable: bool


def find_pgbench() -> Path | None:
    """The pgbench of the PostgreSQL that is started, else that of the system, or None."""
    beside = find_binaries(None).folder / "pgbench"
    found = [
        beside,
        *map(Path, filter(None, [shutil.which("pgbench")])),
        *Path("/usr/lib/postgresql").glob("*/bin/pgbench"),
    ]
    return next((each for each in found if each.exists()), None)


def variables_of(trace: Trace) -> list[Variable]:
    """The numbers that the slots of a trace need."""
    found = {slot.variable.name: slot.variable for sent in trace.sent for slot in _slots(sent.values)}
    return list(found.values())


def _slots(values: Sequence[Any]) -> list[Slot]:
    found: list[Slot] = []
    for value in values:
        if isinstance(value, Slot):
            found.append(value)
        elif isinstance(value, list):
            found += _slots(value)
    return found


class Script:
    """A trace as pgbench reads it: constants are variables given on the command line, so that they travel as they do
    from Handcart; the item's number is counted up by each client in its own range."""

    def __init__(self, trace: Trace, pool: Pool, *, per_client: int) -> None:
        self.definitions: list[str] = ["n=-1", f"first={pool.first}", f"per={per_client}", f"count={pool.count}"]
        choice = ":first + (:client_id * 7919 + :n) % :count" if pool.is_reusable else ":first + :client_id * :per + :n"
        lines = ["\\set n :n + 1", f"\\set item {choice}"]
        lines += [f"\\set {each.name} {each.in_pgbench}" for each in variables_of(trace)]
        lines += [self._statement(number, sent) for number, sent in enumerate(trace.sent)]
        self.text = "\n".join(lines) + "\n"

    def _statement(self, number: int, sent: Sent) -> str:
        def written(found: re.Match[str]) -> str:
            index = int(found.group(1)) - 1
            # Each mention is a parameter of its own for pgbench, and not every place tells its type.
            return f"{self._expression(f'v{number}_{index}', sent.values[index])}::{sent.types[index]}"

        return _PARAMETER.sub(written, _COMMENT.sub("", sent.text)).strip().rstrip(";") + ";"

    def _expression(self, name: str, value: Any) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, Slot):
            return value.sql
        if isinstance(value, list) and _slots(value):
            return f"ARRAY[{', '.join(self._expression(name, each) for each in value)}]"
        text = as_text(value)
        if not text or len(text) > TEXT_BYTES_MAX:  # pgbench refuses an empty definition
            return f"'{text}'"
        self.definitions.append(f"{name}={text}")
        return f":{name}"


def as_text(value: Any) -> str:
    """A value in PostgreSQL's text format."""
    match value:
        case bytes():
            return f"\\x{value.hex()}"
        case datetime():
            return value.isoformat()
        case bool():
            return "t" if value else "f"
        case list() | tuple():
            return "{" + ",".join(as_text(each) for each in value) + "}"
        case _:
            return str(value)


def by_pgbench(
    program: Path, url: str, trace: Trace, pool: Pool, *, connections: int, seconds: float, folder: Path
) -> float:
    """How often a second pgbench gets the trace done, with prepared statements; a pool is used up, not outlasted."""
    per_client = pool.count // connections
    script = Script(trace, pool, per_client=per_client)
    file = folder / "bound.sql"
    file.write_text(script.text)
    limit = ["-T", str(max(1, round(seconds)))] if pool.is_reusable else ["-t", str(per_client)]
    command = [str(program), "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-f", str(file), *limit]
    for each in script.definitions:
        command += ["-D", each]
    done = subprocess.run([*command, url], capture_output=True, text=True, check=False)
    tps, failed = _TPS.search(done.stdout), _FAILED.search(done.stdout)
    if done.returncode != 0 or tps is None or (failed is not None and int(failed.group(1))):
        raise RuntimeError(f"pgbench: {done.stderr[-2000:]} {done.stdout[-500:]}")
    return float(tps.group(1))


async def by_asyncpg(url: str, trace: Trace, pool: Pool, *, connections: int, seconds: float) -> tuple[float, int]:
    """The same by the driver alone: one process, one task per connection, prepared statements; how often altogether."""
    opened = [await asyncpg.connect(url) for _ in range(connections)]
    items = iter(range(pool.first, pool.first + pool.count))
    count = 0
    started_at = time.perf_counter()
    deadline = started_at + seconds

    def next_item() -> int | None:
        nonlocal items
        item = next(items, None)
        if item is None and pool.is_reusable:
            items = iter(range(pool.first, pool.first + pool.count))
            return next(items)
        return item

    async def work(connection: Any) -> None:
        nonlocal count
        prepared = [await connection.prepare(sent.text) if sent.values else None for sent in trace.sent]
        while time.perf_counter() < deadline and (item := next_item()) is not None:
            for sent, statement in zip(trace.sent, prepared, strict=True):
                if statement is None:
                    await connection.execute(sent.text)
                else:
                    await statement.fetch(*[_value(each, item) for each in sent.values])
            count += 1

    await asyncio.gather(*(work(each) for each in opened))
    elapsed = time.perf_counter() - started_at
    for each in opened:
        await each.close()
    return count / elapsed, count


def _value(value: Any, item: int) -> Any:
    if isinstance(value, Slot):
        return value.value(item)
    if isinstance(value, list):
        return [_value(each, item) for each in value]
    return value
