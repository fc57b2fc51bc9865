"""A real server process, ended by its number whatever happens."""

import contextlib
import ctypes
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class RunningServer:
    """A server process of its own."""

    url: str
    process: subprocess.Popen[str]


@contextlib.contextmanager
def running_server(*options: str) -> Iterator[RunningServer]:
    """`handcart serve` on a free port, ended by its number whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "handcart", "serve", "--port", "0", "--no-worker", "--json", *options],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - it is one system call
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, f"the server ended with {process.wait(20)} before it was ready"
        yield RunningServer(json.loads(line)["url"], process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)
        process.stdout.close()


def _end_with_parent() -> None:
    """PR_SET_PDEATHSIG: a server does not outlive tests that were killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
