"""Ending the PostgreSQL that a killed Handcart left behind.

A process is only ended when it says, in its own command line, that it serves exactly this data folder, and belongs to
the folder's owner. A process number alone proves nothing: after a restart of the machine it is somebody else's.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from handcart import clock
from handcart.processes.refusals import CannotRun

# Together with the servers' own end they stay below the 15 seconds in which everything has ended.
FAST_SECONDS, IMMEDIATE_SECONDS, KILL_SECONDS = 5.0, 2.0, 1.0


def cluster_mark(data: Path) -> str:
    """A name that PostgreSQL shows in the command line of all its processes; it survives a move of the folder."""
    found = data.stat()
    return f"handcart-{found.st_dev:x}-{found.st_ino:x}"


def end_orphans(data: Path) -> None:
    """End what still runs on `data`, and remove the stale lock file. Call it only while holding the folder's lock.

    Raises CannotRun if a process does not end.
    """
    lock_file = data / "postmaster.pid"
    if not lock_file.exists():
        return
    steps = ((signal.SIGINT, FAST_SECONDS), (signal.SIGQUIT, IMMEDIATE_SECONDS), (signal.SIGKILL, KILL_SECONDS))
    for number, seconds in steps:
        left = list(_processes_on(data))
        if not left:
            break
        for pid in left:
            _signal(pid, number)
        _wait_for_end(data, seconds)
    left = list(_processes_on(data))
    if left:
        raise CannotRun(f"PostgreSQL process {left[0]} runs on {data} and does not end: end it, then start again.")
    lock_file.unlink(missing_ok=True)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it may end between the look and the signal
        os.kill(pid, number)


def _wait_for_end(data: Path, seconds: float) -> None:
    deadline = clock.monotonic() + seconds
    while clock.monotonic() < deadline and any(_processes_on(data)):
        time.sleep(0.02)


def _processes_on(data: Path) -> Iterator[int]:
    mark, owner = cluster_mark(data).encode(), data.stat().st_uid
    for pid, uid, command in _process_table():
        if uid == owner and mark in command and b"postgres" in command:
            yield pid


def _process_table() -> Iterator[tuple[int, int, bytes]]:
    """Process number, user and command line of every process; /proc is readable where `ps` is not installed."""
    proc = Path("/proc")
    if not (proc / "self" / "cmdline").exists():
        listed = subprocess.run(["ps", "-axww", "-o", "pid=,uid=,args="], capture_output=True, check=True)
        for row in listed.stdout.splitlines():
            pid, uid, command = row.split(None, 2)
            yield int(pid), int(uid), command
        return
    for entry in proc.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            yield int(entry.name), entry.stat().st_uid, (entry / "cmdline").read_bytes()
        except OSError:
            continue  # it ended while we looked
