"""Migrations: numbered SQL files, applied in order, each in its own transaction, by one process at a time."""

from pathlib import Path

import asyncpg

from handcart.store.database import Connection, Database, connect
from handcart.store.statements import statement
from handcart.store.unavailable import DatabaseRefuses, is_lost, unavailable_from

FOLDER = Path(__file__).parent / "migrations"

_LOCK = 0x68616E6463617274
"""The advisory lock that a migrating process holds: "handcart" in ASCII."""


class SchemaRefusal(Exception):
    """The schema of the database is in the way; the message says what to do."""


class SchemaTooNew(SchemaRefusal):
    """The database was migrated by a newer Handcart: use that one, or another database."""


class SchemaTooOld(SchemaRefusal):
    """The database lacks migrations, or was never migrated."""


class CannotMigrate(SchemaRefusal):
    """A migration was refused by the database, and nothing of it was applied."""


def migrations() -> list[Path]:
    """All migrations, the oldest first."""
    return sorted(FOLDER.glob("[0-9]*.sql"))


async def check_schema(database: Database) -> None:
    """Refuse a database that is not exactly at this version. Raises SchemaTooOld, SchemaTooNew."""
    async with database.connection() as connection:
        try:
            done = await _applied(connection)
        except asyncpg.UndefinedTableError:
            done = set()
        except asyncpg.InsufficientPrivilegeError as error:
            raise DatabaseRefuses(str(error)) from error
    if not done:
        raise SchemaTooOld("Nothing of Handcart is in this database yet: run handcart migrate on it first.")
    if missing := [each.stem for each in migrations() if each.stem not in done]:
        raise SchemaTooOld(
            f"The database is older than this Handcart (it lacks {', '.join(missing)}): "
            "run handcart migrate on it first."
        )


async def migrate(url: str) -> list[str]:
    """Apply what is missing; answers the names of what was applied. Raises DatabaseUnavailable, SchemaRefusal."""
    connection = await connect(url)
    try:
        # First of all: two CREATE TABLE IF NOT EXISTS at once may both find nothing, and one of them fails.
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute((FOLDER / "prepare.sql").read_text(encoding="utf-8"))
        done = await _applied(connection)
        missing = [each for each in migrations() if each.stem not in done]
        for each in missing:
            async with connection.transaction():
                await connection.execute(each.read_text(encoding="utf-8"))
                await connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", each.stem)
        return [each.stem for each in missing]
    except asyncpg.InsufficientPrivilegeError as error:
        raise CannotMigrate(
            f"The user may not make tables in this database ({error}): make it the owner of the database."
        ) from error
    except asyncpg.FeatureNotSupportedError as error:
        raise CannotMigrate(
            f"The PostgreSQL lacks something ({error}): install its contrib package, which has the extension pg_trgm, "
            "and see that the database is encoded in UTF8."
        ) from error
    except asyncpg.LockNotAvailableError as error:
        raise CannotMigrate(
            f"A migration waited too long for a lock ({error}): end what else uses the database, then try again."
        ) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if is_lost(error, connection_is_closed=connection.is_closed()):
            raise unavailable_from(error) from error
        raise
    finally:
        await connection.close()


async def _applied(connection: Connection) -> set[str]:
    """The migrations that the database has been through. Raises SchemaTooNew where one of them is unknown here."""
    done = {row["name"] for row in await connection.fetch(statement("list_migrations"))}
    if newer := sorted(done - {each.stem for each in migrations()}):
        raise SchemaTooNew(
            f"The database has migrations that this Handcart does not know ({', '.join(newer)}): "
            "it was used by a newer version. Use that version, or another database."
        )
    return done
