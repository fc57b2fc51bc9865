"""A server that is killed in the middle of merges leaves each pair of carts as it was, or wholly merged."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import add, open_cart, skus
from tests.client import ok
from tests.conftest import Project, RunningServer, running_server
from tests.database import Sql
from tests.races.test_killed import project_on
from tests.races.test_sign_in_races import WAITING

PAIRS = 12
SECONDS = (0.03, 0.12)
"""After how long each of the blind kills comes."""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder of its own, which has the durability of the default settings."""
    with tempfile.TemporaryDirectory(prefix="hc") as made:
        yield Path(made) / "d"


@contextmanager
def served(data: Path, *, is_new: bool = False) -> Iterator[tuple[RunningServer, Project]]:
    """A server on the folder, and fixture F on it."""
    with running_server("--data", str(data), "--log-level", "error") as server:
        project = project_on(server, data, is_new=is_new)
        try:
            yield server, project
        finally:
            project.http.close()
            project.sql.close()


class Pair:
    """A customer and, for each round, a guest: their carts, and what was there before the merge."""

    def __init__(self, project: Project, number: int) -> None:
        self.email = f"buyer{number}@example.com"
        draft = {"email": self.email, "password": "pw", "key": f"buyer{number}"}
        self.customer_id = project.backend.create("/customers", draft)["customer"]["id"]
        self.number = number
        self.mine = open_cart(project.customer(f"buyer{number}"), "siteA", add("MUG", number + 1))
        self.session = ""
        self.guests: Any = None
        self.is_acknowledged = False

    def fill(self, project: Project, round_: int) -> None:
        """A new guest's cart beside the customer's as it is now."""
        self.session = f"guest-{self.number}-{round_}"
        self.guests = open_cart(project.guest(self.session), "siteA", add("TEE", 2), add("PEN", 1))
        self.mine = project.admin.read(f"/carts/{self.mine['id']}")
        self.is_acknowledged = False

    def merge(self, project: Project) -> None:
        """Notes whether it was acknowledged."""
        path = f"/carts/customer-id={self.customer_id}/merge"
        backend = project.backend.in_store("siteA")
        try:
            response = backend.post(path, {"anonymousId": self.session, "quantityPolicy": "sum"})
        except httpx.HTTPError:
            return
        self.is_acknowledged = ok(response, 200)["id"] == self.mine["id"]

    def check(self, project: Project) -> bool:
        """Whether it is merged; asserts that it is so wholly or not at all."""
        mine, guests = (project.admin.read(f"/carts/{each['id']}") for each in (self.mine, self.guests))
        receipts = project.sql.value(
            "SELECT count(*) FROM merge_sources WHERE project = 'reference' AND cart_id::text = $1", guests["id"]
        )
        if guests["cartState"] == "Active":
            assert not self.is_acknowledged
            assert (mine, guests, receipts) == (self.mine, self.guests, 0)
            return False
        assert (guests["cartState"], guests["mergedInto"], receipts) == ("Merged", mine["id"], 1)
        assert (mine["version"], guests["version"]) == (self.mine["version"] + 1, self.guests["version"] + 1)
        wanted = dict(skus(self.mine))
        for sku, quantity in skus(self.guests):
            wanted[sku] = wanted.get(sku, 0) + quantity
        assert dict(skus(mine)) == wanted
        receipt = project.admin.read(f"/merges/{mine['mergeReceipt']}")
        assert (receipt["sources"], receipt["target"]) == ([guests["id"]], mine["id"])
        assert sum(each["quantity"] for each in receipt["units"]) == sum(
            quantity for _, quantity in (*skus(self.mine), *skus(self.guests))
        )
        return True


def kill(server: RunningServer) -> None:
    """SIGKILL, and its end."""
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(20)


def killed_within(server: RunningServer, project: Project, pairs: list[Pair]) -> None:
    """Kills the server while merges have written the carts, and wait to write their receipts."""
    holder = Sql(project.sql.url)
    holder.execute("BEGIN; LOCK TABLE merges IN SHARE MODE")
    with ThreadPoolExecutor(len(pairs)) as threads:
        for each in pairs:
            threads.submit(each.merge, project)
        deadline = time.monotonic() + 10
        while project.sql.value(WAITING) < 2:
            assert time.monotonic() < deadline, "no merge waits"
            time.sleep(0.005)
        kill(server)
    # PostgreSQL ends with the server, and its transaction with it.
    holder.close()


def killed_blindly(server: RunningServer, project: Project, pairs: list[Pair], seconds: float) -> None:
    """Kills the server at some moment while merges are under way."""
    threads = [threading.Thread(target=each.merge, args=(project,), daemon=True) for each in pairs]
    for each in threads:
        each.start()
    time.sleep(seconds)
    kill(server)
    for each in threads:
        each.join(20)


def test_after_a_kill_in_the_middle_of_merges_each_is_whole_or_did_not_happen(data: Path):
    with served(data, is_new=True) as (server, project):
        pairs = [Pair(project, number) for number in range(PAIRS)]
        for each in pairs:
            each.fill(project, 0)
        killed_within(server, project, pairs)
    for round_, seconds in enumerate(SECONDS, start=1):
        with served(data) as (server, project):
            merged = [each.check(project) for each in pairs]
            if round_ == 1:
                assert not any(merged), "a merge without its receipt was kept"
            for each in pairs:
                each.merge(project)
                assert each.check(project), "the same merge again, after the kill"
                each.fill(project, round_)
            killed_blindly(server, project, pairs, seconds)
    with served(data) as (_, project):
        for each in pairs:
            each.check(project)
            each.merge(project)
            assert each.check(project)
    checked = subprocess.run(  # noqa: PLW1510 - the return code is looked at below
        [sys.executable, "-m", "handcart", "check", "--data", str(data), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (checked.returncode, checked.stdout.strip()) == (0, "[]"), checked.stderr
