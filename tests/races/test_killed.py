"""A server that is killed in the middle of writes has everything that it acknowledged when it comes back."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from handcart.processes.embedded_postgres import url_of_running
from tests import reference_project
from tests.builders import add, amount, open_cart, order
from tests.client import Api
from tests.conftest import Project, RunningServer, running_server
from tests.database import Sql

WRITERS = 6
SECONDS = 1.5
ORDERS_MAX = 15
"""There are 100 mugs, and six writers."""
LINES_MAX = 500


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder of its own, which has the durability of the default settings."""
    with tempfile.TemporaryDirectory(prefix="hc") as made:
        yield Path(made) / "d"


def project_on(server: RunningServer, data: Path, *, is_new: bool) -> Project:
    """Fixture F on a server of its own."""
    url = url_of_running(data)
    assert url is not None
    sql = Sql(url)
    if is_new:
        reference_project.load(sql)
    return Project("reference", httpx.Client(base_url=server.url, timeout=30), sql)


class Writer(threading.Thread):
    """Adds lines of its own to one cart, and now and then orders another, until the server is gone."""

    def __init__(self, shopper: Api, client: Api, cart: dict[str, Any], number: int) -> None:
        super().__init__(daemon=True)
        self.shopper = shopper
        self.client = client
        self.cart = cart
        self.number = number
        self.lines: list[int] = []
        self.orders: list[dict[str, Any]] = []
        self.refused: list[str] = []

    def run(self) -> None:
        """Notes what was acknowledged, and nothing else."""
        cents = 1
        try:
            while cents < LINES_MAX:
                wanted = add("TEE", externalPrice=amount(cents))
                response = self.client.post(f"/carts/{self.cart['id']}", {"actions": [wanted]})
                if response.status_code == 200:
                    self.lines.append(cents)
                else:
                    self.refused.append(response.text)
                if cents % 10 == 0 and len(self.orders) < ORDERS_MAX:
                    self.orders.append(order(self.shopper, add("MUG"), site="siteD"))
                cents += 1
        except httpx.HTTPError:
            pass


def test_after_a_kill_every_acknowledged_write_is_there(data: Path):
    with running_server("--data", str(data), "--log-level", "error") as server:
        project = project_on(server, data, is_new=True)
        writers = []
        for number in range(WRITERS):
            guest = project.guest(f"writer-{number}")
            writers.append(Writer(guest, project.admin, open_cart(guest), number))
        for writer in writers:
            writer.start()
        time.sleep(SECONDS)
        os.kill(server.process.pid, signal.SIGKILL)
        for writer in writers:
            writer.join(20)
        project.http.close()
        project.sql.close()
    assert sum(len(writer.lines) for writer in writers) > WRITERS
    assert [text for writer in writers for text in writer.refused] == []
    with running_server("--data", str(data), "--log-level", "error") as server:
        project = project_on(server, data, is_new=False)
        for writer in writers:
            cart = project.admin.read(f"/carts/{writer.cart['id']}")
            kept = [line["price"]["value"]["centAmount"] for line in cart["lineItems"]]
            assert kept[: len(writer.lines)] == writer.lines
            assert len(kept) <= len(writer.lines) + 1
            for made in writer.orders:
                assert project.admin.read(f"/orders/{made['id']}") == made
        every_cart = project.sql.rows("SELECT id FROM carts WHERE project = 'reference'")
        for row in every_cart:
            project.admin.read(f"/carts/{row['id']}")
        orders = project.counts()["orders"]
        assert orders >= sum(len(writer.orders) for writer in writers)
        assert project.stock("MUG", "stockD") == 100 - orders
        project.http.close()
        project.sql.close()
    checked = subprocess.run(  # noqa: PLW1510 - the return code is looked at below
        [sys.executable, "-m", "handcart", "check", "--data", str(data), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (checked.returncode, checked.stdout.strip()) == (0, "[]"), checked.stderr
