"""Streams and their server process: how many there may be, who leaves, who does not read, and the end."""

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from handcart.store.compression import compress, decompress
from tests.builders import add, open_cart
from tests.client import Api, refused
from tests.conftest import Project, RunningServer, running_server
from tests.live import listening, stops_with

LISTENERS = 3


@pytest.fixture
def small_server(database_url: str) -> Iterator[RunningServer]:
    with running_server(
        "--database-url", database_url, "--log-level", "warning", "--listeners", str(LISTENERS)
    ) as running:
        yield running


@pytest.fixture
def there(small_server: RunningServer, project: Project) -> Iterator[Api]:
    """A guest who speaks to that server."""
    with httpx.Client(base_url=small_server.url, timeout=30) as client:
        yield Api(client, f"/{project.key}/in-store/key=siteA", project.guest().token)


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_one_stream_too_many_is_refused_until_somebody_leaves(there: Api):
    cart = open_cart(there, "siteA", add("TEE"))
    path = f"/me/carts/{cart['id']}/events"
    with listening(there, path) as first, listening(there, path) as second:
        with listening(there, path) as third:
            for stream in (first, second, third):
                stream.next("cart")
            answer = there.get(path)
            refused(answer, 503, "OverCapacity", "TooManyListeners", listenersMax=LISTENERS)
            assert answer.headers["retry-after"] == "5"
            assert there.get(f"/me/carts/{cart['id']}").status_code == 200
        until(lambda: there.request("HEAD", path).status_code == 200)
        with listening(there, path) as again:
            again.next("cart")


def test_streams_end_at_once_when_the_server_is_asked_to_end(there: Api, small_server: RunningServer):
    cart = open_cart(there, "siteA", add("TEE"))
    with listening(there, f"/me/carts/{cart['id']}/events") as stream:
        stream.next("cart")
        asked_at = time.monotonic()
        small_server.process.send_signal(signal.SIGTERM)
        stops_with(stream, "ServerStops")
        assert small_server.process.wait(15) == 0
        assert time.monotonic() - asked_at < 10


def tell_megabytes(project: Project, cart: dict[str, Any], *, times: int) -> None:
    """Changes with half a megabyte of actions each, written behind the server's back. The cart's version is changed."""
    actions = [{"action": "addLineItem", "sku": "S" * 80}] * 5_000
    stored = project.sql.value(
        "SELECT body FROM events WHERE project = $1 AND aggregate_id = $2 AND version_to = $3",
        project.key, cart["id"], cart["version"],
    )  # fmt: skip
    body = {**json.loads(decompress(stored)), "actions": actions}
    rows = [
        compress(json.dumps({**body, "versionFrom": version - 1, "versionTo": version}).encode())
        for version in range(cart["version"] + 1, cart["version"] + times + 1)
    ]
    project.sql.value(
        "WITH told AS (INSERT INTO events (project, aggregate_id, version_to, version_from, at, body, personal_hash, "
        "head) SELECT $1, $2, $3 + n, $3 + n - 1, now(), body, '', '' FROM unnest($4::bytea[]) WITH ORDINALITY AS "
        "written (body, n)) UPDATE carts SET version = version + $5 WHERE project = $1 AND id = $2 RETURNING 1",
        project.key, cart["id"], cart["version"], rows, times,
    )  # fmt: skip
    cart["version"] += times


def test_who_does_not_read_is_dropped_and_takes_nobody_with_it(there: Api, project: Project):
    cart = open_cart(there, "siteA", add("TEE"))
    path = f"/me/carts/{cart['id']}/events"
    url = there.http.base_url
    with socket.socket() as deaf, listening(there, path) as stream, listening(there, path) as another:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((url.host, url.port))
        deaf.sendall(
            f"GET {there.prefix}{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {there.token}\r\n\r\n".encode()
        )
        for each in (stream, another):
            each.next("cart")
        until(lambda: there.request("HEAD", path).status_code == 503)
        # More than what the buffers between a server and a client who does not read hold.
        tell_megabytes(project, cart, times=30)
        for each in (stream, another):
            assert [each.next("change").data["versionTo"] for _ in range(30)][-1] == cart["version"]
        until(lambda: there.request("HEAD", path).status_code == 200)
        tell_megabytes(project, cart, times=1)
        for each in (stream, another):
            assert each.next("change").data["versionTo"] == cart["version"]
