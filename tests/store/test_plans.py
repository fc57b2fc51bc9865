"""The hot statements find what they want by the intended index, however many rows there are, and updates stay HOT.

Each is planned twice on full tables: for the values at hand, and once for all values, as PostgreSQL does for a prepared
statement after its fifth use.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from handcart import wiring
from handcart.store.statements import statement
from tests.builders import add, change_quantity, open_cart
from tests.conftest import Project
from tests.fresh_database import fresh_database

NOW = datetime(2026, 3, 1, tzinfo=UTC)

FULL_TABLES = """
INSERT INTO projects (key, document) VALUES ('p', ''), ('q', '');

INSERT INTO changes (project, kind, epoch) SELECT 'project-' || n, 'tokens', 1 FROM generate_series(1, 2000) AS n;

INSERT INTO carts (project, id, version, state, owner, former_anonymous_id, site, name, origin, key, document, head,
                   priced_epoch, priced_until, created_at, modified_at)
SELECT project, md5(project || n)::uuid, 1,
       (ARRAY['Active', 'Active', 'Ordered', 'Merged'])[1 + n % 4], 'c:' || n / 4,
       CASE WHEN n % 4 = 3 THEN 'guest-' || n END, 'siteA', 'Default', 'Customer',
       CASE WHEN n % 10 = 0 THEN 'key-' || n END, repeat('x', 300)::bytea, '', 1, now(), now(), now()
FROM unnest(ARRAY['p', 'q']) AS project, generate_series(1, 15000) AS n;

INSERT INTO events (project, aggregate_id, version_to, version_from, at, body, personal_hash, head)
SELECT project, id, n, n - 1, now(), '', '', '' FROM carts, generate_series(1, 2) AS n;

INSERT INTO orders (project, id, version, status, owner, site, order_number, cart_id, document, head, created_at,
                    modified_at)
SELECT project, md5('order' || id)::uuid, 1, 'Submitted', owner, 'siteA', row_number() OVER (), id, '', '', now(), now()
FROM carts WHERE state = 'Ordered';

INSERT INTO merges (project, id, version, state, target_id, document, at)
SELECT project, md5('merge' || id)::uuid, 1, 'Applied', id, '', now() FROM carts WHERE state = 'Merged';

INSERT INTO webhooks (project, event, version, enabled, document, secret, read_transaction, read_id, cluster,
                      enabled_at)
SELECT project, event, 1, true, '', '', pg_snapshot_xmin(pg_current_snapshot()), md5('')::uuid, system_identifier,
       now()
FROM pg_control_system(), unnest(ARRAY['p', 'q']) AS project, unnest(ARRAY['orderSubmit', 'cartMerge']) AS event;

INSERT INTO webhook_deliveries (project, id, event, source_id, cart_id, version, state, document, created_at)
SELECT project, id, 'orderSubmit', id, cart_id, 1, (ARRAY['Pending', 'Delivered'])[1 + row_number() OVER () % 2], '',
       now()
FROM orders;

INSERT INTO tokens (hash, project, kind, client_id, scope, customer_id, anonymous_id, device, expires_at)
SELECT sha256(n::text::bytea), 'p', (ARRAY['access', 'refresh'])[1 + n % 2], 'c', '',
       CASE WHEN n % 3 = 0 THEN md5('customer' || n / 8)::uuid END, CASE WHEN n % 3 = 1 THEN 'guest-' || n / 4 END,
       'device-' || n / 2, timestamptz '2026-02-28 22:00 UTC' + n * interval '1 s'
FROM generate_series(1, 20000) AS n;

INSERT INTO customers (project, id, key, email, stores, version, document, created_at, modified_at, search_text)
SELECT 'p', md5('customer' || n)::uuid, 'key-' || n, n || '@example.com', '{}', 1, '', now(), now(),
       'E:' || n || E'@example.com\\nL:' || translate(md5(n::text), '0123456789', 'ghijklmnop') || E'\\n'
FROM generate_series(1, 10000) AS n;

INSERT INTO proposals (project, id, version, state, cart_id, staff_id, expires_at, document, created_at, modified_at)
SELECT project, md5('proposal' || id)::uuid, 1, 'Open', id, md5('staff' || left(id::text, 2))::uuid, now(), '', now(),
       now()
