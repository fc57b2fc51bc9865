"""A job is queued in the transaction of what it is for, and PgQueuer finds what it would have written itself."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pgqueuer.domain.errors import DuplicateJobError

from handcart.store.open_queue import QueueUnavailable, open_queue
from handcart.store.queue import enqueue
from handcart.store.stores import Stores
from tests.fresh_database import fresh_database


async def queued(look: asyncpg.Connection) -> list[dict[str, Any]]:
    """The waiting jobs, without what tells two of them apart."""
    rows = await look.fetch(
        "SELECT entrypoint, payload, priority, dedupe_key, status, attempts, slot, queue_manager_id, "
        "execute_after - created AS delay FROM handcart_pgqueuer ORDER BY id"
    )
    return [dict(row) for row in rows]


async def test_a_committed_transaction_has_queued_its_job_and_logged_it(
    own_stores: Stores, look: asyncpg.Connection
) -> None:
    async with own_stores.database.transaction() as transaction:
        number = await enqueue(transaction, "Greet", b"{}")
        assert await queued(look) == []
    assert [row["entrypoint"] for row in await queued(look)] == ["Greet"]
    logged = await look.fetch("SELECT job_id, status, entrypoint FROM handcart_pgqueuer_log")
    assert [tuple(row) for row in logged] == [(number, "queued", "Greet")]


async def test_a_transaction_that_is_rolled_back_has_queued_nothing(
    own_stores: Stores, look: asyncpg.Connection
) -> None:
    async def queue_and_fail() -> None:
        async with own_stores.database.transaction() as transaction:
            assert await enqueue(transaction, "Greet") is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await queue_and_fail()
    assert await queued(look) == []
    assert await look.fetchval("SELECT count(*) FROM handcart_pgqueuer_log") == 0


async def test_queueing_is_one_statement(own_stores: Stores) -> None:
    async with own_stores.database.transaction() as transaction:
        before = own_stores.database.statements_sent
        await enqueue(transaction, "Greet")
        assert own_stores.database.statements_sent == before + 1


async def test_it_writes_what_pgqueuer_itself_writes(url: str, own_stores: Stores, look: asyncpg.Connection) -> None:
    later = timedelta(minutes=5)
    async with own_stores.database.transaction() as transaction:
        await enqueue(transaction, "Greet", b"\x00{}", priority=3, delay=later, dedupe_key="once")
    ours = await queued(look)
    await look.execute("DELETE FROM handcart_pgqueuer")
    async with open_queue(url) as queue:
        await queue.queries.enqueue("Greet", b"\x00{}", priority=3, execute_after=later, dedupe_key="once")
    assert ours == await queued(look)
    logged = await look.fetch("SELECT status, priority, entrypoint, traceback, aggregated FROM handcart_pgqueuer_log")
    assert len(logged) == 2
    assert logged[0] == logged[1]


async def test_a_dedupe_key_holds_while_its_job_waits_for_us_as_for_pgqueuer(
    url: str, own_stores: Stores, look: asyncpg.Connection
) -> None:
    async with own_stores.database.transaction() as transaction:
        assert await enqueue(transaction, "Greet", dedupe_key="once") is not None
        assert await enqueue(transaction, "Greet", dedupe_key="once") is None
        assert await enqueue(transaction, "Greet", dedupe_key="other") is not None
    async with open_queue(url) as queue:
        with pytest.raises(DuplicateJobError):
            await queue.queries.enqueue("Greet", None, dedupe_key="once")
    assert len(await queued(look)) == 2
    await look.execute("DELETE FROM handcart_pgqueuer")
    async with own_stores.database.transaction() as transaction:
        assert await enqueue(transaction, "Greet", dedupe_key="once") is not None


async def test_the_environment_has_no_say_in_the_names(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANNEL", "elsewhere")
    monkeypatch.setenv("PGQUEUER_QUEUE_TABLE", "elsewhere")
    async with open_queue(url) as queue:
        assert queue.pgqueuer.channel == "handcart_ch_pgqueuer"
        assert queue.pgqueuer.qm.channel == "handcart_ch_pgqueuer"
        await queue.pgqueuer.qm.verify_structure()


async def test_a_database_without_the_schema_has_no_queue_yet(database_url: str) -> None:
    async with fresh_database(database_url) as empty:
        with pytest.raises(QueueUnavailable, match="schema"):
            async with open_queue(empty):
                pass


async def test_a_queue_whose_connection_was_lost_is_unavailable_and_nothing_else(
    url: str, look: asyncpg.Connection
) -> None:
    async def lose_it() -> None:
        async with open_queue(url) as queue:
            await look.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'handcart queue' AND datname = current_database()"
            )
            await queue.lost.wait()
            await queue.queries.queue_size()

    with pytest.raises(QueueUnavailable):
        await lose_it()


async def test_only_the_queue_notifies_so_a_cart_never_does(look: asyncpg.Connection) -> None:
    triggers = await look.fetch("SELECT tgrelid::regclass::text AS of FROM pg_trigger WHERE NOT tgisinternal")
    assert [row["of"] for row in triggers] == ["handcart_pgqueuer"]
