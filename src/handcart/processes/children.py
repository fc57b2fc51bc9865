"""Several processes of one server: forked, watched, started again when they die, ended together.

The parent has no event loop and no threads while children run, so that a fork is safe at any time. Children learn of
the parent's death from a pipe that only the parent holds open, whatever killed it.
"""

import asyncio
import contextlib
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from handcart import clock
from handcart.log import logger
from handcart.processes.refusals import CannotRun
from handcart.processes.signals import ECHO_SECONDS, when_asked_to_end
from handcart.processes.unit import Unit

END_SECONDS = 6.0
HASTENED_SECONDS = 0.5
TICK_SECONDS = 1.0
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.2, 5.0
STEADY_SECONDS = 30.0  # a child that lived this long did not die of how it was started

log = logger(__name__)


@dataclass(frozen=True)
class Link:
    """A child's connection to its parent."""

    lifeline: int
    _ready: int

    def say_ready(self) -> None:
        os.write(self._ready, b".")


@dataclass(frozen=True)
class Role:
    """What a child is there for; `main` returns when the child was asked to end."""

    name: str
    main: Callable[[Link], None]


async def run_linked(unit: Unit, link: Link, listening: socket.socket | None = None) -> None:
    """Run a child's unit until its parent asks it to end, or is gone.

    A terminal's Ctrl-C reaches every process of the group; a child leaves it to the parent, which asks with SIGTERM and
    hastens with SIGQUIT.
    """
    loop = asyncio.get_running_loop()

    def parent_is_gone() -> None:
        loop.remove_reader(link.lifeline)
        unit.ask_to_end()

    loop.add_reader(link.lifeline, parent_is_gone)
    loop.add_signal_handler(signal.SIGTERM, unit.ask_to_end)
    loop.add_signal_handler(signal.SIGQUIT, unit.hasten)
    await unit.run(listening)


def watch_over(roles: Sequence[Role], *, is_healthy: Callable[[], bool], on_ready: Callable[[], None]) -> None:
    """Run a child for each role until a signal asks to end, or `is_healthy` says no.

    Raises CannotRun if a child ends before all are ready for the first time.
    """
    gc.collect()
    gc.freeze()  # a child that collects garbage would copy every page that it shares with the others
    nursery = _Nursery(roles)
    with when_asked_to_end(nursery.ask_to_end, nursery.hasten), nursery:
        nursery.start()
        while nursery.is_running and is_healthy():
            nursery.tick(on_ready)


@dataclass
class _Child:
    role: Role
    pid: int = 0  # 0: not running
    started_at: float = 0.0
    due_at: float = 0.0
    pause_seconds: float = PAUSE_SECONDS


class _Nursery:
    def __init__(self, roles: Sequence[Role]) -> None:
        self._children = [_Child(role) for role in roles]
        self._lifeline, self._held = os.pipe()
        self._heard, self._ready = os.pipe()
        self._not_ready = len(roles)
        self._is_ending = self._is_hastened = False
        self._wake, self._waker = socket.socketpair()

    @property
    def is_running(self) -> bool:
        return not self._is_ending

    def ask_to_end(self) -> None:
        self._is_ending = True

    def hasten(self) -> None:
        self._is_ending = self._is_hastened = True

    def __enter__(self) -> None:
        self._waker.setblocking(False)
        self._wake.setblocking(False)
        self._child_signal = signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake select
        self._wakeup = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)

    def __exit__(self, *_: object) -> None:
        self._end_all()
        signal.set_wakeup_fd(self._wakeup)
        signal.signal(signal.SIGCHLD, self._child_signal)
        for descriptor in (self._lifeline, self._held, self._heard, self._ready):
            os.close(descriptor)
        self._wake.close()
        self._waker.close()

    def start(self) -> None:
        for child in self._children:
            self._fork(child)

    def tick(self, on_ready: Callable[[], None]) -> None:
        """Wait for something to happen, and react."""
        self._wait(self._seconds_to_next_start())
        self._hear(on_ready)
        for child in self._reap():
            if self._not_ready > 0:
                self._wait(ECHO_SECONDS)  # a signal to the whole group may reach a child before it reaches us
                if not self._is_ending:
                    raise CannotRun(f"The {child.role.name} process ended while starting: the log above says why.")
        now = clock.monotonic()
        for child in self._children:
            if child.pid == 0 and child.due_at <= now and not self._is_ending:
                log.error("a process had died and is started again", role=child.role.name)
                self._fork(child)

    def _wait(self, seconds: float) -> None:
        watched = (self._wake.fileno(), self._heard)
        readable, _, _ = select.select(watched, (), (), seconds)
        if watched[0] in readable:
            with contextlib.suppress(BlockingIOError):
                self._wake.recv(4096)

    def _hear(self, on_ready: Callable[[], None]) -> None:
        if not select.select((self._heard,), (), (), 0)[0]:
            return
        told = len(os.read(self._heard, 4096))
        if self._not_ready > 0:
            self._not_ready -= told
            if self._not_ready <= 0:
                on_ready()

    def _seconds_to_next_start(self) -> float:
        due = [child.due_at for child in self._children if child.pid == 0]
        return max(0.0, min([TICK_SECONDS, *(at - clock.monotonic() for at in due)]))

    def _reap(self) -> Iterator[_Child]:
        """The children that have ended since the last look."""
        for child in self._children:
            if child.pid == 0 or os.waitpid(child.pid, os.WNOHANG)[0] == 0:
                continue
            now = clock.monotonic()
            child.pid = 0
            if now - child.started_at > STEADY_SECONDS:
                child.pause_seconds = PAUSE_SECONDS
            child.due_at = now + child.pause_seconds
            yield child
            child.pause_seconds = min(child.pause_seconds * 2, PAUSE_SECONDS_MAX)

    def _fork(self, child: _Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.started_at = clock.monotonic()
        # A signal for the new child must not run the parent's reaction in it.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ASKING)
        child.pid = os.fork()
        if child.pid == 0:
            self._live(child.role)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKING)

    def _live(self, role: Role) -> None:
        """The child's life; it ends here and never returns into the parent's code."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            for number in (signal.SIGTERM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKING)
            os.close(self._held)
            os.close(self._heard)
            self._wake.close()
            self._waker.close()
            role.main(Link(self._lifeline, self._ready))
            code = 0
        except CannotRun as refusal:
            log.error(str(refusal), role=role.name)
        except BaseException:
            log.exception("a process failed", role=role.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _end_all(self) -> None:
        self._signal_all(signal.SIGTERM)
        deadline = clock.monotonic() + END_SECONDS
        hastened = False
        while any(child.pid for child in self._children) and clock.monotonic() < deadline:
            if self._is_hastened and not hastened:
                hastened = True
                self._signal_all(signal.SIGQUIT)
                deadline = clock.monotonic() + HASTENED_SECONDS
            self._wait(0.1)
            list(self._reap())
        self._signal_all(signal.SIGKILL)
        for child in self._children:
            if child.pid:
                os.waitpid(child.pid, 0)

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, number)


_ASKING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
