"""The folder of an embedded Handcart: who holds it, and what lies in it.

lock            held while a Handcart runs on the folder; names its process
postgres/       PostgreSQL's data
postgres.new/   a first start that has not finished; thrown away by the next
postgres.log    what PostgreSQL said since the last start; postgres.log.1 is the one before
run             the folder of PostgreSQL's socket, or a link to it where the path is too long for a socket
"""

import contextlib
import fcntl
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from handcart.processes.refusals import CannotRun, FolderInUse, refusal_of
from handcart.processes.run_as import RunAs

# sockaddr_un holds 108 bytes, on some systems 104, the final zero included.
SOCKET_PATH_BYTES_MAX = 103
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class DataFolder:
    """The paths below one --data folder."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def unfinished(self) -> Path:
        return self.root / "postgres.new"

    @property
    def log(self) -> Path:
        return self.root / "postgres.log"

    @property
    def run(self) -> Path:
        return self.root / "run"

    def major(self) -> int | None:
        """The major version of the PostgreSQL that wrote the data; None before the first start."""
        try:
            return int((self.postgres / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None
        except ValueError:
            raise CannotRun(
                f"{self.postgres} holds no data that PostgreSQL wrote: choose another folder with --data."
            ) from None

    def owner(self) -> int | None:
        """The user whom existing data belongs to; None for none yet, or for data that root copied here."""
        try:
            return self.postgres.stat().st_uid or None
        except FileNotFoundError:
            return None


def open_folder(path: Path) -> DataFolder:
    """Make the folder if needed. Raises CannotRun where that is not possible."""
    try:
        folder = DataFolder(Path(os.path.abspath(path)))
        if not folder.root.exists():
            # Others may pass through, not look: PostgreSQL's own user must get to its files below.
            folder.root.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        return folder
    except OSError as error:
        raise refusal_of(error, path) from None


def take_lock(folder: DataFolder) -> FileIO:
    """The open file that holds the folder until it is closed or this process ends, however it ends.

    Raises FolderInUse if another Handcart holds it.
    """
    try:
        lock = FileIO(os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")
    except OSError as error:
        raise refusal_of(error, folder.root) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n".encode())
    except BlockingIOError:
        holder = lock.read(20).decode(errors="replace").strip() or "unknown"
        lock.close()
        raise FolderInUse(
            f"{folder.root} is in use by another Handcart (process {holder}): "
            "stop it, or choose another folder with --data."
        ) from None
    except OSError as error:
        lock.close()
        raise refusal_of(error, folder.root) from None
    return lock


def make_socket_folder(folder: DataFolder, run_as: RunAs) -> Path:
    """An empty folder, private to PostgreSQL's user, whose path is short and plain enough for a socket."""
    remove_socket_folder(folder)
    target = folder.run
    if _fits(target):
        target.mkdir(mode=0o700, exist_ok=True)
    else:
        # mkdtemp makes the name and a folder that only we may enter in one step, so a shared place is private enough.
        usual = Path(tempfile.gettempdir())
        place = usual if _fits(usual / "handcart-12345678") else Path("/tmp")  # noqa: S108 - see above
        target = Path(tempfile.mkdtemp(prefix="handcart-", dir=place))
        folder.run.symlink_to(target)
    run_as.give(target)
    return target


def remove_socket_folder(folder: DataFolder) -> None:
    """Remove the socket's folder, also the one that a killed process left in the temporary folder."""
    if folder.run.is_symlink():
        target = folder.run.readlink()
        # The link could have been made by someone else's copy of the folder: only a socket's folder is removed.
        if target.name.startswith("handcart-") and target.is_dir() and not target.is_symlink():
            _remove_sockets(target)
        folder.run.unlink()
    elif folder.run.is_dir():
        _remove_sockets(folder.run)


def _remove_sockets(target: Path) -> None:
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (target / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        target.rmdir()


def _fits(target: Path) -> bool:
    """Commas separate folders in PostgreSQL's setting and in a database URL, so only plain names are taken."""
    text = str(target)
    return len(os.fsencode(text)) + 1 + len(SOCKET_NAME) <= SOCKET_PATH_BYTES_MAX and bool(
        re.fullmatch(r"[A-Za-z0-9/._+@-]+", text)
    )


def clear_unfinished(folder: DataFolder) -> None:
    """Throw away a first start that was interrupted; it never held anything."""
    shutil.rmtree(folder.unfinished, ignore_errors=True)
