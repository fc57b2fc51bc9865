"""`schema.sql` is the truth and the migrations prove it; and none of them waits long in front of everybody else."""

import asyncio
import difflib
import re
import subprocess
from pathlib import Path

import asyncpg
import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

from handcart.processes.cluster import environment
from handcart.processes.postgres_binaries import find_binaries
from handcart.store import migration
from handcart.store.migration import SchemaTooNew, migrate, migrations
from handcart.store.open_queue import SETTINGS, open_queue

SCHEMA = Path(migration.__file__).with_name("schema.sql")
ARGUMENTS = ["--schema-only", "--no-owner", "--no-privileges", "--no-comments"]


async def apply(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for each in statements:
            await connection.execute(each)
    finally:
        await connection.close()


async def dump(url: str) -> str:
    """What PostgreSQL's own program would make the schema of a database anew with."""
    program = find_binaries(None).folder / "pg_dump"
    if not program.exists():
        pytest.skip("there is no pg_dump beside this PostgreSQL")
    done = await asyncio.to_thread(
        subprocess.run,
        [program, *ARGUMENTS, f"--dbname={url}"],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    return done.stdout


async def rows_of(url: str) -> list[str]:
    """The dump, without what differs from one to the next."""
    return [row for row in (await dump(url)).splitlines() if row and not row.startswith(("--", "\\"))]


async def definitions_of(url: str, word: str) -> dict[str, str]:
    """The definitions in the dump whose name contains the word, by name and type."""
    named = re.findall(r"^-- Name: (.*?); Type: (.*?);.*\n--\n((?:(?!--$).*\n)*)", await dump(url), flags=re.MULTILINE)
    return {f"{kind} {name}": definition.strip() for name, kind, definition in named if word in name}


async def test_the_migrations_lead_to_the_schema_and_to_nothing_else(empty: str, another: str) -> None:
    await apply(empty, SCHEMA.read_text())
    await migrate(another)
    by_schema, by_migrations = await rows_of(empty), await rows_of(another)
    assert any("CREATE TABLE public.carts" in row for row in by_schema)
    assert list(difflib.unified_diff(by_schema, by_migrations, "schema.sql", "migrations", lineterm="")) == []


async def test_the_comparison_sees_a_difference(empty: str, another: str) -> None:
    for url in (empty, another):
        await apply(url, SCHEMA.read_text())
    await apply(another, "DROP INDEX carts_of_owner")
    assert set(await rows_of(empty)) - set(await rows_of(another)) == {
        "CREATE INDEX carts_of_owner ON public.carts USING btree (project, owner) WHERE (state <> 'Active'::text);"
    }


@pytest.mark.parametrize("file", migrations(), ids=lambda file: file.stem)
def test_a_migration_sets_a_lock_timeout_before_anything_else(file: Path) -> None:
    code = re.sub(r"--.*", "", file.read_text()).strip()
    assert re.match(r"SET (LOCAL )?lock_timeout = '\d+m?s';", code)


def test_migrations_are_numbered_without_a_gap_and_named_for_what_they_do() -> None:
    assert [int(file.stem.partition("_")[0]) for file in migrations()] == list(range(1, len(migrations()) + 1))
    assert [file.name for file in migrations() if not re.fullmatch(r"\d{4}_[a-z_]+\.sql", file.name)] == []


async def test_a_second_migration_has_nothing_to_do(empty: str) -> None:
    assert await migrate(empty) == [file.stem for file in migrations()]
    assert await migrate(empty) == []


async def test_several_processes_may_migrate_at_once_and_each_migration_is_applied_once(empty: str) -> None:
    applied = await asyncio.gather(*(migrate(empty) for _ in range(8)))
    assert [each for each in applied if each] == [[file.stem for file in migrations()]]


async def test_a_database_of_a_newer_handcart_is_refused_and_left_alone(empty: str) -> None:
    await migrate(empty)
    before = await rows_of(empty)
    await apply(empty, "INSERT INTO schema_migrations (name) VALUES ('9999_to_come')")
    with pytest.raises(SchemaTooNew, match="9999_to_come"):
        await migrate(empty)
    assert await rows_of(empty) == before


async def test_the_queue_is_what_the_installed_pgqueuer_would_install(empty: str, another: str) -> None:
    await migrate(empty)
    await apply(another, QueryBuilderEnvironment(SETTINGS).build_install_query())
    installed = await definitions_of(another, "")
    assert len(installed) > 20
    assert await definitions_of(empty, "pgqueuer") == installed


async def test_pgqueuer_itself_finds_nothing_to_upgrade(empty: str) -> None:
    await migrate(empty)
    async with open_queue(empty) as queue:
        assert isinstance(queue.queries.driver, AsyncpgDriver)
        planned = await queue.queries.plan_upgrade()
    assert (planned.statements, planned.notes) == ((), ())
