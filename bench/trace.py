"""Which statements a request comes to: recorded from the very code that serves, with the values that were sent.

The recording runs the application in this process and listens at the driver, so that nothing has to be kept in step by
hand: when an action sends another statement, the count and the bound follow.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
from starlette.types import Message, Scope

from bench.slots import Slot, slotted
from handcart import wiring
from handcart.api.app import HandcartApi
from handcart.api.routes import route_table
from handcart.outside.identity.openid import OpenIdProviders
from handcart.store.statements import FOLDER
from handcart.store.stores import Stores


@dataclass(frozen=True)
class Sent:
    """One statement as it was sent; a value that names the item is a Slot."""

    text: str
    values: tuple[Any, ...]
    types: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its file, or the statement itself (BEGIN, COMMIT)."""
        return _names().get(self.text) or self.text.rstrip(";")


@dataclass(frozen=True)
class Trace:
    """The statements of one request, in order."""

    sent: tuple[Sent, ...]

    @property
    def names(self) -> list[str]:
        """What the statements are called."""
        return [each.name for each in self.sent]


def _names() -> dict[str, str]:
    return {file.read_text(encoding="utf-8"): file.stem for file in FOLDER.glob("*.sql")}


class Recorder:
    """The application in this process, and an ear at its connections."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._api = HandcartApi(stores, route_table(), OpenIdProviders())
        self._sent: list[Sent] = []

    def hear(self, query: asyncpg.connection.LoggedQuery) -> None:
        """What the driver calls after each statement."""
        self._sent.append(Sent(query.query, tuple(query.args or ())))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body that a whole HTTP request is answered with."""
        status, body = 0, b""

        async def send(message: Message) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        scope, content = scope_of(request)

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        await self._api(scope, receive, send)
        return status, body

    async def record(self, request: bytes) -> tuple[Trace, bytes]:
        """The statements of a request and its answer. Raises RuntimeError for an answer that is no success."""
        await self._stores.changes.poll()  # else it might fall into the request
        await self._heard_all()
        self._sent.clear()
        status, body = await self.ask(request)
        await self._heard_all()
        if not 200 <= status < 300:
            raise RuntimeError(f"{request.decode()} was answered {status}: {body.decode()[:1000]}")
        return Trace(tuple(self._sent)), body

    async def _heard_all(self) -> None:
        """The driver reports a statement a turn of the loop later."""
        for _ in range(3):
            await asyncio.sleep(0)


def scope_of(request: bytes) -> tuple[Scope, bytes]:
    """An HTTP request taken apart as an ASGI server does."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.split(b" ")
    path, _, query = target.partition(b"?")
    headers = [(name.lower(), value) for name, _, value in (line.partition(b": ") for line in lines)]
    return {
        "type": "http",
        "method": method.decode(),
        "path": path.decode(),
        "raw_path": path,
        "query_string": query,
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }, body


@contextlib.asynccontextmanager
async def recorder(url: str, *, is_heard: bool = True) -> AsyncIterator[Recorder]:
    """A recorder on a database; unless it ``is_heard`` it answers and records nothing."""
    stores = wiring.stores_on(url, connections=2)
    heard = Recorder(stores)
    with heard_by(heard) if is_heard else contextlib.nullcontext():
        await stores.database.open()
        await stores.changes.poll()
        try:
            yield heard
        finally:
            await stores.database.close()


@contextlib.contextmanager
def heard_by(heard: Recorder) -> Iterator[None]:
    """While it lasts, every new connection of this process reports to the recorder."""
    connect = asyncpg.connect

    async def connect_and_report(*arguments: Any, **options: Any) -> Any:
        connection = await connect(*arguments, **options)
        connection.add_query_logger(heard.hear)
        return connection

    asyncpg.connect = connect_and_report
    try:
        yield
    finally:
        asyncpg.connect = connect


def with_slots(trace: Trace, known: Mapping[str, Slot], new_ids: Iterator[Slot]) -> Trace:
    """The trace for any item: what is ``known`` to name the recorded one becomes a slot, and so does every other UUID,
    since all that is left are ids that the request made.
    """
    made: dict[str, Slot] = {}

    def spread(value: Any) -> Any:
        found = slotted(value, {**known, **made})
        if isinstance(found, list):
            return [spread(each) if not isinstance(each, Slot) else each for each in found]
        if type(found).__name__ == "UUID":
            made[str(found)] = next(new_ids)
            return made[str(found)]
        return found

    return Trace(
        tuple(Sent(each.text, tuple(spread(value) for value in each.values), each.types) for each in trace.sent)
    )


async def with_types(trace: Trace, connection: "asyncpg.Connection[Any]") -> Trace:
    """The trace with PostgreSQL's types of its parameters."""
    sent = []
    for each in trace.sent:
        parameters = (await connection.prepare(each.text)).get_parameters() if each.values else ()
        sent.append(Sent(each.text, each.values, tuple(parameter.name for parameter in parameters)))
    return Trace(tuple(sent))
