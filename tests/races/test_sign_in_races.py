"""Sign-ins against everything else that may happen to the same carts, in both orders, forced.

A row is held by a connection of the test until both requests wait for it in the order in which they were sent; then it
is let go. So there is no luck in who is first.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest

from tests.api.test_sign_in import by_cart, guest_with, login
from tests.builders import add, open_cart, ship_to, skus, submit
from tests.client import in_parallel, ok, refused
from tests.conftest import Project
from tests.database import Sql

Request = Callable[[], httpx.Response]
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"


@contextlib.contextmanager
def held(project: Project, table: str, key: str, value: str) -> Iterator[None]:
    """A row that another connection holds until the block ends."""
    holder = Sql(project.sql.url)
    try:
        holder.execute("BEGIN")
        holder.row(f"SELECT 1 FROM {table} WHERE project = $1 AND {key}::text = $2 FOR UPDATE", project.key, value)
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


def in_turn(project: Project, table: str, key: str, value: str, *requests: Request) -> list[httpx.Response]:
    """What the requests answer when each waits for the row behind the one before, until all do."""
    sent: list[Future[httpx.Response]] = []
    with ThreadPoolExecutor(len(requests)) as threads:
        with held(project, table, key, value):
            for number, request in enumerate(requests, start=1):
                sent.append(threads.submit(request))
                wait_for(project, number, sent)
        return [each.result(30) for each in sent]


def wait_for(project: Project, number: int, sent: list[Future[httpx.Response]]) -> None:
    """Until so many connections wait for a lock."""
    deadline = time.monotonic() + 10
    while project.sql.value(WAITING) < number:
        done = [each.result().text for each in sent if each.done()]
        assert not done, f"it did not wait: {done}"
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.005)


def at_customer(project: Project, *requests: Request, key: str = "alice") -> list[httpx.Response]:
    return in_turn(project, "customers", "key", key, *requests)


def at_cart(project: Project, cart: Any, *requests: Request) -> list[httpx.Response]:
    return in_turn(project, "carts", "id", cart["id"], *requests)


def current(project: Project, key: str = "alice") -> Any:
    return project.customer(key).in_store("siteA").read("/me/current-cart")


def merges(project: Project) -> int:
    return project.sql.value("SELECT count(*) FROM merges WHERE project = $1", project.key)


def test_s1_35_two_sign_ins_at_once_add_up_once(project: Project):
    mine = open_cart(project.customer(), "siteA", add("TEE", 3))
    _, session, guests = guest_with(project, add("TEE", 2))
    request = partial(login, project, anonymousId=session, quantityPolicy="sum")
    first, second = at_customer(project, request, request)
    assert ok(first, 200)["cart"] == ok(second, 200)["cart"]
    assert skus(first.json()["cart"]) == [("TEE", 5)]
    assert "mergeReceipts" in first.json()
    assert "mergeReceipts" not in second.json()
    assert merges(project) == 1
    assert current(project)["version"] == mine["version"] + 1
    assert project.backend.read(f"/carts/{guests['id']}")["version"] == guests["version"] + 1
    assert project.broken_invariants() == []


def test_two_customers_at_once_with_one_session_the_first_has_it_all(project: Project):
    open_cart(project.customer("bob"), "siteA", add("PEN"))
    _, session, guests = guest_with(project, add("TEE", 2))
    alice, bob = in_turn(
        project,
        "anonymous_sessions",
        "id",
        session,
        partial(login, project, "alice", anonymousId=session),
        partial(login, project, "bob", anonymousId=session),
    )
    assert (ok(alice, 200)["cart"]["id"], skus(alice.json()["cart"])) == (guests["id"], [("TEE", 2)])
    assert skus(ok(bob, 200)["cart"]) == [("PEN", 1)]
    assert merges(project) == 0
    assert project.broken_invariants() == []


def test_s1_36_two_customers_at_once_naming_one_cart_the_second_is_refused(project: Project):
    mine = open_cart(project.customer("bob"), "siteA", add("PEN"))
    _, _, guests = guest_with(project, add("TEE", 2))
    before = project.cart_row(mine["id"])
    alice, bob = at_cart(
        project,
        guests,
        partial(login, project, "alice", **by_cart(guests)),
        partial(login, project, "bob", **by_cart(guests)),
    )
    assert ok(alice, 200)["cart"]["id"] == guests["id"]
    refused(bob, 400, "ReferencedResourceNotFound", typeId="cart")
    assert project.cart_row(mine["id"]) == before
    assert project.broken_invariants() == []


def test_sign_ins_on_two_devices_at_once_bring_both_guests_carts(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, phone, _ = guest_with(project, add("TEE", 2))
    _, laptop, _ = guest_with(project, add("TEE", 1), add("PEN", 4))
    first, second = at_customer(
        project,
        partial(login, project, anonymousId=phone, quantityPolicy="sum"),
        partial(login, project, anonymousId=laptop, quantityPolicy="sum"),
    )
    assert skus(ok(first, 200)["cart"]) == [("MUG", 1), ("TEE", 2)]
    assert skus(ok(second, 200)["cart"]) == [("MUG", 1), ("TEE", 3), ("PEN", 4)]
    assert (current(project)["id"], current(project)["version"]) == (mine["id"], mine["version"] + 2)
    assert merges(project) == 2
    assert project.broken_invariants() == []


def test_sign_ins_on_two_devices_without_an_own_cart_end_in_one(project: Project):
    _, phone, on_phone = guest_with(project, add("TEE", 2))
    _, laptop, on_laptop = guest_with(project, add("PEN", 4))
    first, second = at_customer(
        project, partial(login, project, anonymousId=phone), partial(login, project, anonymousId=laptop)
    )
    assert (ok(first, 200)["cart"]["id"], ok(second, 200)["cart"]["id"]) == (on_phone["id"], on_phone["id"])
    assert skus(current(project)) == [("TEE", 2), ("PEN", 4)]
    assert project.backend.read(f"/carts/{on_laptop['id']}")["mergedInto"] == on_phone["id"]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_guest_adds_at_the_same_time(project: Project, is_first: bool):
    """The line is in the merged cart, or the guest is told that there is no such cart any more."""
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, guests = guest_with(project, add("TEE", 2))
    signing_in = partial(login, project, anonymousId=session)
    adding = partial(guest.in_store("siteA").post, f"/me/carts/{guests['id']}", {"actions": [add("PEN")]})
    if is_first:
        added, signed_in = at_cart(project, guests, adding, signing_in)
        assert skus(ok(added, 200)) == [("TEE", 2), ("PEN", 1)]
        expected = [("MUG", 1), ("TEE", 2), ("PEN", 1)]
    else:
        signed_in, added = at_cart(project, guests, signing_in, adding)
        refused(added, 404, "ResourceNotFound")
        expected = [("MUG", 1), ("TEE", 2)]
    assert (ok(signed_in, 200)["cart"]["id"], skus(signed_in.json()["cart"])) == (mine["id"], expected)
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_customer_adds_elsewhere_at_the_same_time(project: Project, is_first: bool):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, _ = guest_with(project, add("TEE", 2))
    signing_in = partial(login, project, anonymousId=session)
    alice = project.customer().in_store("siteA")
    adding = partial(alice.post, f"/me/carts/{mine['id']}", {"actions": [add("PEN")]})
    answers = at_cart(project, mine, *([adding, signing_in] if is_first else [signing_in, adding]))
    assert [each.status_code for each in answers] == [200, 200]
    both = [("MUG", 1), ("PEN", 1), ("TEE", 2)] if is_first else [("MUG", 1), ("TEE", 2), ("PEN", 1)]
    assert skus(current(project)) == both
    assert current(project)["version"] == mine["version"] + 2
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_guest_orders_at_the_same_time(project: Project, is_first: bool):
    """Either the order is the customer's and nothing of it is in the cart, or the other way round."""
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, guests = guest_with(project, add("TEE", 2), ship_to())
    signing_in = partial(login, project, anonymousId=session)
    ordering = partial(submit, guest, guests)
    if is_first:
        placed, signed_in = at_cart(project, guests, ordering, signing_in)
        assert skus(ok(placed, 201)) == [("TEE", 2)]
        owned = project.backend.read(f"/orders/{placed.json()['id']}")
        assert (owned["customerId"], "anonymousId" in owned) == (project.customer_id("alice"), False)
        assert skus(ok(signed_in, 200)["cart"]) == [("MUG", 1)]
        assert (project.stock("TEE", "stockA"), project.counts()["orders"]) == (98, 1)
    else:
        signed_in, placed = at_cart(project, guests, signing_in, ordering)
        refused(placed, 409, "ConcurrentModification")
        assert skus(ok(signed_in, 200)["cart"]) == [("MUG", 1), ("TEE", 2)]
        assert (project.stock("TEE", "stockA"), project.counts()["orders"]) == (100, 0)
    assert signed_in.json()["cart"]["id"] == mine["id"]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_customer_orders_elsewhere_at_the_same_time(project: Project, is_first: bool):
    alice = project.customer()
    mine = open_cart(alice, "siteA", add("MUG"), ship_to())
    _, session, guests = guest_with(project, add("TEE", 2))
    signing_in = partial(login, project, anonymousId=session)
    ordering = partial(submit, alice, mine)
    if is_first:
        placed, signed_in = at_cart(project, mine, ordering, signing_in)
        assert skus(ok(placed, 201)) == [("MUG", 1)]
        assert (ok(signed_in, 200)["cart"]["id"], skus(signed_in.json()["cart"])) == (guests["id"], [("TEE", 2)])
    else:
        signed_in, placed = at_cart(project, mine, signing_in, ordering)
        refused(placed, 409, "ConcurrentModification")
        assert (ok(signed_in, 200)["cart"]["id"], skus(current(project))) == (mine["id"], [("MUG", 1), ("TEE", 2)])
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_the_customers_first_visit_elsewhere_at_the_same_time_leaves_one_current_cart(project: Project, is_first: bool):
    _, session, guests = guest_with(project, add("TEE", 2))
    signing_in = partial(login, project, anonymousId=session)
    opening = partial(project.customer().in_store("siteA").post, "/me/current-cart")
    if is_first:
        opened, signed_in = at_customer(project, opening, signing_in)
        assert ok(opened, 201)["lineItems"] == []
        absorbed = project.backend.read(f"/carts/{opened.json()['id']}")
        assert (absorbed["cartState"], absorbed["mergedInto"]) == ("Merged", guests["id"])
    else:
        signed_in, opened = at_customer(project, signing_in, opening)
        assert ok(opened, 200)["id"] == guests["id"]
    assert ok(signed_in, 200)["cart"]["id"] == guests["id"] == current(project)["id"]
    assert skus(current(project)) == [("TEE", 2)]
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_an_undo_and_an_add_at_the_same_time_keep_the_line(project: Project, is_first: bool):
    open_cart(project.customer(), "siteA", add("MUG"))
    _, session, guests = guest_with(project, add("TEE", 2))
    cart = ok(login(project, anonymousId=session), 200)["cart"]
    alice = project.customer().in_store("siteA")
    adding = partial(alice.post, f"/me/carts/{cart['id']}", {"actions": [add("PEN")]})
    undoing = partial(alice.post, f"/me/merges/{cart['mergeReceipt']}/undo", {})
    answers = at_cart(project, cart, *([adding, undoing] if is_first else [undoing, adding]))
    assert [each.status_code for each in answers] == [200, 200]
    assert skus(current(project)) == [("MUG", 1), ("PEN", 1)]
    back = project.backend.read(f"/carts/{guests['id']}")
    assert (back["cartState"], skus(back)) == ("Active", [("TEE", 2)])
    assert project.broken_invariants() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_an_undo_and_the_next_sign_in_at_the_same_time_lose_nothing(project: Project, is_first: bool):
    open_cart(project.customer(), "siteA", add("MUG"))
    _, session, guests = guest_with(project, add("TEE", 2))
    cart = ok(login(project, anonymousId=session), 200)["cart"]
    _, other, _ = guest_with(project, add("PEN", 3))
    alice = project.customer().in_store("siteA")
    undoing = partial(alice.post, f"/me/merges/{cart['mergeReceipt']}/undo", {})
    signing_in = partial(login, project, anonymousId=other)
    if is_first:
        undone, signed_in = at_customer(project, undoing, signing_in)
        ok(undone, 200)
        expected = ([("MUG", 1), ("PEN", 3)], "Active")
    else:
        signed_in, undone = at_customer(project, signing_in, undoing)
        refused(undone, 400, "InvalidOperation", "MergeNotLatest")
        expected = ([("MUG", 1), ("TEE", 2), ("PEN", 3)], "Merged")
    ok(signed_in, 200)
    assert (skus(current(project)), project.backend.read(f"/carts/{guests['id']}")["cartState"]) == expected
    assert project.broken_invariants() == []


def test_many_guests_become_one_customer_while_that_one_shops(project: Project):
    alice = project.customer()
    mine = open_cart(alice, "siteA", add("MUG"))
    sessions = [guest_with(project, add("TEE", number))[1] for number in range(1, 6)]
    adding = partial(alice.post, f"/me/carts/{mine['id']}", {"actions": [add("PEN")]})
    signing_in = [partial(login, project, anonymousId=each, quantityPolicy="sum") for each in sessions]
    answers = in_parallel([each for pair in zip(signing_in, [adding] * 5, strict=True) for each in pair])
    assert {each.status_code for each in answers} == {200}
    assert sorted(skus(current(project))) == [("MUG", 1), ("PEN", 5), ("TEE", 15)]
    assert current(project)["version"] == mine["version"] + 10
    assert merges(project) == 5
    assert project.broken_invariants() == []
