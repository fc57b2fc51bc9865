"""The worker's side of the queue: PgQueuer on a connection of its own, which also listens for new jobs.

Every statement is its own transaction, so nothing stays open while there is nothing to do.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel

from handcart.store.database import STATEMENT_TIMEOUT_MS

PREFIX = "handcart_"
"""What the queue's tables begin with, so that another PgQueuer may live in the same database."""

CONNECT_SECONDS_MAX, CLOSE_SECONDS_MAX = 5.0, 1.0
ANSWER_SECONDS_MAX = 60.0
"""A database that is gone without a word is given up after so long; one that is slow ends its statements earlier."""

# Each name is given: PgQueuer takes those that are not from variables such as CHANNEL and QUEUE_TABLE.
SETTINGS = DBSettings(
    prefix=PREFIX,
    db_schema=None,
    channel=Channel(f"{PREFIX}ch_pgqueuer"),
    function=f"{PREFIX}fn_pgqueuer_changed",
    statistics_table=f"{PREFIX}pgqueuer_statistics",
    queue_status_type=f"{PREFIX}pgqueuer_status",
    queue_table=f"{PREFIX}pgqueuer",
    queue_table_log=f"{PREFIX}pgqueuer_log",
    trigger=f"{PREFIX}tg_pgqueuer_changed",
    schedules_table=f"{PREFIX}pgqueuer_schedules",
    durability=Durability.durable,
)


class QueueUnavailable(Exception):
    """The database of the queue does not answer, or has no queue yet."""


class OpenQueue:
    """A connection to the queue, for as long as it lasts."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self.lost = asyncio.Event()
        """Set as soon as the connection is gone, which PgQueuer itself would notice at its next statement."""

        self.queries = Queries(
            AsyncpgDriver(connection),
            qbe=QueryBuilderEnvironment(SETTINGS),
            qbq=QueryQueueBuilder(SETTINGS),
            qbs=QuerySchedulerBuilder(SETTINGS),
        )
        self.pgqueuer = PgQueuer(self.queries.driver, channel=SETTINGS.channel, queries=self.queries)
        connection.add_termination_listener(lambda _: self.lost.set())


@asynccontextmanager
async def open_queue(url: str) -> AsyncIterator[OpenQueue]:
    """The queue in that database. Raises QueueUnavailable, also for whatever fails because the connection is lost."""
    try:
        connection = await asyncpg.connect(
            url,
            timeout=CONNECT_SECONDS_MAX,
            command_timeout=ANSWER_SECONDS_MAX,
            server_settings={
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "application_name": "handcart queue",
            },
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise QueueUnavailable(str(error) or type(error).__name__) from error
    try:
        queue = OpenQueue(connection)
        if not await queue.queries.has_table(SETTINGS.schedules_table):
            raise QueueUnavailable("the schema is not there yet, or older than this Handcart")
        yield queue
        await connection.close(timeout=CLOSE_SECONDS_MAX)
    except Exception as error:
        if connection.is_closed() or isinstance(error, TimeoutError):
            raise QueueUnavailable(str(error) or type(error).__name__) from error
        raise
    finally:
        connection.terminate()
