"""The few requests that prepare a run: one at a time, and spelled as the load sends them."""

import asyncio
import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Client:
    """A caller with a token."""

    port: int
    token: str

    def spelled(self, method: str, path: str, body: str = "") -> str:
        """A whole request. ``%(i)012d`` counts as the twelve digits that it becomes; nothing else may hold a ``%``."""
        return spelled(method, path, body, authorization=f"Bearer {self.token}")

    async def post(self, path: str, body: Any) -> Any:
        """The JSON that a write is answered with. Raises RuntimeError for a refusal."""
        return json.loads(await ask(self.port, self.spelled("POST", path, json.dumps(body)).encode()))


def spelled(method: str, path: str, body: str, *, authorization: str, kind: str = "application/json") -> str:
    """A whole request as text."""
    length = len((body % {"i": 0}).encode()) if "%(i)" in body else len(body.encode())
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
    )


async def signed_in(port: int, project: str, *, client: str, secret: str) -> Client:
    """A client with a token of its own credentials."""
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    body = urlencode({"grant_type": "client_credentials", "scope": f"manage_project:{project}"})
    request = spelled(
        "POST", "/oauth/token", body, authorization=f"Basic {basic}", kind="application/x-www-form-urlencoded"
    )
    answer = json.loads(await ask(port, request.encode()))
    return Client(port, answer["access_token"])


async def ask(port: int, request: bytes) -> bytes:
    """The body of the answer. Raises RuntimeError for one that is no success."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        at = head.index(b"content-length: ") + len(b"content-length: ")
        body = await reader.readexactly(int(head[at : head.index(b"\r", at)]))
    finally:
        writer.close()
    if head[9:10] != b"2":
        raise RuntimeError(f"{request[:200].decode()} was answered {head[9:12].decode()}: {body.decode()[:1000]}")
    return body
