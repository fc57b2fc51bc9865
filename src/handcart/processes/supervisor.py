"""From nothing to a ready server, and back.

The order is the contract: the port is taken, PostgreSQL started, the schema migrated, every file loaded, and only then
is a request answered; at the end the servers finish, then the worker, then PostgreSQL.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvloop

from handcart.config import Config
from handcart.processes.children import Link, Role, run_linked, watch_over
from handcart.processes.embedded_postgres import EmbeddedPostgres, start_embedded, url_of_running
from handcart.processes.http_server import HttpServer, address_of, listen
from handcart.processes.refusals import CannotRun, FolderInUse
from handcart.processes.signals import interrupt, when_asked_to_end
from handcart.processes.unit import Unit

HEALTH_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is to be run; how it is put together is not known here."""

    prepare: Callable[[str], Coroutine[Any, Any, None]]
    """Migrates the database at that URL and loads what is to be loaded."""

    build_app: Callable[[str], Any]
    """The ASGI application on the database at that URL; its lifespan opens it."""

    run_worker: Callable[[str, asyncio.Event], Awaitable[None]]
    """Works on the database at that URL until the event is set."""

    announce: Callable[[str], None]
    """Says that the server is ready at that address."""


def serve(config: Config, program: Program) -> None:
    """Serve until a signal asks to end. Raises CannotRun, with one line for the operator."""
    with (
        when_asked_to_end(interrupt, interrupt),
        contextlib.closing(listen(config.host, config.port)) as listening,
        _database(config) as (url, postgres),
    ):
        _run_to_the_end(program.prepare(url))
        run = _in_one_process if config.server_processes == 1 else _in_several_processes
        run(config, program, url, postgres, listening)
        if not _is_healthy(postgres):
            raise CannotRun(f"PostgreSQL ended by itself: its log is in {config.data_folder}. Start Handcart again.")


def work(
    config: Config,
    *,
    prepare: Callable[[str], Coroutine[Any, Any, None]],
    run_worker: Callable[[str, asyncio.Event], Awaitable[None]],
) -> None:
    """Run only the worker until a signal asks to end; `prepare` raises if the database is not fit for it."""
    with when_asked_to_end(interrupt, interrupt), database_of(config) as url:
        _run_to_the_end(prepare(url))
        unit = Unit(run_worker=partial(run_worker, url))
        with when_asked_to_end(unit.ask_to_end, unit.hasten), _loop() as loop:
            loop.run(unit.run())


@contextlib.contextmanager
def database_of(config: Config) -> Iterator[str]:
    """The database for one command: the one that is named, else the one that a running server holds, else the embedded
    one, started for as long as the command lasts."""
    with contextlib.ExitStack() as started:
        try:
            url, _ = started.enter_context(_database(config))
        except FolderInUse:
            running = url_of_running(config.data_folder)
            if running is None:
                raise
            url = running
        yield url


@contextlib.contextmanager
def _database(config: Config) -> Iterator[tuple[str, EmbeddedPostgres | None]]:
    if config.database_url is not None:
        yield config.database_url, None
        return
    settings = {"max_connections": str(max(60, config.connections_max))}
    with start_embedded(config.data_folder, settings=settings) as postgres:
        yield postgres.url, postgres


def _loop() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def _run_to_the_end(preparing: Coroutine[Any, Any, None]) -> None:
    """Run what comes before anything is served. A signal cancels it, and then ends the program as it would have.

    What a signal's handler raises while the loop runs would break the loop in the middle of its own bookkeeping.
    """
    task: asyncio.Task[None] | None = None
    is_asked = False

    def ask() -> None:
        nonlocal is_asked
        is_asked = True
        if task is not None:
            task.get_loop().call_soon_threadsafe(task.cancel)

    async def run() -> None:
        nonlocal task
        task = asyncio.ensure_future(preparing)
        if is_asked:
            task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    with when_asked_to_end(ask, ask), _loop() as loop:
        loop.run(run())
    if is_asked:
        interrupt()


def _is_healthy(postgres: EmbeddedPostgres | None) -> bool:
    return postgres is None or postgres.is_running


def _in_one_process(
    config: Config, program: Program, url: str, postgres: EmbeddedPostgres | None, listening: socket.socket
) -> None:
    unit = Unit(
        server=HttpServer(program.build_app(url), config, lambda: program.announce(address_of(listening))),
        run_worker=partial(program.run_worker, url) if config.run_worker else None,
    )

    async def end_with_postgres() -> None:
        while _is_healthy(postgres):  # noqa: ASYNC110 - no event tells of another process's end
            await asyncio.sleep(HEALTH_SECONDS)
        unit.ask_to_end()

    async def run() -> None:
        watch = asyncio.create_task(end_with_postgres())
        await unit.run(listening)
        watch.cancel()

    with when_asked_to_end(unit.ask_to_end, unit.hasten), _loop() as loop:
        loop.run(run())


def _in_several_processes(
    config: Config, program: Program, url: str, postgres: EmbeddedPostgres | None, listening: socket.socket
) -> None:
    def leave_to_parent() -> None:
        if postgres is not None:
            postgres.let_go()

    def run_server(link: Link) -> None:
        leave_to_parent()
        unit = Unit(server=HttpServer(program.build_app(url), config, link.say_ready))
        with _loop() as loop:
            loop.run(run_linked(unit, link, listening))

    def run_worker(link: Link) -> None:
        leave_to_parent()
        listening.close()
        unit = Unit(run_worker=partial(program.run_worker, url))
        link.say_ready()
        with _loop() as loop:
            loop.run(run_linked(unit, link))

    roles = [Role(f"server {number + 1}", run_server) for number in range(config.server_processes)]
    if config.run_worker:
        roles.append(Role("worker", run_worker))
    watch_over(
        roles, is_healthy=partial(_is_healthy, postgres), on_ready=lambda: program.announce(address_of(listening))
    )
