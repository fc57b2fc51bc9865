"""Live streams while others write: whatever the interleaving, each change is told once and in its order."""

import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from handcart.processes.embedded_postgres import start_embedded
from tests import reference_project
from tests.builders import add, open_cart
from tests.client import Api, in_parallel, ok, refused
from tests.database import Sql
from tests.live import listening
from tests.project import Project
from tests.server import running_server

WRITERS, WRITES = 4, 6


def test_a_change_that_is_committed_while_somebody_joins_is_told_once(project: Project):
    """The writer holds the row while the stream begins, and commits afterwards."""
    alice = project.customer("alice").in_store("siteA")
    cart = open_cart(alice, "siteA", add("TEE"))
    project.sql.execute("BEGIN")
    project.sql.value("SELECT 1 FROM carts WHERE project = $1 AND id = $2 FOR UPDATE", project.key, cart["id"])
    writing = threading.Thread(target=partial(alice.change_my_cart, cart, add("MUG")))
    writing.start()
    try:
        with listening(alice, f"/me/carts/{cart['id']}/events") as stream:
            assert stream.next("cart").id == str(cart["version"])
            stream.next("presence")
            project.sql.execute("COMMIT")
            writing.join(10)
            told = stream.next()
            assert (told.name, told.data["versionFrom"]) == ("change", cart["version"])
            later = alice.change_my_cart(alice.read(f"/me/carts/{cart['id']}"), add("PEN"))
            assert stream.next().id == str(later["version"])
    finally:
        project.sql.execute("ROLLBACK")
        writing.join(10)


def test_another_transaction_that_stays_open_holds_no_stream_back(project: Project):
    alice = project.customer("alice").in_store("siteA")
    cart = open_cart(alice, "siteA", add("TEE"))
    project.sql.execute("BEGIN")
    project.sql.value("SELECT pg_current_xact_id()::text")
    try:
        with listening(alice, f"/me/carts/{cart['id']}/events") as stream:
            stream.next("cart")
            changed = alice.change_my_cart(cart, add("MUG"))
            assert stream.next().id == str(changed["version"])
    finally:
        project.sql.execute("ROLLBACK")


def heard(api: Api, path: str, until: int, breaks_after: int) -> list[tuple[int, int]]:
    """The changes that a listener is told which comes again after every so many of them."""
    versions: list[tuple[int, int]] = []
    since: Any = 0
    while not versions or versions[-1][1] < until:
        with listening(api, path, since=since) as stream:
            for _ in range(breaks_after):
                told = stream.next("change").data
                versions.append((told["versionFrom"], told["versionTo"]))
                if told["versionTo"] >= until:
                    break
            since = stream.last_event_id
    return versions


@pytest.mark.parametrize("turn", range(3))
def test_listeners_that_come_and_go_are_told_every_change_once(project: Project, turn: int):
    alice = project.customer("alice").in_store("siteA")
    cart = open_cart(alice, "siteA", add("TEE"))
    path = f"/me/carts/{cart['id']}"

    def write() -> list[Any]:
        return [ok(alice.post(path, {"actions": [add("MUG")]}), 200)["version"] for _ in range(WRITES)]

    last = cart["version"] + WRITERS * WRITES
    calls = [write] * WRITERS + [partial(heard, alice, f"{path}/events", last, each + turn) for each in (1, 3, 50)]
    answers = in_parallel(calls)
    for told in answers[WRITERS:]:
        assert told[0][0] == 0
        assert [each[0] for each in told[1:]] == [each[1] for each in told[:-1]]
        assert told[-1][1] == last


def test_streams_outlive_a_database_that_was_away():
    with tempfile.TemporaryDirectory(prefix="hc") as made:
        postgres = start_embedded(Path(made) / "d")
        try:
            with (
                running_server("--database-url", postgres.url, "--log-level", "error") as server,
                httpx.Client(base_url=server.url, timeout=30) as http,
            ):
                sql = Sql(postgres.url)
                project = Project(reference_project.load(sql), http, sql)
                alice, agent = project.customer("alice").in_store("siteA"), project.staff("agent7").in_store("siteA")
                selected = {"activeCustomerId": "", "selectedCustomerId": project.customer_id("alice")}
                cart = agent.write("/desk/customer-cart", selected)["cart"]
                cart = alice.change_my_cart(cart, add("MUG"))
                path = f"/me/carts/{cart['id']}"
                with listening(alice, f"{path}/events") as of_alice, listening(agent, "/desk/events") as of_agent:
                    of_alice.next("cart")
                    of_agent.next("desk")
                    sql.close()
                    postgres.stop()
                    refused(alice.get(path), 503, "OverCapacity")
                    time.sleep(2.5)  # long enough that everybody has asked for the access again, and in vain
                    postgres = start_embedded(Path(made) / "d")
                    changed = alice.change_my_cart(cart, add("TEE"))
                    for stream in (of_alice, of_agent):
                        assert stream.next().data["versionTo"] == changed["version"]
        finally:
            postgres.stop()
