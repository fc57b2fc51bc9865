"""Live streams while others write: whatever the interleaving, each change is told once and in its order."""

import threading
from functools import partial
from typing import Any

import pytest

from tests.builders import add, open_cart
from tests.client import Api, in_parallel, ok
from tests.conftest import Project
from tests.live import listening

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
