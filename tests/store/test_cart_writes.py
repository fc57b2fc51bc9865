"""Writes that are gathered share a round trip and a transaction, and nothing else: not a lock, a refusal or a fate."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from handcart.actions.deciding import gather, written
from handcart.domain.caller import Caller, Grant
from handcart.domain.errors import AnswerPending, DuplicateField
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.apply import apply_actions
from handcart.domain.updates.attributes import SetDeleteDaysAfterLastModification, SetKey
from handcart.store.answers import Idempotency
from handcart.store.carts import CartWrite, load_cart
from handcart.store.stores import Stores
from handcart.store.unavailable import DatabaseUnavailable
from tests.builders import add, open_cart
from tests.conftest import Project

ONCE = Idempotency("client:admin /carts", "once", b"hash")


class Writers:
    """Carts of one project, and writes of them that are decided and not yet done."""

    def __init__(self, project: Project, stores: Stores, database: asyncpg.Connection) -> None:
        self.project, self.stores, self.database = project, stores, database

    def carts(self, count: int) -> list[str]:
        """So many carts, each of a guest of its own."""
        return [open_cart(self.project.guest(), "siteA", add("TEE"))["id"] for _ in range(count)]

    async def decided(self, cart_id: str, *actions: CartAction) -> CartWrite:
        """A change of the cart as it is now."""
        stores, key = self.stores, self.project.key
        caller = Caller(project=key, client_id="admin", grants=frozenset({Grant("manage_project")}))
        stored = await load_cart(stores.database, key, cart_id)
        assert stored is not None
        catalogue = await stores.catalogues.catalogue(key)
        site = catalogue.sites["siteA"]
        sold = {each.product_id for each in stored.cart.line_items}
        acting = await gather(stores, caller=caller, catalogue=catalogue, site=site, skus=set(), product_ids=sold)
        chosen = actions or (SetDeleteDaysAfterLastModification(delete_days_after_last_modification=stored.version),)
        priced = apply_actions(stored.cart, chosen, acting)
        return written(
            stores, caller=caller, kind="CartChanged", before=stored, priced=priced, acting=acting, actions=chosen
        )

    def change(self, write: CartWrite, idempotency: Idempotency | None = None) -> "asyncio.Task[bool]":
        """The write under way; those made without waiting in between are gathered."""
        return asyncio.create_task(self.stores.cart_writes.change(self.project.key, write, idempotency))

    async def changes(self, writes: list[CartWrite]) -> list["asyncio.Task[bool]"]:
        """Several writes, gathered and waiting in PostgreSQL, where ``events`` is locked."""
        tasks = [self.change(each) for each in writes]
        async with asyncio.timeout(10):
            while await self.waiting_backend() is None:  # noqa: ASYNC110 - PostgreSQL tells nobody that it waits
                await asyncio.sleep(0.01)
        return tasks

    async def waiting_backend(self) -> int | None:
        """The process of the writer that waits for ``events``."""
        return await self.database.fetchval(
            "SELECT pid FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted"
        )

    def rows(self, *cart_ids: str) -> list[dict[str, Any]]:
        """What the database holds of them."""
        return [self.project.cart_row(each) for each in cart_ids]

    async def transactions(self) -> int:
        """How many transactions made the project's carts what they are."""
        return await self.database.fetchval(
            "SELECT count(DISTINCT recorded_by) FROM events JOIN carts USING (project) WHERE project = $1 "
            "AND aggregate_id = id AND version_to = version",
            self.project.key,
        )


@pytest.fixture
def writers(project: Project, stores: Stores, database: asyncpg.Connection) -> Writers:
    return Writers(project, stores, database)


