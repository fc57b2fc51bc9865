"""What one process runs in its event loop: an HTTP server, the background worker, or both."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

from handcart.log import logger
from handcart.processes.http_server import HttpServer

RunWorker = Callable[[asyncio.Event], Awaitable[None]]
"""Works until the event is set, then returns as soon as what is under way is recorded."""

GRACE_SECONDS = 4.0
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.5, 10.0

log = logger(__name__)


class Unit:
    """It ends when it is asked to; `ask_to_end` and `hasten` may be called from a signal's handler."""

    def __init__(self, *, server: HttpServer | None = None, run_worker: RunWorker | None = None) -> None:
        self._server = server
        self._run_worker = run_worker
        self._end = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_asked = False

    async def run(self, listening: socket.socket | None = None) -> None:
        """Run until asked to end. Raises CannotRun if the server does not start."""
        self._loop = asyncio.get_running_loop()
        if self._is_asked:
            return
        if self._run_worker is not None:
            self._worker = asyncio.create_task(_keep_working(self._run_worker, self._end))
        try:
            if self._server is not None and listening is not None:
                await self._server.run_on(listening)
            else:
                await self._end.wait()
        finally:
            self._end.set()
            if self._worker is not None:
                await _finish(self._worker)

    def ask_to_end(self) -> None:
        """Finish what is under way, within a few seconds. Asking again changes nothing."""
        self._is_asked = True
        if self._server is not None:
            self._server.ask_to_end()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end.set)

    def hasten(self) -> None:
        """Finish nothing."""
        self.ask_to_end()
        if self._server is not None:
            self._server.hasten()
        if self._loop is not None and self._worker is not None:
            self._loop.call_soon_threadsafe(self._worker.cancel)


async def _keep_working(run_worker: RunWorker, end: asyncio.Event) -> None:
    """Run the worker until `end`; one that fails is started again, after a pause that grows with each failure."""
    pause = PAUSE_SECONDS
    while not end.is_set():
        try:
            await run_worker(end)
        except Exception:
            log.exception("the worker failed and is started again", pause_seconds=pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(end.wait(), pause)
        pause = min(pause * 2, PAUSE_SECONDS_MAX)


async def _finish(task: asyncio.Task[None]) -> None:
    """Wait for a task that was told to end, and cancel it if it does not."""
    _, late = await asyncio.wait({task}, timeout=GRACE_SECONDS)
    for each in late:
        each.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
