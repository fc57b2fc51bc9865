"""``python -m bench``: one run, one table. What can be chosen is in ``choices``; how to read it in ``README.md``."""

import asyncio
import os
import platform
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
import uvloop

from bench import report
from bench.bound import find_pgbench
from bench.choices import Choices, choices_of
from bench.hot import hot_row
from bench.hot import prepare as prepare_hot
from bench.http import signed_in
from bench.measure import Bench, Row, rows_of
from bench.operations import OPERATIONS, Workshop
from bench.shop import PROJECT, connected, hashed, prepared_database
from bench.stage import Memory, loading, memory_of, serving
from bench.trace import recorder
from handcart.processes.embedded_postgres import start_embedded

BUILD = Path("build")


def main() -> None:
    """Measure, print, write."""
    choices = choices_of(os.environ)
    with tempfile.TemporaryDirectory(prefix="handcart-bench-") as made:
        folder = Path(made)
        with start_embedded(folder / "data") as postgres, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            rows, run = runner.run(measured(choices, postgres.url, folder))
            run.start_seconds["PostgreSQL running"] = start_seconds(choices, "--database-url", postgres.url)
        run.start_seconds["PostgreSQL embedded"] = start_seconds(choices, "--data", str(folder / "data"))
    click.echo()
    click.echo(f"Bound: {run.bound}. {run.machine}. {choices.seconds:g} s a row.\n")
    click.echo(report.table(rows))
    click.echo()
    for line in report.verdicts(rows, run):
        click.echo(line)
    report.write(rows, run, BUILD)


async def measured(choices: Choices, url: str, folder: Path) -> tuple[list[Row], report.Run]:
    """All rows, and what there is to say besides."""
    await prepared_database(url, folder)
    pgbench = find_pgbench() if choices.bound != "asyncpg" else None
    rows: list[Row] = []
    statements: dict[str, list[str]] = {}
    with serving("--database-url", url) as server, loading() as load:
        async with recorder(url) as heard, connected(url) as connection:
            client = await signed_in(server.port, PROJECT, client="admin", secret="admin-secret")  # noqa: S106 - it is the reference project's
            bench = Bench(choices, url, server, load, heard, connection, pgbench, folder)
            shop = Workshop(client, connection, hashed())
            for operation in OPERATIONS:
                if not choices.wants(operation.word):
                    continue
                prepared = await operation.prepare(shop)
                trace = await bench.trace(prepared)
                statements[operation.name] = trace.names
                async for row in rows_of(bench, operation, prepared, trace):
                    rows.append(row)
                    click.echo(
                        f"{row.operation}, {row.connections}: {row.rps:,.0f}/s of {row.bound_rps or 0:,.0f}/s", err=True
                    )
            if choices.wants("add"):
                alone = [each for each in rows if (each.operation, each.connections) == ("add a line to 10 lines", 1)]
                rows.append(await hot_row(bench, await prepare_hot(shop), alone[0].bound_rps if alone else None))
            memory: Memory | None = memory_of(server.process.pid)
    named = "bare asyncpg (no pgbench was found)" if pgbench is None else f"the same statements by {pgbench.name}"
    return rows, report.Run(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
        bound=named,
        seconds_per_row=choices.seconds,
        start_seconds={},
        memory=memory,
        statements=statements,
    )


def start_seconds(choices: Choices, *options: str) -> float:
    """How long a start takes: the median of some."""
    taken = []
    for _ in range(choices.starts):
        with serving(*options) as server:
            taken.append(server.seconds_to_ready)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
