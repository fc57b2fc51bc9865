"""The embedded PostgreSQL: started, ended and killed as real processes on real folders."""

import errno
import os
import pwd
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from handcart.processes.data_folder import DataFolder
from handcart.processes.embedded_postgres import start_embedded, url_of_running
from handcart.processes.refusals import CannotRun, FolderInUse, refusal_of
from handcart.processes.run_as import CAP_DAC_OVERRIDE, RunAs, become, run_as_for
from tests.processes.conftest import Holder, execute, is_alive, postmaster_of, value

Hold = Callable[..., Holder]


def test_a_restart_keeps_what_was_written(folder: Path) -> None:
    with start_embedded(folder) as first:
        execute(first.url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('kept')")
    with start_embedded(folder) as second:
        assert value(second.url, "SELECT word FROM kept") == "kept"


def test_handcart_owns_its_database_and_is_no_superuser(folder: Path) -> None:
    with start_embedded(folder) as postgres:
        rights = "SELECT rolsuper::text || rolcreatedb::text FROM pg_roles WHERE rolname = current_user"
        assert value(postgres.url, rights) == "falsetrue"
        for extension in ("pg_trgm", "unaccent", "btree_gin", "citext"):
            execute(postgres.url, f"CREATE EXTENSION {extension}")
        assert value(postgres.url, "SELECT similarity('Müller', 'müller')") == 1.0


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("wal_level", "minimal"),
        ("jit", "off"),
    ],
)
def test_a_setting_is_as_promised(postgres_url: str, setting: str, expected: str) -> None:
    assert value(postgres_url, f"SHOW {setting}") == expected


def test_given_settings_win(folder: Path) -> None:
    with start_embedded(folder, settings={"fsync": "off", "max_connections": "7"}) as postgres:
        assert value(postgres.url, "SHOW fsync") == "off"
        assert value(postgres.url, "SHOW max_connections") == "7"


def test_stopping_ends_the_process_removes_the_socket_and_frees_the_folder(folder: Path) -> None:
    postgres = start_embedded(folder)
    pid = postmaster_of(folder)
    assert postgres.is_running
    assert url_of_running(folder) == postgres.url
    postgres.stop()
    postgres.stop()
    assert not is_alive(pid)
    assert url_of_running(folder) is None
    assert not DataFolder(folder).run.exists()
    start_embedded(folder).stop()


def test_a_killed_handcart_takes_its_postgresql_along(folder: Path, hold: Hold) -> None:
    holder = hold(folder)
    execute(holder.said["url"], "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('kept')")
    pid = postmaster_of(folder)
    holder.kill()
    with start_embedded(folder) as postgres:
        assert not is_alive(pid)
        assert value(postgres.url, "SELECT word FROM kept") == "kept"


def test_a_postgresql_left_behind_is_ended_by_the_next_start(folder: Path, hold: Hold) -> None:
    holder = hold(folder, "thread")
    execute(holder.said["url"], "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('kept')")
    pid = postmaster_of(folder)
    holder.kill()
    assert is_alive(pid)
    with start_embedded(folder) as postgres:
        assert not is_alive(pid)
        assert postmaster_of(folder) != pid
        assert value(postgres.url, "SELECT word FROM kept") == "kept"


def test_data_survives_the_kill_of_postgresql_itself(folder: Path, hold: Hold) -> None:
    holder = hold(folder, "thread")
    execute(holder.said["url"], "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('kept')")
    holder.kill()
    os.kill(postmaster_of(folder), signal.SIGKILL)
    with start_embedded(folder) as postgres:
        assert value(postgres.url, "SELECT word FROM kept") == "kept"


def test_a_process_that_was_given_a_stale_number_is_left_alone(folder: Path, hold: Hold) -> None:
    holder = hold(folder, "thread")
    execute(holder.said["url"], "CREATE TABLE kept (word text)")
    holder.kill()
    pid, status = postmaster_of(folder), DataFolder(folder).postgres / "postmaster.pid"
    owner = status.stat().st_uid
    os.kill(pid, signal.SIGKILL)
    become_owner = become(RunAs(owner, owner, None))
    innocent = subprocess.Popen(["sleep", "60"], preexec_fn=become_owner)  # noqa: PLW1509 - see become
    try:
        status.write_text(status.read_text().replace(str(pid), str(innocent.pid), 1))
        start_embedded(folder).stop()
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait(10)


def test_a_second_handcart_on_the_folder_is_told_who_holds_it(folder: Path, hold: Hold) -> None:
    holder = hold(folder)
    message = f"{folder} is in use by another Handcart (process {holder.process.pid}): "
    with pytest.raises(FolderInUse, match=re.escape(message)):
        start_embedded(folder)
    assert holder.process.poll() is None
    holder.release()
    start_embedded(folder).stop()


def test_below_a_folder_that_only_its_owner_may_enter(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    below = folder / "deep" / "er"
    for _ in range(2):
        with start_embedded(below) as postgres:
            assert value(postgres.url, "SELECT 1") == 1
            assert (below / "postgres" / "PG_VERSION").exists()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("others", "capability"), [("--x", 2), ("", CAP_DAC_OVERRIDE)])
def test_programs_that_only_root_may_reach(tmp_path: Path, others: str, capability: int) -> None:
    """A virtual environment below a root's home; and one that was installed under a strict umask."""
    parent = tmp_path / "private"
    program = parent / "program"
    parent.mkdir(mode=0o700)
    program.write_text("")
    program.chmod(0o755 if others else 0o700)
    chosen = run_as_for(owner=None, folder=Path("/"), program=program)
    if os.geteuid() == 0:
        assert pwd.getpwuid(chosen.uid).pw_name in {"handcart", "postgres"}
        assert chosen.capability == capability
    else:
        assert chosen == RunAs(os.geteuid(), os.getegid(), None)


