"""One PostgreSQL and one server for all tests, and a project of its own for each: fixture F, copied in milliseconds.

``project.admin``, ``.backend``, ``.storefront``, ``.guest()``, ``.customer("alice")``, ``.staff("agent7")`` are callers
with a token; ``project.nobody`` has none. See ``tests/client.py`` for what they can do, ``ok`` and ``refused``.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from handcart import wiring
from handcart.config import Config
from handcart.processes.embedded_postgres import start_embedded
from handcart.store.stores import Stores
from tests import reference_project
from tests.database import Sql, Template
from tests.project import CLIENTS, Project
from tests.server import RunningServer, running_server

__all__ = ["CLIENTS", "Project", "RunningServer", "running_server"]

UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """An embedded PostgreSQL with the schema."""
    with (
        tempfile.TemporaryDirectory(prefix="hc") as made,
        start_embedded(Path(made) / "d", settings=UNSAFE_AND_FAST) as postgres,
    ):
        asyncio.run(wiring.migrate(postgres.url))
        yield postgres.url


@pytest.fixture(scope="session")
def server(database_url: str) -> Iterator[RunningServer]:
    """The server that all tests share."""
    with running_server("--database-url", database_url, "--log-level", "warning") as running:
        yield running


@pytest.fixture(scope="session")
def http(server: RunningServer) -> Iterator[httpx.Client]:
    """Connections to the server that all tests share."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    with httpx.Client(base_url=server.url, timeout=30, limits=limits) as client:
        yield client


@pytest.fixture(scope="session")
def sql(database_url: str) -> Iterator[Sql]:
    """The server's database, for tests that look at a row."""
    opened = Sql(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def template(sql: Sql) -> Template:
    """Fixture F, loaded once."""
    return Template(sql, reference_project.load(sql), CLIENTS)


@pytest.fixture
def project(template: Template, http: httpx.Client, sql: Sql) -> Project:
    """A new project with the contents of fixture F."""
    return Project(template.copy(), http, sql)


@pytest.fixture
def other_project(template: Template, http: httpx.Client, sql: Sql) -> Project:
    """Another new project."""
    return Project(template.copy(), http, sql)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the server's database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def application(database_url: str) -> AsyncIterator[wiring.Application]:
    """The application in the tests' own process; ``stores`` are its stores."""
    application = wiring.build_app(Config(data_folder=Path("unused"), connections=4), database_url)
    await application._stores.database.open()
    yield application
    await application._stores.database.close()


@pytest.fixture(scope="session")
def stores(application: wiring.Application) -> Stores:
    """Stores on the server's database, with ``database.statements_sent`` to count by."""
    return application._stores


@pytest.fixture
async def in_process(application: wiring.Application) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application in the tests' own process."""
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client
