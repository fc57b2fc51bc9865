"""The table and the file: every row beside its bound, and beside what was aimed at."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.measure import Row
from bench.stage import Memory


@dataclass(frozen=True)
class Target:
    """What a figure should reach: the first release's aim and the goal. ``is_most``: it should stay below."""

    first: float
    goal: float
    is_most: bool = False

    def verdict(self, value: float) -> str:
        """Whether it does."""
        sign = "≤" if self.is_most else "≥"
        said = [
            f"{sign} {aim:g} {'met' if (value <= aim if self.is_most else value >= aim) else 'NOT MET'}"
            for aim in dict.fromkeys((self.first, self.goal))
        ]
        return ", ".join(said)


RATIOS: dict[tuple[str, int | None], Target] = {
    ("add a line to 10 lines", 32): Target(0.45, 0.90),
    ("add a line to 10 lines", 1): Target(0.30, 0.45),
    ("read a cart of 5 lines", 32): Target(0.30, 0.40),
    ("read a cart of 50 lines", 32): Target(0.30, 0.40),
    ("read a cart of 200 lines", 32): Target(0.30, 0.40),
    ("sign-in merge, password left out", None): Target(0.35, 0.60),
    ("order from a cart of 3 lines", None): Target(0.35, 0.60),
}
"""By operation and connections; None: any number of them."""

COST_OF_200 = Target(8, 4, is_most=True)
STATEMENTS = {"add a line": Target(2, 2, is_most=True), "read a cart": Target(1, 1, is_most=True)}
MEMORY_MB = Target(120, 90, is_most=True)
START_SECONDS = Target(2, 1, is_most=True)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found besides its rows."""

    at: str
    machine: str
    bound: str
    seconds_per_row: float
    start_seconds: dict[str, float]
    memory: Memory | None
    statements: dict[str, list[str]]


HEAD = (
    "operation",
    "conns",
    "req/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "stmts",
    "CPU µs",
    "bound/s",
    "ratio",
    "target for the ratio",
)
LEFT = {0, 10}


def table(rows: Sequence[Row]) -> str:
    """All rows, aligned."""
    has_both = any(each.bound_pgbench_rps and each.bound_asyncpg_rps for each in rows)
    lines = [[*HEAD, *(["asyncpg/s"] if has_both else [])]]
    previous = ""
    for row in rows:
        target = RATIOS.get((row.operation, row.connections)) or RATIOS.get((row.operation, None))
        cells = [
            row.operation if row.operation != previous else "",
            str(row.connections),
            f"{row.rps:,.0f}",
            f"{row.p50_ms:.2f}",
            f"{row.p95_ms:.2f}",
            f"{row.p99_ms:.2f}",
            str(row.statements) if row.statements is not None else "",
            f"{row.server_us:,.0f}" if row.server_us is not None else "",
            f"{row.bound_rps:,.0f}" if row.bound_rps is not None else "",
            f"{row.ratio:.2f}" if row.ratio is not None else "",
            target.verdict(row.ratio) if target is not None and row.ratio is not None else "",
        ]
        lines.append([*cells, *([f"{row.bound_asyncpg_rps or 0:,.0f}"] if has_both else [])])
        previous = row.operation
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(line, widths, strict=True)
    return "  ".join(
        text.ljust(width) if number in LEFT else text.rjust(width) for number, (text, width) in enumerate(cells)
    ).rstrip()


def verdicts(rows: Sequence[Row], run: Run) -> list[str]:
    """One line for each figure that is no row of its own."""
    lines = []
    rates = {(each.operation, each.connections): each.rps for each in rows}
    small, large = (rates.get((f"add a line to {lines} lines", 32)) for lines in (10, 200))
    if small and large:
        cost = small / large
        lines.append(f"adding to 200 lines costs {cost:.1f} times adding to 10 ({COST_OF_200.verdict(cost)})")
    for words, target in STATEMENTS.items():
        counts = {each.statements for each in rows if each.operation.startswith(words) and each.statements}
        lines += [f"statements to {words}: {count} ({target.verdict(count)})" for count in sorted(counts)]
    for what, seconds in run.start_seconds.items():
        lines.append(f"from start to ready, {what}: {seconds:.2f} s ({START_SECONDS.verdict(seconds)})")
    if run.memory is not None:
        shared = f", {run.memory.proportional_mb:.0f} MB proportional" if run.memory.proportional_mb else ""
        lines.append(
            f"memory of the server process after the load: {run.memory.resident_mb:.0f} MB resident{shared} "
            f"({MEMORY_MB.verdict(run.memory.resident_mb)})"
        )
    return lines


def write(rows: Sequence[Row], run: Run, folder: Path) -> None:
    """``bench.json`` holds the rows, ``bench-run.json`` everything else."""
    folder.mkdir(exist_ok=True)
    (folder / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=1) + b"\n")
    (folder / "bench-run.json").write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
