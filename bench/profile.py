"""``python -m bench.profile``: where the microseconds of one request go, in the application without a server around it.

First the time per request as it is, then the same under cProfile, which makes every call dearer: its shares tell where
to look, not how much there is to win. ``PROFILE=read`` or ``create`` looks at another operation, ``PROFILE_LINES`` at
another size, ``PROFILE_ROWS`` prints more rows.
"""

import asyncio
import cProfile
import os
import pstats
import tempfile
import time
from pathlib import Path

import click
import uvloop

from bench.http import signed_in
from bench.operations import OPERATIONS, Operation, Prepared, Workshop, adding, reading
from bench.shop import PROJECT, connected, hashed, pour, prepared_database
from bench.stage import serving
from bench.trace import Recorder, recorder
from handcart.processes.embedded_postgres import start_embedded

REQUESTS = 2000


def main() -> None:
    """Prepare, time, profile, print."""
    word, lines = os.environ.get("PROFILE", "add"), int(os.environ.get("PROFILE_LINES", "10"))
    operation = {"add": adding(lines), "read": reading(lines)}.get(word) or next(
        each for each in OPERATIONS if each.word == word
    )
    with tempfile.TemporaryDirectory(prefix="handcart-profile-") as made:
        folder = Path(made)
        with start_embedded(folder / "data") as postgres, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(profiled(operation, postgres.url, folder))


async def profiled(operation: Operation, url: str, folder: Path) -> None:
    """Both passes on items of their own."""
    await prepared_database(url, folder)
    async with recorder(url, is_heard=False) as application, connected(url) as connection:
        with serving("--database-url", url) as server:
            client = await signed_in(server.port, PROJECT, client="admin", secret="admin-secret")  # noqa: S106 - it is the reference project's
            prepared = await operation.prepare(Workshop(client, connection, hashed()))
        await pour(connection, prepared.moulds, first=0, count=3 * REQUESTS)
        await asked(application, prepared, first=0)
        used, wall = time.process_time(), time.perf_counter()
        await asked(application, prepared, first=REQUESTS)
        used, wall = time.process_time() - used, time.perf_counter() - wall
        click.echo(
            f"{operation.name}: {wall / REQUESTS * 1e6:.0f} µs a request, "
            f"{used / REQUESTS * 1e6:.0f} µs of it on our processor"
        )
        profile = cProfile.Profile()
        profile.enable()
        await asked(application, prepared, first=2 * REQUESTS)
        profile.disable()
    rows = int(os.environ.get("PROFILE_ROWS", "45"))
    for order in ("tottime", "cumulative"):
        pstats.Stats(profile).strip_dirs().sort_stats(order).print_stats(rows)


async def asked(application: Recorder, prepared: Prepared, *, first: int) -> None:
    """Ask for so many items, one after the other. Raises RuntimeError for an answer that is no success."""
    template = prepared.request.encode()
    for item in range(first, first + REQUESTS):
        status, body = await application.ask(template % {b"i": item})
        if not 200 <= status < 300:
            raise RuntimeError(body.decode())


if __name__ == "__main__":
    main()
