"""The processes of a run: PostgreSQL, Handcart, the load; each ends when the run does, whatever happens."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from bench.load import LoadOrder, Outcome

END_SECONDS_MAX = 20.0


@dataclass(frozen=True)
class Server:
    """A `handcart serve` that is ready, and how long it took from its start to its ready line."""

    process: "subprocess.Popen[str]"
    port: int
    seconds_to_ready: float


@contextlib.contextmanager
def serving(*options: str) -> Iterator[Server]:
    """Handcart as an operator starts it, on a free port."""
    started_at = time.perf_counter()
    with ending(
        [sys.executable, "-m", "handcart", "serve", "--port", "0", "--json", "--log-level", "warning", *options]
    ) as process:
        line = _stream(process.stdout).readline()
        seconds = time.perf_counter() - started_at
        if not line:
            raise RuntimeError(f"The server ended with {process.wait(END_SECONDS_MAX)} before it was ready.")
        port = urlsplit(json.loads(line)["url"]).port
        assert port is not None
        yield Server(process, port, seconds)


class Load:
    """The process that makes the load."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, order: LoadOrder) -> Outcome:
        """Carry out one order. Raises RuntimeError where an answer was no success."""
        sent = _stream(self._process.stdin)
        sent.write(json.dumps(asdict(order)) + "\n")
        sent.flush()
        line = _stream(self._process.stdout).readline()
        if not line:
            raise RuntimeError("The load ended before it was asked to.")
        outcome = Outcome(**json.loads(line))
        if outcome.failures:
            raise RuntimeError(f"{outcome.failures} answers were no success; the first: {outcome.first_failure}")
        return outcome


@contextlib.contextmanager
def loading() -> Iterator[Load]:
    """The load, waiting for orders."""
    with ending([sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE) as process:
        yield Load(process)


@contextlib.contextmanager
def ending(command: list[str], *, stdin: int | None = None) -> Iterator["subprocess.Popen[str]"]:
    """A process that is ended by its number at the end, gently at first."""
    process = subprocess.Popen(
        command,
        stdin=stdin if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - it is one system call
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(END_SECONDS_MAX)
        for stream in filter(None, (process.stdin, process.stdout)):
            stream.close()


def _end_with_parent() -> None:
    """PR_SET_PDEATHSIG: nothing outlives a run that was killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@dataclass(frozen=True)
class Memory:
    """What a process holds, in MB: resident, and with shared pages divided by those who share them."""

    resident_mb: float
    proportional_mb: float | None


def memory_of(pid: int) -> Memory | None:
    """The memory of a process; None where the platform does not tell."""
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if rollup.exists():
        rows = dict(line.split(":", 1) for line in rollup.read_text().splitlines()[1:])
        resident, proportional = (int(rows[name].split()[0]) / 1024 for name in ("Rss", "Pss"))
        return Memory(resident, proportional)
    asked = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return Memory(int(asked.stdout) / 1024, None) if asked.stdout.strip().isdigit() else None


def processor_seconds_of(pid: int) -> float | None:
    """The processor time that a process has used; None where the platform does not tell."""
    file = Path(f"/proc/{pid}/stat")
    if not file.exists():
        return None
    fields = file.read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
