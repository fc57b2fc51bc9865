"""Why the database is not there for us: it does not answer, it does not let us in, or nobody can tell where it is."""

import os

import asyncpg


class DatabaseUnavailable(ConnectionError):
    """The database does not answer, or not now."""


class DatabaseRefuses(DatabaseUnavailable):
    """PostgreSQL answers and does not let us in: user, password, name or rights are not right."""


class DatabaseUrlUnreadable(DatabaseUnavailable):
    """The URL of the database cannot be understood."""


class DatabaseDiskFull(DatabaseUnavailable):
    """PostgreSQL has no room for what is written."""


_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # it shuts down, it has crashed, it is starting
    asyncpg.InsufficientResourcesError,  # too many connections, a full disk, no memory
    asyncpg.ReadOnlySQLTransactionError,  # after a failover the connection is to what is a replica now
)


def is_lost(error: Exception, *, connection_is_closed: bool) -> bool:
    """Whether a failure means that this connection is of no use any more."""
    if isinstance(error, asyncpg.QueryCanceledError):  # of its kind, but only one statement took too long
        return connection_is_closed
    if isinstance(error, _LOST):
        return True
    return connection_is_closed and isinstance(error, OSError | asyncpg.PostgresError | asyncpg.InterfaceError)


def unavailable_from(error: Exception) -> DatabaseUnavailable:
    """What to tell of a failure to connect, or of a connection that was lost."""
    match error:
        case TimeoutError():
            return DatabaseUnavailable(str(error) or "no answer in time")
        case OSError():
            # The same words from every event loop; a resolver's numbers are negative, and it has words of its own.
            number = error.errno or 0
            said = os.strerror(number) if number > 0 else error.strerror
            return DatabaseUnavailable(said or str(error) or type(error).__name__)
        case ValueError():
            return DatabaseUrlUnreadable(str(error))
        case asyncpg.DiskFullError():
            return DatabaseDiskFull(_first_line(error))
        case asyncpg.PostgresError() if not isinstance(error, _LOST):
            return DatabaseRefuses(_first_line(error))
        case _:
            return DatabaseUnavailable(_first_line(error) or type(error).__name__)


def _first_line(error: Exception) -> str:
    """What happened, without the hints that PostgreSQL gives to whoever writes SQL."""
    return str(error).partition("\n")[0]
