"""An answer without an end: messages as server-sent events, until the client goes or there is nothing more to tell."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from handcart.api.call import Call
from handcart.domain.live import LiveMessage

SEND_SECONDS_MAX = 5.0
"""A client that takes nothing for so long is dropped."""

HEADERS = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    # nginx and those who follow it would keep the events until they have some kilobytes of them.
    (b"x-accel-buffering", b"no"),
)

_log = structlog.get_logger("handcart.api.stream")


def encoded(message: LiveMessage) -> bytes:
    """The message as lines; its JSON has no line breaks. One without a name and a hint is a comment."""
    lines: list[bytes] = []
    if message.retry_ms is not None:
        lines.append(b"retry: %d" % message.retry_ms)
    if message.id is not None:
        lines.append(b"id: " + message.id.encode())
    if message.name:
        lines += [b"event: " + message.name.encode(), b"data: " + message.data]
    return b"\n".join(lines or [b":"]) + b"\n\n"


class EventStream(Response):
    """Sends messages as they come."""

    def __init__(self, messages: AsyncGenerator[LiveMessage, None]) -> None:
        self.status_code = 200
        self.background = None
        self.body = b""
        self.raw_headers = list(HEADERS)
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Until either side ends; then nothing of it is left running."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        telling = asyncio.create_task(self._tell(send))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, leaving):
                task.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _tell(self, send: Send) -> None:
        try:
            async with contextlib.aclosing(self._messages) as messages:
                async for message in messages:
                    await _send(send, encoded(message), more_body=True)
        except TimeoutError:
            _log.info("a client that took nothing was dropped", seconds=SEND_SECONDS_MAX)
            return
        except ConnectionError as error:
            _log.error("the database does not answer", reason=str(error))
        except Exception:
            _log.exception("a stream failed")
        with contextlib.suppress(TimeoutError):
            await _send(send, b"", more_body=False)


def streamed(call: Call, messages: AsyncGenerator[LiveMessage, None]) -> Response:
    """The stream as an answer; HEAD listens to nothing and so leaves nothing behind."""
    if call.request.method == "HEAD":
        return Response(headers={name.decode(): value.decode() for name, value in HEADERS})
    return EventStream(messages)


async def _send(send: Send, body: bytes, *, more_body: bool) -> None:
    async with asyncio.timeout(SEND_SECONDS_MAX):
        await send({"type": "http.response.body", "body": body, "more_body": more_body})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
