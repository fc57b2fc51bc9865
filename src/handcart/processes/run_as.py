"""Whom PostgreSQL runs as.

PostgreSQL refuses to run as root, so a root Handcart gives it a user of its own. That user can often reach neither
the data (below root's 0700 folder) nor the programs (in root's virtual environment). Loosening somebody's folders is
not ours to do; instead PostgreSQL keeps the one Linux capability that lets it pass through folders it does not own,
and only when it needs it.
"""

import ctypes
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from handcart.log import logger
from handcart.processes.refusals import CannotRun

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 1, 28, 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522

log = logger(__name__)
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class RunAs:
    """The user of the PostgreSQL processes, and the capability they keep (None: they need none)."""

    uid: int
    gid: int
    capability: int | None

    @property
    def is_another_user(self) -> bool:
        return self.uid != os.geteuid()

    def give(self, path: Path) -> None:
        """Make `path` belong to that user."""
        if self.is_another_user:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def run_as_for(*, owner: int | None, folder: Path, program: Path) -> RunAs:
    """Whom to run as, given the owner of existing data, the folder that holds it and a program to run."""
    if os.geteuid() != 0:
        return RunAs(os.geteuid(), os.getegid(), None)
    account = _account(owner)
    program = program.resolve()
    if not _may(program, account, stat.S_IROTH | stat.S_IXOTH):
        # Executing what others may not execute takes the stronger capability; a strict umask at installation does this.
        return RunAs(account.pw_uid, account.pw_gid, _capability(CAP_DAC_OVERRIDE))
    passed = [folder.resolve(), *folder.resolve().parents, *program.parents]
    if all(_may(path, account, stat.S_IXOTH) for path in passed):
        return RunAs(account.pw_uid, account.pw_gid, None)
    return RunAs(account.pw_uid, account.pw_gid, _capability(CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE))


def _account(owner: int | None) -> pwd.struct_passwd:
    """The owner of the data; else `handcart`, which is created if need be; else `postgres`.

    The last is another program's account. Whoever acts as it can act as our PostgreSQL too, so it is the last resort.
    """
    if owner:
        try:
            return pwd.getpwuid(owner)
        except KeyError:
            raise CannotRun(
                f"The data folder belongs to user {owner}, which this machine does not know: "
                "create that user, or give the folder to root (chown -R root)."
            ) from None
    found = _named("handcart") or _created("handcart") or _named("postgres")
    if found is None:
        raise CannotRun(
            "PostgreSQL does not run as root, and no user for it could be created: "
            "create a system user named handcart, or start Handcart as another user."
        )
    return found


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created(name: str) -> pwd.struct_passwd | None:
    """A new system user; None where that is not possible."""
    for command in (
        ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name],
        ["adduser", "-S", "-D", "-H", name],
    ):
        try:
            subprocess.run(command, capture_output=True, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        log.info("a system user was created, because PostgreSQL does not run as root", user=name)
        break
    return _named(name)  # also when another Handcart, started at the same time, was faster


def _may(path: Path, account: pwd.struct_passwd, wanted: int) -> bool:
    """Whether the permission bits alone let the account do what `wanted` (bits for others) says."""
    found = path.stat()
    if found.st_uid == account.pw_uid:
        return (found.st_mode >> 6) & wanted == wanted
    if found.st_gid == account.pw_gid:
        return (found.st_mode >> 3) & wanted == wanted
    return found.st_mode & wanted == wanted


def _capability(*enough: int) -> int:
    """The first of those capabilities that this root has; in a container it often has only the strongest."""
    held = _effective_capabilities()
    for capability in enough:
        if held & (1 << capability):
            return capability
    raise CannotRun(
        "The data folder or the PostgreSQL programs lie below a folder that only root may enter, and this root may not "
        "grant access: choose a folder with --data that other users may pass through."
    )


def _effective_capabilities() -> int:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    rows = dict(row.split(":", 1) for row in status.splitlines() if ":" in row)
    return int(rows.get("CapEff", "0"), 16)


def become(run_as: RunAs, *, end_with_us: int | None = None) -> Callable[[], None] | None:
    """What a forked child does before it executes PostgreSQL: change user, keep the capability, end with its parent.

    `end_with_us` is the signal the kernel sends to the child when the *thread* that started it ends; pass it from a
    thread that lives as long as the process. It runs between fork and exec, so it only makes system calls that are
    prepared here and takes no lock that another thread may hold. None when there is nothing to do.
    """
    if not sys.platform.startswith("linux"):
        if run_as.is_another_user:
            return lambda: _drop(run_as)
        return None
    kept = (ctypes.c_uint32 * 6)()
    if run_as.capability is not None:
        kept[0] = kept[1] = kept[2] = 1 << run_as.capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)

    def in_child() -> None:
        if run_as.is_another_user:
            if run_as.capability is not None:
                # Without this bit access(2) ignores the capabilities of an ordinary user, and PostgreSQL asks
                # access(2) whether its own program may be executed.
                _must(_libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
            _drop(run_as)
            if run_as.capability is not None:
                _must(_libc.capset(header, kept))
                _must(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, run_as.capability, 0, 0))
        if end_with_us is not None:
            _must(_libc.prctl(PR_SET_PDEATHSIG, end_with_us, 0, 0, 0))

    return in_child


def _drop(run_as: RunAs) -> None:
    os.setgroups([])
    os.setresgid(run_as.gid, run_as.gid, run_as.gid)
    os.setresuid(run_as.uid, run_as.uid, run_as.uid)


def _must(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused to prepare PostgreSQL's user")
