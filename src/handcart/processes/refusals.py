"""Why Handcart cannot run, said to the person at the terminal: what happened, and what to do about it."""

import errno
from pathlib import Path


class CannotRun(Exception):
    """Something outside Handcart is in the way; the message is one line for the operator, never a traceback."""


class FolderInUse(CannotRun):
    """Another live Handcart holds the data folder."""


def refusal_of(error: OSError, path: Path) -> CannotRun:
    """The operating system's refusal to touch `path`, in words an operator can act on."""
    match error.errno:
        case errno.EACCES | errno.EPERM:
            advice = "give this user write permission there, or choose another folder with --data."
            return CannotRun(f"No permission to write in {path}: {advice}")
        case errno.EROFS:
            return CannotRun(f"{path} is on a read-only file system: choose another folder with --data.")
        case errno.ENOSPC | errno.EDQUOT:
            return CannotRun(f"No space is left for {path}: free some disk space, then start again.")
        case errno.ENOTDIR | errno.EEXIST:
            return CannotRun(f"{path} is not a folder: choose another one with --data.")
        case _:
            return CannotRun(f"{path} cannot be used ({error.strerror or error}): choose another folder with --data.")
