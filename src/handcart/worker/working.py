"""The worker: claims jobs from the queue, does them and records the outcome, until it is asked to stop.

PgQueuer claims and records; what happens to a job that fails, or whose worker ends first, is decided here.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as Claimed
from pgqueuer.domain.models import Schedule

from handcart.log import logger
from handcart.store.open_queue import OpenQueue, QueueUnavailable, open_queue
from handcart.store.stores import Stores
from handcart.worker.job import Job

JOBS_AT_ONCE = 8
CLAIMED_AT_ONCE = 4

LOOK_SECONDS = 5.0
"""How often to look for jobs that nobody told of, such as those of a worker that died."""

SILENT_SECONDS_MAX = 30.0
"""A worker that has not been heard of for so long is taken for dead, and its jobs are given to another."""

FINISH_SECONDS = 2.0
"""What is under way may take so long to finish when the worker is asked to stop; then it is queued again."""

PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.5, 10.0

log = logger(__name__)


async def work_until(
    stop: asyncio.Event,
    *,
    database_url: str,
    stores: Stores,
    jobs: Sequence[Job[Any]],
    silent_seconds_max: float = SILENT_SECONDS_MAX,
) -> None:
    """Work on these kinds of jobs until asked to stop; a database that is away is waited for."""
    pause = PAUSE_SECONDS
    while not stop.is_set():
        try:
            async with open_queue(database_url) as queue:
                pause = PAUSE_SECONDS
                await _Shift(queue, stores, jobs).work_until(stop, timedelta(seconds=silent_seconds_max))
        except QueueUnavailable as reason:
            log.warning("the worker waits for the database", reason=str(reason), pause_seconds=pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, PAUSE_SECONDS_MAX)


class _Shift:
    """The work on one connection, until that is lost or the worker is asked to stop."""

    def __init__(self, queue: OpenQueue, stores: Stores, jobs: Sequence[Job[Any]]) -> None:
        self._queue = queue
        self._stores = stores
        self._is_over = queue.pgqueuer.shutdown
        self._under_way: set[asyncio.Task[Any]] = set()
        for job in jobs:
            accept = queue.pgqueuer.entrypoint(job.name, on_failure="hold" if job.is_held else "delete")
            accept(partial(self._do, job))
            if job.cron is not None:
                queue.pgqueuer.schedule(job.name, job.cron)(partial(self._queue_scheduled, job))

    async def work_until(self, stop: asyncio.Event, silence: timedelta) -> None:
        running = asyncio.create_task(
            self._queue.pgqueuer.run(
                dequeue_timeout=timedelta(seconds=LOOK_SECONDS),
                batch_size=CLAIMED_AT_ONCE,
                max_concurrent_tasks=JOBS_AT_ONCE,
                heartbeat_timeout=silence,
                log_aggregation_interval=timedelta(0),  # whoever looks at its statistics has them made
            )
        )
        ends = [asyncio.create_task(each.wait()) for each in (stop, self._queue.lost)]
        try:
            await asyncio.wait({running, *ends}, return_when=asyncio.FIRST_COMPLETED)
            self._is_over.set()
            if not self._queue.lost.is_set():
                await asyncio.wait({running}, timeout=FINISH_SECONDS)
        finally:
            self._is_over.set()
            for each in (*self._under_way, *ends):
                each.cancel()
            await asyncio.wait({running})
        await running
        if self._queue.lost.is_set():
            raise QueueUnavailable("the connection was lost")

    async def _queue_scheduled(self, job: Job[Any], _: Schedule) -> None:
        """What is due goes through the queue like everything else, so that it is tried again and outlives a worker."""
        await self._queue.queries.enqueue(job.name, None, dedupe_key=job.name, on_conflict="skip")

    async def _do(self, job: Job[Any], claimed: Claimed) -> None:
        if self._is_over.is_set():
            raise RetryRequested(reason="the worker was about to end")
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            await job.work(self._stores, job.decoded(claimed.payload))
        except asyncio.CancelledError:
            # PgQueuer would take the job for cancelled and drop it.
            raise RetryRequested(reason="the worker ended before the job") from None
        except Exception as error:
            attempt = claimed.attempts + 1
            if attempt >= job.attempts_max:
                raise  # PgQueuer logs it, and holds or drops the job
            delay = job.delay_after(attempt)
            log.warning(
                "a job failed and will be tried again",
                job=job.name,
                number=claimed.id,
                attempt=attempt,
                pause_seconds=delay.total_seconds(),
                exc_info=True,
            )
            raise RetryRequested(delay, reason=str(error)) from error
        finally:
            self._under_way.discard(task)