FROM carts WHERE state = 'Active';

INSERT INTO pairings (project, id, version, state, cart_id, owner, staff_id, expires_at, document, created_at,
                      modified_at)
SELECT project, md5('pairing' || id)::uuid, 1, 'Active', cart_id, '', staff_id, now(), '', now(), now()
FROM proposals;

INSERT INTO inventory (project, id, sku, channel_id, version, quantity_on_stock, available_quantity, created_at,
                       modified_at)
SELECT 'p', md5('entry' || n)::uuid, 'sku-' || n, '', 1, 5, 5, now(), now() FROM generate_series(1, 10000) AS n;

INSERT INTO answers (project, resource, key, request_hash, created, answer, at)
SELECT 'p', 'r', n, '', false, '', timestamptz '2026-02-28 22:00 UTC' + n * interval '1 s'
FROM generate_series(1, 10000) AS n;

INSERT INTO handcart_pgqueuer_log (created, job_id, status, priority, entrypoint)
SELECT timestamptz '2026-02-28 22:00 UTC' + n * interval '1 s', n, 'successful', 0, 'Greet'
FROM generate_series(1, 10000) AS n;

INSERT INTO staff (project, id, username, name, roles)
SELECT 'p', md5('staff' || n)::uuid, n, '', '{}' FROM generate_series(1, 2000) AS n;

INSERT INTO desks (project, id, version, staff_id, is_scratch, head, created_at, modified_at)
SELECT project, md5('desk' || id)::uuid, 1, id, true, '', now(), now() FROM staff;

INSERT INTO desk_customers (project, desk_id, owner, scope, cart_id, selected_at)
SELECT project, id, 'c:' || n, 'site:siteA', md5(project || n)::uuid, now() - n * interval '1 s'
FROM desks, generate_series(1, 10) AS n;

INSERT INTO presences (project, cart_id, listener, kind, staff_id, since, seen_at)
SELECT project, md5(project || n)::uuid, md5('listener' || n)::uuid, 'agent', md5('staff' || n)::uuid, now(), now()
FROM unnest(ARRAY['p', 'q']) AS project, generate_series(1, 2000) AS n;

INSERT INTO sign_in_failures (project, subject, failures, failed_at)
SELECT 'p', n::text::bytea, 1, timestamptz '2026-02-28 22:00 UTC' + n * interval '1 s'
FROM generate_series(1, 10000) AS n;

INSERT INTO customer_tokens (hash, project, id, customer_id, kind, created_at, expires_at)
SELECT sha256(id::text::bytea), project, id, id, 'password', now(),
       timestamptz '2026-02-28 22:00 UTC' + row_number() OVER () * interval '1 s' FROM customers;
