"""PostgreSQL without an installation: started on a data folder, reached over a socket in it, stopped with us.

It listens on no network address. Its socket lies in a folder that only its user (and root) may enter, so it asks for
no password; the role that Handcart connects as owns its database and is no superuser.
"""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from handcart import clock
from handcart.processes.cluster import environment, initialise, reason_of
from handcart.processes.data_folder import (
    SOCKET_NAME,
    DataFolder,
    make_socket_folder,
    open_folder,
    remove_socket_folder,
    take_lock,
)
from handcart.processes.orphans import FAST_SECONDS, IMMEDIATE_SECONDS, KILL_SECONDS, cluster_mark, end_orphans
from handcart.processes.postgres_binaries import PostgresBinaries, find_binaries
from handcart.processes.refusals import CannotRun, refusal_of
from handcart.processes.run_as import RunAs, become, run_as_for

START_SECONDS_MAX = 300.0  # after a crash PostgreSQL replays its log first
POLL_SECONDS = 0.003

# What differs from PostgreSQL's defaults.
SETTINGS: Mapping[str, str] = {
    "max_connections": "60",
    "shared_buffers": "128MB",
    "jit": "off",  # no query here is long enough to earn its compilation
    "wal_level": "minimal",  # nothing replicates an embedded database
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    # Errors reach Handcart, which reports them; in the log they would only grow it, with personal data inside.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    # An abandoned transaction would hold back every feed of events.
    "idle_in_transaction_session_timeout": "60s",
}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A running PostgreSQL; `url` is what a driver connects to."""

    url: str
    _folder: DataFolder = field(repr=False)
    _process: subprocess.Popen[bytes] = field(repr=False)
    _lock: FileIO = field(repr=False)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """End it, cleanly if it ends within a few seconds, and release the folder. Safe to call again."""
        if self._lock.closed:
            return
        _end(self._process)
        remove_socket_folder(self._folder)
        self._lock.close()

    def let_go(self) -> None:
        """In a forked child: leave the folder to the parent, so that it is free as soon as the parent has ended."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_embedded(directory: Path, *, settings: Mapping[str, str] | None = None) -> EmbeddedPostgres:
    """Start PostgreSQL on `directory`, which is made and initialised if needed, and return when it answers.

    `settings` override PostgreSQL's. Call it from the main thread if PostgreSQL should end, by itself, as soon as this
    process is killed; in any case the next start ends what was left behind.

    Raises FolderInUse, or another CannotRun, with one line for the operator.
    """
    folder = open_folder(directory)
    lock = take_lock(folder)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(lock.close)
        try:
            process, sockets = _start(folder, {**SETTINGS, **(settings or {})})
        except OSError as error:
            raise refusal_of(error, folder.root) from None
        except subprocess.SubprocessError:  # become() failed in the child
            raise CannotRun(
                "This root may not start PostgreSQL as another user (it lacks CAP_SETUID, CAP_SETGID or CAP_SETPCAP): "
                "start Handcart as an ordinary user, or name a running server with --database-url."
            ) from None
        on_failure.pop_all()
    return EmbeddedPostgres(url_of_socket(sockets), folder, process, lock)


def url_of_running(directory: Path) -> str | None:
    """The URL of the database that another process serves from `directory`; None if there is no socket."""
    sockets = DataFolder(Path(directory).absolute()).run.resolve()
    return url_of_socket(sockets) if (sockets / SOCKET_NAME).exists() else None


def url_of_socket(sockets: Path) -> str:
    """The URL of the database whose socket lies in that folder."""
    return f"postgresql://handcart@/handcart?host={quote(str(sockets))}"


def _start(folder: DataFolder, settings: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], Path]:
    major = folder.major()
    binaries = find_binaries(major)
    run_as = run_as_for(owner=folder.owner(), folder=folder.root, program=binaries.postgres)
    if major is None:
        initialise(folder, binaries, run_as, is_durable=settings.get("fsync") != "off")
    else:
        _claim(folder, run_as)
        end_orphans(folder.postgres)
    sockets = make_socket_folder(folder, run_as)
    process = _launch(folder, binaries, run_as, {**settings, "unix_socket_directories": str(sockets)})
    try:
        _wait_until_ready(folder, process)
    except BaseException:
        _end(process)
        remove_socket_folder(folder)
        raise
    return process, sockets


def _claim(folder: DataFolder, run_as: RunAs) -> None:
    """Make sure that the data belongs to PostgreSQL's user; a copy that root made belongs to root."""
    owner = folder.postgres.stat().st_uid
    if owner == run_as.uid:
        return
    if not run_as.is_another_user:
        raise CannotRun(
            f"{folder.postgres} belongs to another user (number {owner}): "
            "start Handcart as that user, or choose another folder with --data."
        )
    for parent, _, files in os.walk(folder.postgres):
        run_as.give(Path(parent))
        for name in files:
            run_as.give(Path(parent, name))


def _launch(
    folder: DataFolder, binaries: PostgresBinaries, run_as: RunAs, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    fixed = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        "log_destination": "stderr",
        "cluster_name": cluster_mark(folder.postgres),
        **({"wal_compression": "lz4"} if binaries.has_lz4 else {}),
    }
    command = [str(binaries.postgres), "-D", str(folder.postgres)]
    for name, value in {**settings, **fixed}.items():
        command += ["-c", f"{name}={value}"]
    if folder.log.exists():
        folder.log.replace(folder.log.with_suffix(".log.1"))
    # The death signal belongs to the thread that starts the process: only the main one lives as long as we do.
    on_main = threading.current_thread() is threading.main_thread()
    folder.log.touch(mode=0o600)
    with folder.log.open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment(),
            cwd="/",
            umask=0o077,
            start_new_session=True,  # a terminal's Ctrl-C must not reach it before the servers are done
            preexec_fn=become(run_as, end_with_us=signal.SIGINT if on_main else None),  # noqa: PLW1509 - see become
        )


def _wait_until_ready(folder: DataFolder, process: subprocess.Popen[bytes]) -> None:
    status = folder.postgres / "postmaster.pid"
    deadline = clock.monotonic() + START_SECONDS_MAX
    while clock.monotonic() < deadline:
        try:
            rows = status.read_text().splitlines()
        except FileNotFoundError:
            rows = []
        # The last row says how far it is; the first says that the file is not a former process's.
        if len(rows) >= 8 and rows[0] == str(process.pid) and rows[7].strip() == "ready":
            return
        try:
            process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        said = folder.log.read_text(errors="replace")
        raise CannotRun(f"{reason_of(said, 'PostgreSQL did not start')} Its log is {folder.log}.")
    raise CannotRun(f"PostgreSQL was not ready after {START_SECONDS_MAX:.0f} seconds: its log is {folder.log}.")


def _end(process: subprocess.Popen[bytes]) -> None:
    steps = ((signal.SIGINT, FAST_SECONDS), (signal.SIGQUIT, IMMEDIATE_SECONDS), (signal.SIGKILL, KILL_SECONDS))
    for number, seconds in steps:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):  # whoever asks again wants it sooner
            continue
