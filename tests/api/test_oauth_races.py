"""Sign-in, refresh and revocation at once: the interleaving is forced with locks of the test's own."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.api.oauth import ask, issued, oauth_refused, refresh, sign_in, sign_in_staff, tokens_kept
from tests.client import ok
from tests.conftest import Project

NO_CART = "/me/carts/00000000-0000-4000-8000-000000000000"
SLOW = 1_729
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def until_waiting(database: asyncpg.Connection, requests: int) -> None:
    """Until so many requests wait for a lock."""
    for _ in range(200):
        if await database.fetchval(WAITING) >= requests:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_a_password_changed_during_a_sign_in_signs_nobody_in(
    project: Project, database: asyncpg.Connection
) -> None:
    for table, name, attempt in (("customers", "alice@example.com", sign_in), ("staff", "agent7", sign_in_staff)):
        async with database.transaction():
            await database.execute(f"UPDATE {table} SET password_hash = 'another' WHERE project = $1", project.key)
            signing_in = asyncio.create_task(asyncio.to_thread(attempt, project, name))
            await until_waiting(database, 1)
        error = "invalid_customer_account_credentials" if table == "customers" else "invalid_grant"
        oauth_refused(await signing_in, 400, error)
    assert tokens_kept(project) == 0


@pytest.fixture
async def slow_inserts(project: Project, database: asyncpg.Connection) -> AsyncIterator[None]:
    """New tokens of the project wait for the advisory lock ``SLOW`` before they are inserted."""
    await database.execute(
        f"""
        CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock_shared({SLOW}); RETURN new; END $$;
        CREATE TRIGGER slow_inserts BEFORE INSERT ON tokens FOR EACH ROW WHEN (new.project = '{project.key}')
        EXECUTE FUNCTION wait_for_test()
        """
    )
    yield
    await database.execute("DROP TRIGGER slow_inserts ON tokens; DROP FUNCTION wait_for_test()")


async def test_a_token_refreshed_during_its_revocation_is_revoked_too(
    project: Project, database: asyncpg.Connection, slow_inserts: None
) -> None:
    token = issued(await asyncio.to_thread(sign_in, project))["refresh_token"]
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", SLOW)
        refreshing = asyncio.create_task(asyncio.to_thread(refresh, project, token))
        await until_waiting(database, 1)
        revoking = asyncio.create_task(asyncio.to_thread(ask, project, "token/revoke", token=token))
        await until_waiting(database, 2)
    refreshed = issued(await refreshing)
    ok(await revoking, 200)
    assert project.api(refreshed["access_token"]).get(NO_CART).status_code == 401
    assert tokens_kept(project) == 0


async def test_a_guess_that_is_right_but_late_finds_the_account_locked(
    project: Project, database: asyncpg.Connection
) -> None:
    for _ in range(9):
        sign_in(project, password="wrong")
    async with database.transaction():
        await database.execute("SELECT FROM customers WHERE project = $1 FOR UPDATE", project.key)
        late = asyncio.create_task(asyncio.to_thread(sign_in, project))
        await until_waiting(database, 1)
        await asyncio.to_thread(sign_in, project, password="wrong")
    assert (await late).status_code == 429
    assert tokens_kept(project) == 0
