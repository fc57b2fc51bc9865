"""Making a new cluster of PostgreSQL, and what every start of its programs has in common."""

import os
import subprocess
from pathlib import Path

from handcart.processes.data_folder import DataFolder, clear_unfinished
from handcart.processes.postgres_binaries import PostgresBinaries
from handcart.processes.refusals import CannotRun
from handcart.processes.run_as import RunAs, become


def initialise(folder: DataFolder, binaries: PostgresBinaries, run_as: RunAs, *, is_durable: bool) -> None:
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
            script=Path(__file__).with_name("new_cluster.sql").read_text(encoding="utf-8"),
        )
        if is_durable:
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
        env=environment(),
        cwd="/",
        umask=0o077,
        start_new_session=True,
        preexec_fn=become(run_as),
        check=False,
    )
    failed = [row for row in done.stderr.splitlines() if "ERROR:" in row or "FATAL:" in row or "error:" in row]
    if done.returncode != 0 or failed:
        raise CannotRun(reason_of(done.stderr, "The database could not be initialised"))


def environment() -> dict[str, str]:
    """Ours without what would bend PostgreSQL: PGDATA and its kin, and the language of its messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def reason_of(said: str, what: str) -> str:
    """The first failure in what a program said, in one line."""
    rows = [row.strip() for row in said.splitlines() if row.strip()]
    told = [row for row in rows if any(word in row for word in ("FATAL:", "PANIC:", "ERROR:", "error:"))] or rows
    if any("No space left on device" in row for row in rows):
        return f"{what}: the disk is full. Free some space, then start again."
    reason = told[0] if told else "it said nothing"
    for word in ("FATAL:", "PANIC:", "ERROR:", "error:"):
        reason = reason.rpartition(word)[2].strip()
    return f"{what}: {reason.rstrip('.')}."