"""

CART = UUID("00000000-0000-4000-8000-000000000001")

PLANS: dict[str, tuple[tuple[Any, ...], set[str]]] = {
    "load_cart": (("p", CART), {"carts_pkey"}),
    "load_cart_and_order_number": (("p", CART, "key-10"), {"carts_pkey", "one_cart_per_key"}),
    "find_cart_by_key": (("p", "key-10"), {"one_cart_per_key"}),
    "find_current_cart": (("p", "c:7", ["siteA"], "Default", "", "", ""), {"active_carts_of_owner"}),
    "change_cart": (("p", CART, 1), {"carts_pkey"}),
    "delete_cart": (("p", CART, 1), {"carts_pkey", "events_pkey"}),
    "lock_carts": (("p", [CART]), {"carts_pkey"}),
    "lock_carts_to_claim": (("p", "c:7", "a:guest", CART), {"active_carts_of_owner", "carts_of_owner", "carts_pkey"}),
    "list_carts_to_claim": (("p", "c:7", "a:guest", CART), {"active_carts_of_owner", "carts_of_owner", "carts_pkey"}),
    "submit_cart": (("p", CART, 1), {"carts_pkey", "one_entry_per_sku_and_channel", "inventory_pkey"}),
    "list_events": (("p", CART, 100, 0), {"events_pkey"}),
    "erase_events": (("p", [CART]), {"events_pkey"}),
    "list_belongings": (("p", "c:7"), {"active_carts_of_owner", "carts_of_owner", "orders_of_owner"}),
    "list_answers_after": (("p", "r", "7", 500), {"one_answer_per_idempotency_key"}),
    "list_cart_news": ((["p"] * 2, [CART] * 2, [1, None], [False, True], 501), {"carts_pkey", "events_pkey"}),
    "list_desk_carts": (
        ("p", CART, "c:7", [CART], 100),
        {"carts_pkey", "active_carts_of_owner", "desk_customers_by_recency"},
    ),
    "list_desk_customers": (
        ("p", CART, 100),
        {"carts_pkey", "customers_pkey", "desk_customers_by_recency"},
    ),
    "list_proposals_of_owner": (
        ("p", "c:7", None, None, NOW, 20, 0),
        {"active_carts_of_owner", "carts_of_owner", "proposals_of_cart"},
    ),
    "list_proposals_in_reach": (
        ("p", CART, [CART], ["c:7"], None, None, NOW, 20, 0),
        {
            *("active_carts_of_owner", "carts_of_owner", "carts_pkey"),
            *("proposals_of_cart", "proposals_of_staff", "proposals_pkey"),
        },
    ),
    "list_pairings_of_owner": (
        ("p", "c:7", NOW, 100),
        {"active_carts_of_owner", "carts_of_owner", "live_pairings_of_cart"},
    ),
    "list_presences": ((["p"] * 2, [CART] * 2, 15.0), {"presences_pkey", "staff_pkey"}),
    "load_order": (("p", CART), {"orders_pkey"}),
    "find_order_by_number": (("p", "7"), {"one_order_per_number"}),
    "lock_orders_of_owner": (("p", "c:7"), {"orders_of_owner"}),
    "find_access_token": ((b"h", NOW), {"tokens_pkey", "changes_pkey"}),
    "find_known_token": ((b"h", NOW), {"tokens_pkey"}),
    "lock_refresh_token": ((b"h", NOW), {"tokens_pkey"}),
    "delete_tokens_of_customer": (("p", CART, "access"), {"tokens_by_customer"}),
    "delete_tokens_of_anonymous_session": (("p", "guest-7", "access"), {"tokens_by_anonymous_session"}),
    "delete_access_tokens_of_device": (("p", "device-7"), {"tokens_by_device"}),
    "find_customer_by_email": (("p", "7@example.com"), {"one_customer_per_email"}),
    "lock_customer": (("p", CART), {"customers_pkey"}),
    "search_customers": (
        ("p", [0], ["%hijk%"], ["hijk"], [], [], [0], ["1000"], ["1000~"], ["%hijk%"], None, 20, 0),
        {"customers_by_words", "customers_pkey", "one_order_per_number"},
    ),
    "search_customers_alike": (
        ("p", [0], ["hijkl"], ["hijkl"], None, 1, 20, 0),
        {"customers_by_words", "customers_pkey"},
    ),
    "list_carts_of_customer": (("p", "c:7", None, 50), {"active_carts_of_owner"}),
    "list_orders_of_customer": (("p", "c:7", None, 5, 20), {"orders_of_owner"}),
    "list_open_proposals_to": (("p", "c:7", None, NOW, 20), {"active_carts_of_owner", "proposals_of_cart"}),
    "find_answer": (("p", "r", "7"), {"one_answer_per_idempotency_key"}),
    "delete_expired_tokens": ((NOW, 1000), {"tokens_by_expiry"}),
    "delete_expired_customer_tokens": ((NOW, 1000), {"customer_tokens_by_expiry"}),
    "delete_old_sign_in_failures": ((NOW, 1000), {"sign_in_failures_by_age"}),
    "delete_old_answers": ((NOW, 1000), {"answers_by_age"}),
    "delete_old_job_log": ((NOW, 1000), {"handcart_pgqueuer_log_created"}),
    "list_orders_to_tell": (("p", "9", CART, 100), {"orders_by_commit"}),
    "list_merges_to_tell": (("p", "9", CART, 100), {"merges_by_commit"}),
    "load_delivery": (("p", CART), {"webhook_deliveries_pkey", "pending_deliveries_of_cart"}),
    "list_deliveries": (("p", "orderSubmit", None, 100, 0), {"deliveries_of_webhook"}),
}
"""By statement: values that decide the plan, the rest being null, and the indexes that it is to be answered from."""


@pytest.fixture(scope="module")
async def full(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A database with many rows, whose statistics are up to date."""
    async with fresh_database(database_url) as url:
        await wiring.migrate(url)
        connection = await asyncpg.connect(url)
        await connection.execute(FULL_TABLES)
        await connection.execute("VACUUM ANALYZE")
        yield connection
        await connection.close()