def test_an_ordinary_user_starts_it_as_itself(folder: Path, hold: Hold) -> None:
    user = run_as_for(owner=None, folder=Path("/"), program=Path(sys.executable))
    folder.mkdir(mode=0o700)
    user.give(folder)
    # The test's own programs may lie where that user cannot go, so it is let through.
    through = RunAs(user.uid, user.gid, CAP_DAC_OVERRIDE if user.is_another_user else None)
    holder = hold(folder, preexec_fn=become(through))
    assert value(holder.said["url"], "SELECT 1") == 1
    assert DataFolder(folder).postgres.stat().st_uid == user.uid
    assert DataFolder(folder).lock.stat().st_uid == user.uid


def test_a_path_too_long_for_a_socket_gets_a_short_one_elsewhere(folder: Path) -> None:
    long = folder / ("long" * 30)
    with start_embedded(long) as postgres:
        assert value(postgres.url, "SELECT 1") == 1
        elsewhere = (long / "run").resolve()
        assert not elsewhere.is_relative_to(long)
        assert elsewhere.stat().st_mode & 0o077 == 0
        assert url_of_running(long) == postgres.url
    assert not elsewhere.exists()
    assert not (long / "run").is_symlink()


def test_a_killed_one_leaves_no_socket_folder_elsewhere(folder: Path, hold: Hold) -> None:
    long = folder / ("long" * 30)
    holder = hold(long, "thread")
    elsewhere = (long / "run").resolve()
    holder.kill()
    with start_embedded(long):
        assert not elsewhere.exists()


@pytest.mark.parametrize("name", ["with space", "with,comma", "mit-ü", "per%cent", "quo'te"])
def test_any_name_of_a_folder_will_do(folder: Path, name: str) -> None:
    with start_embedded(folder / name, settings={"fsync": "off"}) as postgres:
        assert value(postgres.url, "SELECT 1") == 1


def test_a_file_instead_of_a_folder(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(CannotRun, match=f"^{folder} is not a folder: choose another one with --data.$"):
        start_embedded(folder)


def test_a_folder_that_cannot_be_made() -> None:
    with pytest.raises(CannotRun, match=r"^/proc/handcart"):
        start_embedded(Path("/proc/handcart"))


def test_a_folder_without_permission(folder: Path, hold: Hold) -> None:
    folder.mkdir(mode=0o555)
    user = run_as_for(owner=None, folder=Path("/"), program=Path(sys.executable))
    through = RunAs(user.uid, user.gid, 2 if user.is_another_user else None)
    refusal = hold(folder, preexec_fn=become(through)).said["refusal"]
    assert refusal.startswith(f"No permission to write in {folder}: give this user write permission there")
    folder.chmod(0o700)


def test_data_of_another_major_version_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(
        CannotRun, match=r"^The data folder was written by PostgreSQL 9, but the versions found here are:"
    ):
        start_embedded(folder)
    assert [each.name for each in (folder / "postgres").iterdir()] == ["PG_VERSION"]


def test_a_folder_of_something_else_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("what")
    with pytest.raises(CannotRun, match="holds no data that PostgreSQL wrote"):
        start_embedded(folder)


def test_damaged_data_is_one_line_that_names_the_log(folder: Path) -> None:
    start_embedded(folder).stop()
    (folder / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(CannotRun, match=r"^PostgreSQL did not start: .*could not .* Its log is .*postgres\.log\.$"):
        start_embedded(folder)


def test_a_first_start_that_was_interrupted_is_begun_again(folder: Path) -> None:
    (folder / "postgres.new" / "half").mkdir(parents=True)
    start_embedded(folder).stop()
    assert not (folder / "postgres.new").exists()


def test_data_copied_by_root_is_given_to_its_user_again(folder: Path) -> None:
    with start_embedded(folder) as postgres:
        execute(postgres.url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('kept')")
    for path in [folder / "postgres", *(folder / "postgres").rglob("*")]:
        os.chown(path, os.geteuid(), os.getegid(), follow_symlinks=False)
    with start_embedded(folder) as postgres:
        assert value(postgres.url, "SELECT word FROM kept") == "kept"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "No space is left for /x: free some disk space, then start again."),
        (errno.EDQUOT, "No space is left for /x: free some disk space, then start again."),
        (errno.EROFS, "/x is on a read-only file system: choose another folder with --data."),
        (errno.EIO, "/x cannot be used (Input/output error): choose another folder with --data."),
    ],
)
def test_what_the_system_refuses_becomes_advice(number: int, message: str) -> None:
    assert str(refusal_of(OSError(number, os.strerror(number)), Path("/x"))) == message


def test_refused_statements_do_not_grow_the_log(folder: Path) -> None:
    with start_embedded(folder) as postgres:
        with pytest.raises(asyncpg.DivisionByZeroError):
            execute(postgres.url, "SELECT 1/0 AS secret")
        assert "secret" not in DataFolder(folder).log.read_text()
        assert "zero" not in DataFolder(folder).log.read_text()


def test_the_log_of_the_start_before_is_kept_and_no_more(folder: Path) -> None:
    for _ in range(3):
        start_embedded(folder).stop()
    assert sorted(path.name for path in folder.glob("*.log*")) == ["postgres.log", "postgres.log.1"]
    assert DataFolder(folder).log.read_text().count("starting PostgreSQL") == 1
