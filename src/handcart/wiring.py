"""Puts everything together: the one place that may import all of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

from handcart import clock
from handcart.api.app import HandcartApi
from handcart.api.cross_origin import CrossOrigin
from handcart.api.routes import route_table
from handcart.config import Config
from handcart.store import migration
from handcart.store.cart_reads import CartReads
from handcart.store.cart_writes import CartWrites
from handcart.store.catalogues import Catalogues
from handcart.store.changes import Changes
from handcart.store.database import Database
from handcart.store.live import LiveFeed
from handcart.store.passwords import Passwords
from handcart.store.stores import Clock, Stores
from handcart.store.tokens import Tokens

if TYPE_CHECKING:
    from handcart.outside.identity.openid import OpenIdProviders

CLOCK = Clock(
    utc_now=clock.utc_now,
    new_uuid=clock.new_uuid,
    new_secret=clock.new_secret,
    new_salt=clock.new_salt,
    monotonic=clock.monotonic,
)

WORKER_CONNECTIONS = 4
"""For what the jobs do; the queue itself has one more."""


def stores_on(url: str, *, connections: int = 4, password_threads: int = 2, listeners: int = 0) -> Stores:
    """The stores of a process that works on a database; nothing is connected yet."""
    database = Database(url, connections=connections)
    changes = Changes(database, clock.monotonic)
    return Stores(
        database=database,
        changes=changes,
        catalogues=Catalogues(database, changes),
        tokens=Tokens(database, changes),
        clock=CLOCK,
        cart_reads=CartReads(database),
        cart_writes=CartWrites(database),
        live=LiveFeed(database, clock.monotonic, listeners_max=listeners),
        passwords=Passwords(threads=password_threads),
    )


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Stores]:
    """Stores for one piece of work. Raises DatabaseUnavailable, and SchemaRefusal for a schema of another version."""
    stores = stores_on(url)
    await stores.database.open()
    try:
        await migration.check_schema(stores.database)
        yield stores
    finally:
        await stores.database.close()


class Application:
    """The ASGI application of one server process: opens the database at start-up, then answers."""

    def __init__(self, stores: Stores, app: ASGIApp, identity: "OpenIdProviders") -> None:
        self._stores = stores
        self._identity = identity
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """HTTP goes to the API, through CORS; the lifespan opens and closes the database."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    def end_streams(self) -> None:
        """Have live streams end, so that a server that stops need not wait for those who listen."""
        self._stores.live.end_all()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._stores.database.open()
            await self._stores.changes.poll()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        polling = asyncio.create_task(self._stores.changes.run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._stores.live.close()
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
        await self._identity.close()
        await self._stores.database.close()
        await send({"type": "lifespan.shutdown.complete"})


def build_app(config: Config, database_url: str) -> Application:
    """The application of one server process."""
    stores = stores_on(
        database_url,
        connections=config.connections,
        password_threads=config.password_threads,
        listeners=config.listeners,
    )
    from handcart.outside.identity.openid import OpenIdProviders  # signatures are only for servers

    identity = OpenIdProviders()
    api = CrossOrigin(HandcartApi(stores, route_table(), identity))
    return Application(stores, api, identity)


async def migrate(url: str) -> list[str]:
    """Bring the schema up to date; answers the migrations that were applied."""
    return await migration.migrate(url)


async def load_project_file(url: str, path: Path, report: Callable[[str, int, int], None]) -> dict[str, int]:
    """Load a project file; answers what changed, by section."""
    from handcart.actions.admin.load_project_file import load_project_file as load

    text = await asyncio.to_thread(path.read_bytes)
    async with opened(url) as stores:
        return await load(stores, text, report)


async def create_project(url: str, key: str, name: str) -> None:
    """Create an empty project."""
    from handcart.actions.admin.create_project import create_project as create

    async with opened(url) as stores:
        await create(stores, key=key, name=name)


async def list_projects(url: str) -> list[dict[str, Any]]:
    """The projects, by key."""
    from handcart.actions.admin.list_projects import list_projects as listed

    async with opened(url) as stores:
        return await listed(stores)


async def drop_project(url: str, key: str) -> None:
    """Delete a project and everything in it."""
    from handcart.actions.admin.drop_project import drop_project as drop

    async with opened(url) as stores:
        await drop(stores, key)


async def check(url: str, project: str | None) -> list[dict[str, Any]]:
    """What breaks an invariant."""
    from handcart.actions.admin.check_invariants import check_invariants

    async with opened(url) as stores:
        return await check_invariants(stores, project)


def describe(config: Config, address: str) -> list[str]:
    """What to tell with the ready line: what there is to try, as the loaded files say, and where the data lies."""
    from handcart.domain.project_file import welcome_in

    said: list[str] = []
    for file in config.load_files:
        with contextlib.suppress(OSError):
            said += [line.replace("{url}", address) for line in welcome_in(file.read_bytes())]
    if config.database_url is None:
        said.append(f"The data lies in {config.data_folder}. Ctrl-C ends Handcart and keeps it.")
    return said


async def run_worker(database_url: str, stop: asyncio.Event) -> None:
    """Work on what is due until asked to stop; what is under way then is finished soon or queued again."""
    from handcart.outside.webhook.sender import HttpWebhookSender
    from handcart.worker.job import Job
    from handcart.worker.purging import PURGE_EXPIRED
    from handcart.worker.webhooks import deliver_webhook, queue_webhooks_until
    from handcart.worker.working import work_until

    stores = stores_on(database_url, connections=WORKER_CONNECTIONS)
    sender = HttpWebhookSender()
    jobs: list[Job[Any]] = [PURGE_EXPIRED, deliver_webhook(sender)]
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(queue_webhooks_until(stop, stores))
            tasks.create_task(work_until(stop, database_url=database_url, stores=stores, jobs=jobs))
    finally:
        await sender.close()
        await stores.database.close()
