"""Background jobs are queued in the transaction of what they are for: both happen, or neither.

The queue is PgQueuer's, and this statement writes what PgQueuer would: importing it costs every server process 17 MB
and an eighth of a second, and only the worker needs more of it (``open_queue``). The commit wakes the worker by NOTIFY,
which makes commits wait for each other, so that a change of a cart must never queue anything.
"""

from datetime import timedelta

from handcart.store.database import Transaction
from handcart.store.statements import statement


async def enqueue(
    transaction: Transaction,
    job: str,
    payload: bytes | None = None,
    *,
    priority: int = 0,
    delay: timedelta = timedelta(0),
    dedupe_key: str | None = None,
) -> int | None:
    """Queue a job by its name; it is worked on after the commit, at least once, and not before ``delay`` has passed.

    A higher priority goes first; among equals, what was queued first. Answers the job's number, or None where a job
    with the same dedupe key waits or is being worked on: then nothing is queued, and whoever needs the worker to see
    this transaction's rows for certain leaves the key out. A key that another open transaction has just queued makes
    this one wait for it.
    """
    row = await transaction.row(statement("enqueue_job"), job, payload, priority, delay, dedupe_key)
    return row["id"] if row is not None else None
