"""A small fixed set of connections with prepared statements, handed out last in, first out, one query at a time each.

A connection that failed or was cancelled in the middle of a query is closed and never used again. There is no reset
between uses: nothing here changes a connection's session.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg

from handcart.store.refusals import refusal_of
from handcart.store.statements import statement
from handcart.store.unavailable import DatabaseUnavailable, is_lost, unavailable_from

Row: TypeAlias = asyncpg.Record
if TYPE_CHECKING:
    # Generic only in its types: at run time the class takes no parameter.
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection

STATEMENT_TIMEOUT_MS = 30_000
STATEMENTS_CACHED_MAX = 1_000
CONNECT_SECONDS_MAX = 5.0
"""A machine that is gone does not even refuse; who waits for it should hear soon that nobody answers."""


async def connect(url: str, *, server_settings: Mapping[str, str] | None = None) -> Connection:
    """A connection to the database at that URL. Raises DatabaseUnavailable."""
    try:
        return await asyncpg.connect(
            url,
            timeout=CONNECT_SECONDS_MAX,
            statement_cache_size=STATEMENTS_CACHED_MAX,
            max_cached_statement_lifetime=0,
            server_settings={"application_name": "handcart", **(server_settings or {})},
        )
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unavailable_from(error) from error


class Database:
    """The connections of one process to one PostgreSQL."""

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self._url = url
        self._spare = connections
        self._idle: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._is_closed = False
        self.statements_sent = 0
        """Counts statements, those of transactions too, so that tests can hold a route to its budget."""

    async def open(self) -> None:
        """Make the first connection, so that a wrong URL is found at once."""
        self._give_back(await self._take())

    async def close(self) -> None:
        """Close what is idle; what is in use is closed when it is given back."""
        self._is_closed = True
        while self._idle:
            await self._idle.pop().close()

    async def is_up(self) -> bool:
        """Whether a statement comes back."""
        try:
            return await self.row(statement("ping")) is not None
        except (DatabaseUnavailable, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    async def _take(self) -> Connection:
        while True:
            if self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._spare += 1
                continue
            if self._spare > 0:
                self._spare -= 1
                try:
                    return await connect(self._url, server_settings={"statement_timeout": str(STATEMENT_TIMEOUT_MS)})
                except BaseException:
                    self._spare += 1
                    self._wake(None)
                    raise
            waiter: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                handed = await waiter
            except asyncio.CancelledError:
                if waiter.done() and not waiter.cancelled() and (kept := waiter.result()) is not None:
                    self._give_back(kept)
                raise
            if handed is not None and not handed.is_closed():
                return handed

    def _wake(self, connection: Connection | None) -> bool:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        return False

    def _give_back(self, connection: Connection) -> None:
        if self._is_closed:
            connection.terminate()
        elif not self._wake(connection):
            self._idle.append(connection)

    def _discard(self, connection: Connection) -> None:
        connection.terminate()
        self._spare += 1
        self._wake(None)

    def _fail(self, connection: Connection, error: Exception) -> Exception:
        """Put the connection away after a failure; answers what to raise for it."""
        if is_lost(error, connection_is_closed=connection.is_closed()):
            self._discard(connection)
            return unavailable_from(error)
        if connection.is_closed() or connection.is_in_transaction() or isinstance(error, asyncpg.InterfaceError):
            self._discard(connection)
        else:
            self._give_back(connection)
        return (refusal_of(error) if isinstance(error, asyncpg.PostgresError) else None) or error

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for some statements, each its own transaction. Raises DatabaseUnavailable where it is lost."""
        connection = await self._take()
        try:
            yield connection
        except Exception as error:
            raised = self._fail(connection, error)
            if raised is error:
                raise
            raise raised from error
        except BaseException:
            self._discard(connection)
            raise
        else:
            self._give_back(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Transaction"]:
        """One visible transaction: committed at the end, rolled back by whatever is raised."""
        async with self.connection() as connection, connection.transaction():
            yield Transaction(connection, self)

    async def row(self, query: str, *values: Any) -> Row | None:
        """The first row of one statement, or None."""
        # Without the context manager of ``connection``: this is what the hot path of a cart waits for.
        connection = await self._take()
        self.statements_sent += 1
        try:
            found = await connection.fetchrow(query, *values)
        except Exception as error:
            raised = self._fail(connection, error)
            if raised is error:
                raise
            raise raised from error
        except BaseException:
            self._discard(connection)
            raise
        self._give_back(connection)
        return found

    async def rows(self, query: str, *values: Any) -> Sequence[Row]:
        """All rows of one statement."""
        self.statements_sent += 1
        async with self.connection() as connection:
            return await connection.fetch(query, *values)

    async def rows_of_each(self, query: str, values: Sequence[Sequence[Any]]) -> Sequence[Row]:
        """All rows of one statement for each of these sets of values, in one round trip and one transaction.

        Each sees what those before it have done; where one fails none was done.
        """
        if len(values) == 1:
            return await self.rows(query, *values[0])
        self.statements_sent += len(values)
        async with self.connection() as connection:
            return await connection.fetchmany(query, values)

    async def execute(self, query: str, *values: Any) -> str:
        """Run one statement; answers its command tag, such as ``UPDATE 1``."""
        self.statements_sent += 1
        async with self.connection() as connection:
            return await connection.execute(query, *values)


class Transaction:
    """An open transaction; only ``Database.transaction`` makes one."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._database = database

    async def row(self, query: str, *values: Any) -> Row | None:
        """The first row of one statement, or None."""
        self._database.statements_sent += 1
        return await self._connection.fetchrow(query, *values)

    async def rows(self, query: str, *values: Any) -> Sequence[Row]:
        """All rows of one statement."""
        self._database.statements_sent += 1
        return await self._connection.fetch(query, *values)

    async def rows_of_each(self, query: str, values: Sequence[Sequence[Any]]) -> Sequence[Row]:
        """All rows of one statement for each of these sets of values, in one round trip."""
        if len(values) == 1:
            return await self.rows(query, *values[0])
        self._database.statements_sent += len(values)
        return await self._connection.fetchmany(query, values)

    async def execute(self, query: str, *values: Any) -> str:
        """Run one statement; answers its command tag."""
        self._database.statements_sent += 1
        return await self._connection.execute(query, *values)


Querying: TypeAlias = Database | Transaction
"""Where a single statement may be sent: on its own, or within a transaction."""