@pytest.fixture
async def locked(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection in a transaction, which ends with the test at the latest."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("BEGIN")
    yield connection
    await connection.close()


async def settled(tasks: list["asyncio.Task[bool]"]) -> list[Any]:
    """What each comes to: whether it was written, or its exception."""
    async with asyncio.timeout(10):
        return await asyncio.gather(*tasks, return_exceptions=True)


async def bounded(waited: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(waited, 10)


async def test_carts_that_are_written_together_keep_each_its_own_chain_of_events(writers: Writers):
    carts = writers.carts(20)
    for _ in range(3):
        writes = [await writers.decided(cart) for cart in carts]
        assert await settled([writers.change(each) for each in writes]) == [True] * 20
    assert await writers.transactions() == 2, "sixteen in one transaction, the other four in the next"
    assert writers.project.broken_invariants() == []


async def test_of_two_writes_of_one_version_in_one_gathering_one_is_done(writers: Writers):
    one, other = writers.carts(2)
    writes = [
        await writers.decided(one),
        await writers.decided(one, SetKey(key="second")),
        await writers.decided(other),
    ]
    assert await settled([writers.change(each) for each in writes]) == [True, False, True]
    assert [row["key"] for row in writers.rows(one, other)] == [None, None]
    assert writers.project.broken_invariants() == []


async def test_a_key_that_is_taken_is_refused_to_its_writer_alone(writers: Writers):
    carts = writers.carts(3)
    keys = ["mine", "mine", "another"]
    writes = [await writers.decided(cart, SetKey(key=key)) for cart, key in zip(carts, keys, strict=True)]
    before = writers.project.counts()["events"]
    first, second, third = await settled([writers.change(each) for each in writes])
    assert ({first, third} == {True}) or ({second, third} == {True})
    refusal = second if first is True else first
    assert isinstance(refusal, DuplicateField)
    assert sorted(row["key"] or "" for row in writers.rows(*carts)) == ["", "another", "mine"]
    assert writers.project.counts()["events"] == before + 2
    assert writers.project.broken_invariants() == []


async def test_an_idempotency_key_in_one_gathering_twice_writes_once(writers: Writers):
    carts = writers.carts(3)
    writes = [await writers.decided(each) for each in carts]
    keys = [ONCE, ONCE, None]
    before = writers.project.counts()["events"]
    tasks = [writers.change(write, key) for write, key in zip(writes, keys, strict=True)]
    first, second, third = await settled(tasks)
    assert third is True
    assert sorted([first is True, second is True]) == [False, True]
    assert isinstance(second if first is True else first, AnswerPending)
    assert writers.project.counts()["events"] == before + 2
    assert writers.project.broken_invariants() == []


async def test_a_lock_on_one_cart_holds_up_no_other(writers: Writers, locked: asyncpg.Connection):
    mine, others = writers.carts(2)
    writes = [await writers.decided(mine), await writers.decided(others)]
    await locked.execute("SELECT FROM carts WHERE project = $1 AND id = $2 FOR UPDATE", writers.project.key, UUID(mine))
    waiting, done = [writers.change(each) for each in writes]
    assert await bounded(done) is True
    later = await writers.decided(others, SetKey(key="later"))
    assert await bounded(writers.change(later)) is True
    assert not waiting.done()
    await locked.execute("COMMIT")
    assert await bounded(waiting) is True
    assert writers.project.broken_invariants() == []


async def test_a_write_that_finds_another_version_behind_the_lock_is_not_done(
    writers: Writers, locked: asyncpg.Connection
):
    (cart,) = writers.carts(1)
    write = await writers.decided(cart)
    await locked.execute(
        "UPDATE carts SET version = version + 1 WHERE project = $1 AND id = $2", writers.project.key, UUID(cart)
    )
    waiting = writers.change(write)
    await asyncio.sleep(0)
    await locked.execute("COMMIT")
    before = writers.rows(cart)
    assert await bounded(waiting) is False
    assert writers.rows(cart) == before


async def test_whoever_goes_away_before_the_statement_is_sent_writes_nothing(writers: Writers):
    carts = writers.carts(3)
    tasks = [writers.change(each) for each in [await writers.decided(cart) for cart in carts]]
    gone = writers.rows(carts[1])
    await asyncio.sleep(0)
    tasks[1].cancel()
    first, second, third = await settled(tasks)
    assert (first, type(second), third) == (True, asyncio.CancelledError, True)
    assert writers.rows(carts[1]) == gone
    assert writers.project.broken_invariants() == []


async def test_whoever_goes_away_while_it_is_under_way_takes_nothing_from_the_others(
    writers: Writers, locked: asyncpg.Connection
):
    carts = writers.carts(3)
    writes = [await writers.decided(cart) for cart in carts]
    before = writers.project.counts()["events"]
    await locked.execute("LOCK TABLE events IN EXCLUSIVE MODE")
    tasks = await writers.changes(writes)
    tasks[1].cancel()
    await locked.execute("COMMIT")
    first, second, third = await settled(tasks)
    assert (first, type(second), third) == (True, asyncio.CancelledError, True)
    assert writers.project.counts()["events"] == before + 3
    assert writers.project.broken_invariants() == []


async def test_a_lost_connection_is_told_to_each_and_leaves_nothing_half(writers: Writers, locked: asyncpg.Connection):
    carts = writers.carts(3)
    writes = [await writers.decided(cart) for cart in carts]
    before = writers.rows(*carts), writers.project.counts()
    await locked.execute("LOCK TABLE events IN EXCLUSIVE MODE")
    tasks = await writers.changes(writes)
    await writers.database.execute("SELECT pg_terminate_backend($1)", await writers.waiting_backend())
    assert [type(each) for each in await settled(tasks)] == [DatabaseUnavailable] * 3
    await locked.execute("COMMIT")
    assert (writers.rows(*carts), writers.project.counts()) == before
    again = [writers.change(each) for each in writes]
    assert await settled(again) == [True] * 3
    assert writers.project.broken_invariants() == []
