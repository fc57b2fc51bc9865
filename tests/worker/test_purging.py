"""What has expired is dropped, of each kind after its time, in batches, and nothing else is touched."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from handcart import wiring
from handcart.actions.admin.purge_expired import purge_expired
from handcart.store import purging
from handcart.store.queue import enqueue
from handcart.store.stores import Stores
from handcart.worker.purging import PURGE_EXPIRED, Purge
from tests.worker.conftest import Working, eventually

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE, AFTER = -timedelta(seconds=1), timedelta(seconds=1)


async def insert_token(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute(
        "INSERT INTO tokens (hash, project, kind, client_id, scope, device, expires_at) "
        "VALUES ($1, 'p', 'access', 'c', '', '', $2)",
        uuid4().bytes,
        at,
    )


async def insert_customer_token(look: asyncpg.Connection, at: datetime) -> None:
    customer = uuid4()
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO customers (project, id, email, stores, version, document, created_at, modified_at) "
        "VALUES ('p', $1::uuid, $1::text, '{}', 1, '', now(), now())",
        str(customer),
    )
    await look.execute(
        "INSERT INTO customer_tokens (hash, project, id, customer_id, kind, created_at, expires_at) "
        "VALUES ($1, 'p', $2, $3, 'password', $4, $4)",
        uuid4().bytes,
        uuid4(),
        customer,
        at,
    )


async def insert_hand_over(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO hand_overs (hash, project, cart_id, owner, from_site, to_site, created_at, expires_at) "
        "VALUES ($1, 'p', $2, 'anonymous:a', 'siteA', 'siteC', $3, $3)",
        uuid4().bytes,
        uuid4(),
        at,
    )


async def insert_pairing_code(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO pairing_codes (project, hash, cart_id, owner, expires_at) VALUES ('p', $1, $2, 'anonymous:a', $3)",
        uuid4().bytes,
        uuid4(),
        at,
    )


async def insert_continuation(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO continuations (hash, project, order_id, owner, created_at, expires_at) "
        "VALUES ($1, 'p', $2, 'anonymous:a', $3, $3)",
        uuid4().bytes,
        uuid4(),
        at,
    )


async def insert_begun_sign_in(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO begun_sign_ins (project, hash, browser, issuer, callback, nonce, verifier, expires_at) "
        "VALUES ('p', $1, '', 'i', 'c', 'n', 'v', $2)",
        uuid4().bytes,
        at,
    )


async def insert_failure(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute(
        "INSERT INTO sign_in_failures (project, subject, failures, failed_at) VALUES ('p', $1, 1, $2)",
        uuid4().bytes,
        at,
    )


async def insert_answer(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute(
        "INSERT INTO answers (project, resource, key, request_hash, created, answer, at) "
        "VALUES ('p', 'r', $1, '', false, '', $2)",
        uuid4().hex,
        at,
    )


async def insert_delivery(look: asyncpg.Connection, at: datetime, state: str = "Delivered") -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO webhooks (project, event, version, enabled, document, secret, read_transaction, read_id, cluster, "
        "enabled_at) VALUES ('p', 'orderSubmit', 1, true, '', '', '1', $1, 1, now()) ON CONFLICT DO NOTHING",
        uuid4(),
    )
    await look.execute(
        "INSERT INTO webhook_deliveries (project, id, event, source_id, cart_id, version, state, document, created_at) "
        "VALUES ('p', $1, 'orderSubmit', $1, $1, 1, $2, '', $3)",
        uuid4(),
        state,
        at,
    )


async def insert_failed_delivery(look: asyncpg.Connection, at: datetime) -> None:
    await insert_delivery(look, at, "Failed")


async def insert_pairing(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO pairings (project, id, version, state, cart_id, owner, staff_id, expires_at, document, "
        "created_at, modified_at) VALUES ('p', $1, 1, 'Active', $1, 'anonymous:a', $1, $2, '', $2, $2)",
        uuid4(),
        at,
    )


async def insert_proposal(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO proposals (project, id, version, state, cart_id, staff_id, expires_at, document, created_at, "
        "modified_at) VALUES ('p', $1, 1, 'Open', $1, $1, $2, '', $2, $2)",
        uuid4(),
        at,
    )


async def insert_desk(look: asyncpg.Connection, at: datetime) -> None:
    staff = uuid4()
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO staff (project, id, username, name, roles) VALUES ('p', $1::uuid, $1::text, '', '{}')", str(staff)
    )
    await look.execute(
        "INSERT INTO desks (project, id, version, staff_id, is_scratch, head, created_at, modified_at) "
        "VALUES ('p', $1, 0, $2, false, '', $3, $3)",
        uuid4(),
        staff,
        at,
    )


async def insert_refused_action(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute("INSERT INTO projects (key, document) VALUES ('p', '') ON CONFLICT DO NOTHING")
    await look.execute(
        "INSERT INTO refused_actions (project, at, staff_id, request, reason) VALUES ('p', $1, $2, '', '')", at, uuid4()
    )


async def insert_job_log(look: asyncpg.Connection, at: datetime) -> None:
    await look.execute(
        "INSERT INTO handcart_pgqueuer_log (created, job_id, status, priority, entrypoint) "
        "VALUES ($1, 1, 'successful', 0, 'Greet')",
        at,
    )


KINDS: dict[str, tuple[str, Callable[..., Any], timedelta]] = {
    "tokens": ("tokens", insert_token, timedelta(0)),
    "customer_tokens": ("customer_tokens", insert_customer_token, timedelta(days=7)),
    "hand_overs": ("hand_overs", insert_hand_over, timedelta(days=1)),
    "begun_sign_ins": ("begun_sign_ins", insert_begun_sign_in, timedelta(0)),
    "pairing_codes": ("pairing_codes", insert_pairing_code, timedelta(0)),
    "continuations": ("continuations", insert_continuation, timedelta(0)),
    "sign_in_failures": ("sign_in_failures", insert_failure, timedelta(minutes=15)),
    "answers": ("answers", insert_answer, timedelta(hours=24)),
    "deliveries": ("webhook_deliveries", insert_delivery, timedelta(days=30)),
    "failed_deliveries": ("webhook_deliveries", insert_failed_delivery, timedelta(days=90)),
    "pairings": ("pairings", insert_pairing, timedelta(days=30)),
    "proposals": ("proposals", insert_proposal, timedelta(days=90)),
    "desks": ("desks", insert_desk, timedelta(days=90)),
    "refused_actions": ("refused_actions", insert_refused_action, timedelta(days=365)),
    "job_log": ("handcart_pgqueuer_log", insert_job_log, timedelta(days=7)),
}


async def rows_of(look: asyncpg.Connection, kind: str) -> int:
    return await look.fetchval(f"SELECT count(*) FROM {KINDS[kind][0]}")


def test_every_kind_that_expires_has_its_test() -> None:
    assert [each.kind for each in purging.EXPIRING] == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_row_is_kept_until_its_time_has_come(kind: str, own_stores: Stores, look: asyncpg.Connection) -> None:
    _, insert, kept_for = KINDS[kind]
    await insert(look, NOW - kept_for + AFTER)
    await insert(look, NOW - kept_for + BEFORE)
    deleted, is_more = await purge_expired(own_stores, NOW)
    assert deleted == {**dict.fromkeys(KINDS, 0), kind: 1}
    assert not is_more
    assert await rows_of(look, kind) == 1
    assert (await purge_expired(own_stores, NOW))[0] == dict.fromkeys(KINDS, 0)
    assert (await purge_expired(own_stores, NOW + 2 * AFTER))[0][kind] == 1


async def test_a_lock_outlives_the_failures_that_led_to_it(own_stores: Stores, look: asyncpg.Connection) -> None:
    await insert_failure(look, NOW - timedelta(hours=1))
    await look.execute("UPDATE sign_in_failures SET locked_until = $1", NOW + AFTER)
    assert (await purge_expired(own_stores, NOW))[0]["sign_in_failures"] == 0
    assert (await purge_expired(own_stores, NOW + timedelta(hours=1)))[0]["sign_in_failures"] == 1


async def test_a_delivery_that_is_still_attempted_is_kept(own_stores: Stores, look: asyncpg.Connection) -> None:
    await insert_delivery(look, NOW - timedelta(days=1000), "Pending")
    assert (await purge_expired(own_stores, NOW))[0] == dict.fromkeys(KINDS, 0)
    assert await rows_of(look, "deliveries") == 1


async def test_it_goes_in_batches_that_begin_with_the_oldest(
    own_stores: Stores, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handcart.store.purging.ROWS_MAX", 2)
    monkeypatch.setattr("handcart.actions.admin.purge_expired.ROWS_MAX", 2)
    for minutes in (5, 1, 3):
        await insert_token(look, NOW - timedelta(minutes=minutes))
    assert await purge_expired(own_stores, NOW) == ({**dict.fromkeys(KINDS, 0), "tokens": 2}, True)
    assert await look.fetchval("SELECT expires_at FROM tokens") == NOW - timedelta(minutes=1)
    assert await purge_expired(own_stores, NOW) == ({**dict.fromkeys(KINDS, 0), "tokens": 1}, False)


async def test_a_row_that_somebody_holds_is_passed_over_and_not_waited_for(
    own_stores: Stores, look: asyncpg.Connection
) -> None:
    await insert_token(look, NOW - timedelta(days=1))
    await insert_token(look, NOW - timedelta(hours=1))
    async with look.transaction():
        await look.execute("SELECT FROM tokens WHERE expires_at < $1 FOR SHARE", NOW - timedelta(hours=2))
        assert (await purge_expired(own_stores, NOW))[0]["tokens"] == 1
    assert (await purge_expired(own_stores, NOW))[0]["tokens"] == 1


async def test_the_job_purges_everything_as_of_the_instant_it_is_given(
    own_stores: Stores, at_work: Working, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handcart.store.purging.ROWS_MAX", 2)
    monkeypatch.setattr("handcart.actions.admin.purge_expired.ROWS_MAX", 2)
    in_ten_years = datetime.now(UTC) + timedelta(days=3650)
    for days in range(5):
        await insert_token(look, in_ten_years - timedelta(days=days, hours=1))
    await insert_token(look, in_ten_years + timedelta(hours=1))
    async with own_stores.database.transaction() as transaction:
        await enqueue(transaction, "PurgeExpired", msgspec.json.encode(Purge(as_of=in_ten_years)))
    async with at_work([PURGE_EXPIRED]):
        await eventually(lambda: look.fetchval("SELECT count(*) = 0 FROM handcart_pgqueuer"))
    assert await rows_of(look, "tokens") == 1


async def test_without_an_instant_it_is_now(own_stores: Stores, at_work: Working, look: asyncpg.Connection) -> None:
    await insert_token(look, datetime.now(UTC) - timedelta(minutes=1))
    await insert_token(look, datetime.now(UTC) + timedelta(hours=1))
    async with own_stores.database.transaction() as transaction:
        await enqueue(transaction, "PurgeExpired")
    async with at_work([PURGE_EXPIRED]):
        await eventually(lambda: look.fetchval("SELECT count(*) = 0 FROM handcart_pgqueuer"))
    assert await rows_of(look, "tokens") == 1


async def test_the_worker_of_a_server_purges_by_its_schedule(url: str, look: asyncpg.Connection) -> None:
    async def run_until(is_so: Callable[[], Any]) -> None:
        stop = asyncio.Event()
        worker = asyncio.create_task(wiring.run_worker(url, stop))
        await eventually(is_so)
        stop.set()
        await worker

    await run_until(lambda: look.fetchval("SELECT expression FROM handcart_pgqueuer_schedules"))
    assert await look.fetchval("SELECT expression FROM handcart_pgqueuer_schedules") == "7 * * * *"
    await insert_token(look, datetime.now(UTC) - timedelta(minutes=1))
    await look.execute("UPDATE handcart_pgqueuer_schedules SET next_run = now()")
    await run_until(lambda: look.fetchval("SELECT count(*) = 0 FROM tokens"))
