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
from handcart.processes.data_folder import (
    SOCKET_NAME,
    DataFolder,
    clear_unfinished,
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
        except subprocess.SubprocessError as error:
            raise CannotRun(f"PostgreSQL could not be started as a user of its own ({error}).") from None
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
        _initialise(folder, binaries, run_as, settings)
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


def _initialise(folder: DataFolder, binaries: PostgresBinaries, run_as: RunAs, settings: Mapping[str, str]) -> None:
    """Make the cluster beside its place and move it there when it is whole: a half-made one is never started."""
    clear_unfinished(folder)
    data = folder.unfinished
    data.mkdir(mode=0o700)
    run_as.give(data)
    try:
        _run_initdb(binaries, data, run_as)
        _run(
            [str(binaries.postgres), "--single", "-D", str(data), "-c", "fsync=off", "template1"],
            run_as,
            script="CREATE ROLE handcart LOGIN CREATEDB\nCREATE DATABASE handcart OWNER handcart\n",
        )
        if settings.get("fsync") != "off":
            os.sync()  # one flush of everything is much faster than one for each of a thousand files
        data.rename(folder.postgres)
    except BaseException:
        clear_unfinished(folder)
        raise


def _run_initdb(binaries: PostgresBinaries, data: Path, run_as: RunAs) -> None:
    command = [str(binaries.initdb), "-D", str(data), "--no-sync", "--auth=trust", "-U", "postgres", "-E", "UTF8"]
    if binaries.major >= 17:
        # Sorts and folds the same on every machine, whatever its C library.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    try:
        # pg_trgm asks the C library what a letter is; under C it would not know ä.
        _run([*command, "--locale=C.UTF-8"], run_as)
    except CannotRun as refusal:
        if "invalid locale" not in str(refusal):
            raise
        _run([*command, "--locale=C"], run_as)


def _run(command: list[str], run_as: RunAs, *, script: str = "") -> None:
    done = subprocess.run(
        command,
        input=script,
        capture_output=True,
        text=True,
        errors="replace",
        env=_environment(),
        cwd="/",
        umask=0o077,
        start_new_session=True,
        preexec_fn=become(run_as),
        check=False,
    )
    failed = [row for row in done.stderr.splitlines() if "ERROR:" in row or "FATAL:" in row or "error:" in row]
    if done.returncode != 0 or failed:
        raise CannotRun(_reason(done.stderr, "The database could not be initialised"))


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
            env=_environment(),
            cwd="/",
            umask=0o077,
            start_new_session=True,  # a terminal's Ctrl-C must not reach it before the servers are done
            preexec_fn=become(run_as, end_with_us=signal.SIGINT if on_main else None),  # noqa: PLW1509 - see become
        )


def _environment() -> dict[str, str]:
    """Ours without what would bend PostgreSQL: PGDATA and its kin, and the language of its messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


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
        raise CannotRun(f"{_reason(said, 'PostgreSQL did not start')} Its log is {folder.log}.")
    raise CannotRun(f"PostgreSQL was not ready after {START_SECONDS_MAX:.0f} seconds: its log is {folder.log}.")


def _reason(said: str, what: str) -> str:
    rows = [row.strip() for row in said.splitlines() if row.strip()]
    told = [row for row in rows if any(word in row for word in ("FATAL:", "PANIC:", "ERROR:", "error:"))] or rows
    if any("No space left on device" in row for row in rows):
        return f"{what}: the disk is full. Free some space, then start again."
    reason = told[0] if told else "it said nothing"
    for word in ("FATAL:", "PANIC:", "ERROR:", "error:"):
        reason = reason.rpartition(word)[2].strip()
    return f"{what}: {reason.rstrip('.')}."


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
