"""Why Handcart cannot start, said to the person at the terminal: what happened, and what to do about it."""

import errno
from pathlib import Path


class CannotStart(Exception):
    """Something outside Handcart is in the way; the message is one line for the operator, never a traceback."""


class FolderInUse(CannotStart):
    """Another live Handcart holds the data folder."""


def refusal_of(error: OSError, path: Path) -> CannotStart:
    """The operating system's refusal to touch `path`, in words an operator can act on."""
    match error.errno:
        case errno.EACCES | errno.EPERM:
            advice = "give this user write permission there, or choose another folder with --data."
            return CannotStart(f"No permission to write in {path}: {advice}")
        case errno.EROFS:
            return CannotStart(f"{path} is on a read-only file system: choose another folder with --data.")
        case errno.ENOSPC | errno.EDQUOT:
            return CannotStart(f"No space is left for {path}: free some disk space, then start again.")
        case errno.ENOTDIR | errno.EEXIST:
            return CannotStart(f"{path} is not a folder: choose another one with --data.")
        case _:
            return CannotStart(f"{path} cannot be used ({error.strerror or error}): choose another folder with --data.")
