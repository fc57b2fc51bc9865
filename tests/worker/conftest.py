"""A database with the schema and nothing in it, for each test: a purge and a worker look at all projects."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest

from handcart import wiring
from handcart.store.stores import Stores
from handcart.worker import working
from handcart.worker.job import Job
from tests.fresh_database import fresh_database

PATIENCE_SECONDS = 20.0


@pytest.fixture
async def url(database_url: str) -> AsyncIterator[str]:
    """A database of this test's own, with the schema."""
    async with fresh_database(database_url) as made:
        await wiring.migrate(made)
        yield made


@pytest.fixture
async def own_stores(url: str) -> AsyncIterator[Stores]:
    """Stores on that database."""
    async with wiring.opened(url) as stores:
        yield stores


@pytest.fixture
async def look(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to look at that database with."""
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


Working = Callable[..., contextlib.AbstractAsyncContextManager[asyncio.Event]]


@pytest.fixture
def at_work(url: str, own_stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Working:
    """``async with at_work(jobs):`` runs a worker on that database; its event asks it to stop."""
    monkeypatch.setattr(working, "LOOK_SECONDS", 0.2)

    @contextlib.asynccontextmanager
    async def working_on(jobs: Sequence[Job[Any]], **options: Any) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        task = asyncio.create_task(
            working.work_until(stop, database_url=url, stores=own_stores, jobs=jobs, **options), name="worker"
        )
        try:
            yield stop
        finally:
            stop.set()
            await asyncio.wait_for(task, PATIENCE_SECONDS)

    return working_on


async def eventually(is_so: Callable[[], Awaitable[Any]]) -> Any:
    """What `is_so` answers as soon as it is true; it is asked again and again, for a while."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await is_so()):  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)
        return found