def nodes_of(plan: Any) -> Iterator[dict[str, Any]]:
    """Every node of a plan."""
    if isinstance(plan, list):
        for each in plan:
            yield from nodes_of(each)
    elif isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan
        for each in plan.values():
            yield from nodes_of(each)


async def plan_for(connection: asyncpg.Connection, name: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The plan for these values."""
    missing = len((await connection.prepare(statement(name))).get_parameters()) - len(values)
    said = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement(name)}", *values, *[None] * missing)
    return list(nodes_of(json.loads(said)))


async def plan_for_all_values(connection: asyncpg.Connection, name: str) -> list[dict[str, Any]]:
    """The plan that serves whatever the values are."""
    parameters = len((await connection.prepare(statement(name))).get_parameters())
    async with connection.transaction():
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE hot AS {statement(name)}")
        nulls = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
        said = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE hot{nulls}")
        await connection.execute("DEALLOCATE hot")
    return list(nodes_of(json.loads(said)))


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("values", ["these", "all"])
async def test_it_is_answered_from_its_indexes_alone(name: str, values: str, full: asyncpg.Connection) -> None:
    given, indexes = PLANS[name]
    nodes = await plan_for(full, name, given) if values == "these" else await plan_for_all_values(full, name)
    assert [node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"] == []
    assert {node["Index Name"] for node in nodes if "Index Name" in node} == indexes


async def test_looking_for_what_is_to_be_told_reads_subscriptions_and_the_ends_of_indexes(
    full: asyncpg.Connection,
) -> None:
    nodes = await plan_for_all_values(full, "list_webhooks_behind")
    assert {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} <= {"webhooks"}
    found = [node for node in nodes if node.get("Index Name") in ("orders_by_commit", "merges_by_commit")]
    assert len(found) == 2
    assert all("recorded_by" in node["Index Cond"] for node in found)


async def test_no_index_holds_what_every_update_of_a_cart_changes(full: asyncpg.Connection) -> None:
    changed = {"version", "document", "head", "priced_site", "priced_epoch", "priced_until", "modified_at"}
    changed |= {"scope_epoch", "scope_site"}
    for column in changed:
        assert f" {column} = $" in statement("change_cart")
    indexes = await full.fetch("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'carts'")
    assert len(indexes) >= 5
    assert [row["indexname"] for row in indexes if changed & set(re.findall(r"\w+", row["indexdef"]))] == []


async def test_updates_of_a_cart_stay_on_its_page(project: Project, in_process: httpx.AsyncClient) -> None:
    """As no index holds what changes, staying on the page is what makes an update HOT. The row itself tells; the counts
    of the table are of all tests, and each connection of the server tells its own when it likes.
    """
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    line, pages = cart["lineItems"][0], []
    for number in range(100):
        change = {"version": cart["version"], "actions": [change_quantity(line, 1 + number % 7 + 1)]}
        response = await in_process.post(
            f"/{project.key}/in-store/key=siteA/me/carts/{cart['id']}",
            json=change,
            headers={"Authorization": f"Bearer {guest.token}"},
        )
        assert response.status_code == 200, response.text
        cart = response.json()
        page, _ = project.sql.value("SELECT ctid FROM carts WHERE project = $1 AND id = $2", project.key, cart["id"])
        pages.append(page)
    # Whoever reads at that moment may keep the former version from being cleared off the page in time.
    assert sum(one != other for one, other in pairwise(pages)) <= 10
