"""The worker: what it does with jobs that succeed, fail, hang, and with a database that comes and goes."""

import asyncio
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from handcart import wiring
from handcart.store.open_queue import open_queue
from handcart.store.queue import enqueue
from handcart.store.stores import Stores
from handcart.worker import working
from handcart.worker.job import Job
from tests.worker.conftest import Working, eventually


class Greeting(msgspec.Struct, frozen=True):
    to: str = "nobody"


class Done:
    """A job that notes whom it greeted, after failing as often as it was told to."""

    def __init__(self, *, failures: int = 0, **options: Any) -> None:
        self.greeted: list[str] = []
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self._failures = failures
        self.job = Job(name="Greet", payload=Greeting, work=self._greet, **options)

    async def _greet(self, stores: Stores, greeting: Greeting) -> None:
        self.began.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.began.clear()
            raise
        if self._failures:
            self._failures -= 1
            raise ConnectionError("not today")
        self.greeted.append(greeting.to)


async def queue_greeting(stores: Stores, to: str) -> None:
    async with stores.database.transaction() as transaction:
        await enqueue(transaction, "Greet", msgspec.json.encode(Greeting(to)))


async def left(look: asyncpg.Connection) -> list[tuple[Any, ...]]:
    rows = await look.fetch("SELECT entrypoint, status, attempts FROM handcart_pgqueuer ORDER BY id")
    return [tuple(row) for row in rows]


async def outcomes(look: asyncpg.Connection) -> list[str]:
    """What was recorded of jobs, in order, without their claims."""
    rows = await look.fetch("SELECT status FROM handcart_pgqueuer_log WHERE status <> 'picked' ORDER BY id")
    return [row["status"] for row in rows]


