"""Migrations: numbered SQL files, applied in order, each in its own transaction, by one process at a time."""

from pathlib import Path

import asyncpg

from handcart.store.database import DatabaseUnavailable

FOLDER = Path(__file__).parent / "migrations"

_LOCK = 0x68616E6463617274
"""The advisory lock that a migrating process holds: "handcart" in ASCII."""


class SchemaTooNew(Exception):
    """The database was migrated by a newer Handcart: use that one, or another database."""


def migrations() -> list[Path]:
    """All migrations, the oldest first."""
    return sorted(FOLDER.glob("[0-9]*.sql"))


async def migrate(url: str) -> list[str]:
    """Apply what is missing; answers the names of what was applied. Raises DatabaseUnavailable, SchemaTooNew."""
    try:
        connection = await asyncpg.connect(url)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnavailable(str(error)) from error
    try:
        # First of all: two CREATE TABLE IF NOT EXISTS at once may both find nothing, and one of them fails.
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute((FOLDER / "prepare.sql").read_text(encoding="utf-8"))
        done = {row["name"] for row in await connection.fetch("SELECT name FROM schema_migrations")}
        known = {each.stem for each in migrations()}
        if newer := sorted(done - known):
            raise SchemaTooNew(
                f"The database has migrations that this Handcart does not know ({', '.join(newer)}): "
                "it was used by a newer version. Use that version, or another database."
            )
        applied: list[str] = []
        for each in migrations():
            if each.stem not in done:
                async with connection.transaction():
                    await connection.execute(each.read_text(encoding="utf-8"))
                    await connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", each.stem)
                applied.append(each.stem)
        return applied
    finally:
        await connection.close()