async def test_a_job_is_done_once_with_its_payload_and_then_gone(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done()
    async with at_work([done.job]):
        await queue_greeting(own_stores, "alice")
        await eventually(lambda: _is(done.greeted == ["alice"]))
    assert await left(look) == []
    assert await outcomes(look) == ["queued", "successful"]


async def _is(truth: bool) -> bool:
    return truth


async def test_a_new_job_wakes_the_worker(
    own_stores: Stores, at_work: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = Done()
    async with at_work([done.job]):
        monkeypatch.setattr(working, "LOOK_SECONDS", 60.0)
        await asyncio.sleep(0.5)
        await queue_greeting(own_stores, "alice")
        await eventually(lambda: _is(done.greeted == ["alice"]))


async def test_a_job_that_fails_is_tried_again_later_and_then_gone(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done(failures=2, first_delay=timedelta(milliseconds=10))
    async with at_work([done.job]):
        await queue_greeting(own_stores, "alice")
        await eventually(lambda: _is(done.greeted == ["alice"]))
    assert await left(look) == []
    assert await outcomes(look) == ["queued", "queued", "queued", "successful"]


def test_each_failure_doubles_the_pause_up_to_a_limit() -> None:
    job = Done(first_delay=timedelta(seconds=2), delay_max=timedelta(seconds=10)).job
    assert [job.delay_after(attempt).total_seconds() for attempt in (1, 2, 3, 4, 5, 1000)] == [2, 4, 8, 10, 10, 10]


async def test_a_job_that_always_fails_is_held_until_somebody_queues_it_again(
    url: str, own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done(failures=2, first_delay=timedelta(milliseconds=10), attempts_max=2)
    await queue_greeting(own_stores, "alice")
    async with at_work([done.job]):
        await eventually(lambda: _left_are(look, ("Greet", "failed", 1)))
        assert done.greeted == []
        async with open_queue(url) as queue:
            (held,) = await queue.queries.list_failed_jobs()
            await queue.queries.requeue_jobs([held.id])
        await eventually(lambda: _is(done.greeted == ["alice"]))


async def test_a_scheduled_job_that_always_fails_is_dropped_for_it_comes_again(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done(failures=9, attempts_max=1, is_held=False)
    await queue_greeting(own_stores, "alice")
    async with at_work([done.job]):
        await eventually(lambda: _left_are(look))
    assert await outcomes(look) == ["queued", "exception"]


async def _left_are(look: asyncpg.Connection, *jobs: tuple[Any, ...]) -> bool:
    return await left(look) == list(jobs)


async def test_a_payload_of_the_wrong_shape_fails_like_any_job(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    async with own_stores.database.transaction() as transaction:
        await enqueue(transaction, "Greet", b'{"to": 7}')
    async with at_work([Done(attempts_max=1).job]):
        await eventually(lambda: _left_are(look, ("Greet", "failed", 0)))


async def test_jobs_of_other_names_are_left_alone(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done()
    async with own_stores.database.transaction() as transaction:
        await enqueue(transaction, "OfANewerVersion")
    await queue_greeting(own_stores, "alice")
    async with at_work([done.job]):
        await eventually(lambda: _is(done.greeted == ["alice"]))
    assert await left(look) == [("OfANewerVersion", "queued", 0)]


async def test_an_idle_worker_stops_at_once(own_stores: Stores, at_work: Working) -> None:
    async with at_work([Done().job]) as stop:
        await asyncio.sleep(0.5)
        (task,) = (each for each in asyncio.all_tasks() if each.get_name() == "worker")
        asked_at = time.monotonic()
        stop.set()
        await task
        assert time.monotonic() - asked_at < 2


async def test_a_job_that_is_nearly_done_is_finished_first(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done()
    done.may_end.clear()
    await queue_greeting(own_stores, "alice")
    async with at_work([done.job]) as stop:
        await done.began.wait()
        stop.set()
        await asyncio.sleep(0.1)
        done.may_end.set()
    assert done.greeted == ["alice"]
    assert await outcomes(look) == ["queued", "successful"]


async def test_a_job_that_takes_longer_is_queued_again_and_the_next_worker_does_it(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "FINISH_SECONDS", 0.1)
    done = Done()
    done.may_end.clear()
    await queue_greeting(own_stores, "alice")
    async with at_work([done.job]):
        await done.began.wait()
    assert await left(look) == [("Greet", "queued", 1)]
    done.may_end.set()
    async with at_work([done.job]):
        await eventually(lambda: _is(done.greeted == ["alice"]))


async def test_a_worker_that_is_cancelled_loses_no_job(
    url: str, own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done()
    done.may_end.clear()
    await queue_greeting(own_stores, "alice")
    task = asyncio.create_task(
        working.work_until(asyncio.Event(), database_url=url, stores=own_stores, jobs=[done.job])
    )
    await done.began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert await left(look) == [("Greet", "queued", 1)]


async def test_what_a_killed_worker_had_begun_is_done_by_another(
    url: str, own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    await queue_greeting(own_stores, "alice")
    killed = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("hanging_worker.py")), url], stdout=subprocess.PIPE, text=True
    )
    try:
        assert killed.stdout is not None
        assert await asyncio.to_thread(killed.stdout.readline) == "began alice\n"
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait(20)
        killed.stdout.close()
    assert await left(look) == [("Greet", "picked", 0)]
    done = Done()
    async with at_work([done.job], silent_seconds_max=1.0):
        await eventually(lambda: _is(done.greeted == ["alice"]))
    assert await left(look) == []


async def test_a_job_that_takes_long_is_not_given_to_another_worker(own_stores: Stores, at_work: Working) -> None:
    first, second = Done(), Done()
    first.may_end.clear()
    await queue_greeting(own_stores, "alice")
    async with at_work([first.job], silent_seconds_max=1.5):
        await first.began.wait()
        async with at_work([second.job], silent_seconds_max=1.5):
            await asyncio.sleep(3)
        assert not second.began.is_set()
        first.may_end.set()
        await eventually(lambda: _is(first.greeted == ["alice"]))


async def test_a_worker_whose_connection_is_lost_takes_another(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done()
    async with at_work([done.job]):
        before = await eventually(lambda: _queue_connection(look))
        await look.execute("SELECT pg_terminate_backend($1)", before)
        await queue_greeting(own_stores, "alice")
        await eventually(lambda: _is(done.greeted == ["alice"]))
        assert await _queue_connection(look) not in (None, before)


async def test_what_was_under_way_when_the_connection_was_lost_is_done_again(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done()
    done.may_end.clear()
    async with at_work([done.job], silent_seconds_max=1.0):
        await queue_greeting(own_stores, "alice")
        await done.began.wait()
        await look.execute("SELECT pg_terminate_backend($1)", await eventually(lambda: _queue_connection(look)))
        await eventually(lambda: _is(not done.began.is_set()))
        done.may_end.set()
        await eventually(lambda: _is(done.greeted == ["alice"]))
    assert await left(look) == []


async def _queue_connection(look: asyncpg.Connection) -> int | None:
    """The process that serves the worker's connection, once it listens and has nothing to do."""
    return await look.fetchval(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' "
        "AND application_name = 'handcart queue'"
    )


async def test_a_worker_waits_for_a_database_that_is_away_and_stops_when_asked() -> None:
    nowhere = "postgresql://handcart@/handcart?host=/nonexistent"
    stop = asyncio.Event()
    task = asyncio.create_task(wiring.run_worker(nowhere, stop))
    await asyncio.sleep(0.7)
    assert not task.done()
    stop.set()
    await asyncio.wait_for(task, 1)


async def test_an_idle_worker_keeps_no_transaction_open(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    async with at_work([Done().job]):
        await eventually(lambda: _queue_connection(look))
        for _ in range(10):
            held = await look.fetch(
                "SELECT state, backend_xid, backend_xmin FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name LIKE 'handcart%' AND state <> 'active' "
                "AND (state <> 'idle' OR backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)"
            )
            assert [tuple(row) for row in held] == []
            await asyncio.sleep(0.05)


async def test_a_due_schedule_queues_its_job_and_several_workers_queue_it_once(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection
) -> None:
    done = Done(cron="* * * * *")
    done.may_end.clear()
    async with at_work([done.job]):
        await eventually(lambda: look.fetchval("SELECT count(*) FROM handcart_pgqueuer_schedules"))
    await look.execute("UPDATE handcart_pgqueuer_schedules SET next_run = now() - interval '1 hour'")
    async with at_work([done.job]), at_work([done.job]):
        await done.began.wait()
        assert await left(look) == [("Greet", "picked", 0)]
        done.may_end.set()
        await eventually(lambda: _is(done.greeted == ["nobody"]))
    assert await left(look) == []
    assert await look.fetchval("SELECT next_run > now() FROM handcart_pgqueuer_schedules")
