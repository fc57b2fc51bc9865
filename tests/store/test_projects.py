"""Projects and the identities in them, as the project file loads them."""

import asyncpg
import pytest
from msgspec.structs import replace

from handcart.domain.catalogue import ProjectSettings
from handcart.domain.errors import DuplicateField, InvalidField, InvalidInput
from handcart.domain.permissions import ROLE_BEHAVIOURS
from handcart.store.api_clients import find_api_clients, upsert_api_client
from handcart.store.powers import load_powers
from handcart.store.projects import drop_project, insert_project, list_projects
from handcart.store.staff import find_staff_member, upsert_role, upsert_staff
from handcart.store.statements import statement
from handcart.store.stores import Stores
from tests.api.oauth import issued, sign_in
from tests.conftest import Project

SETTINGS = ProjectSettings(
    key="",
    name="New",
    version=1,
    created_at="2026-01-01T00:00:00.000Z",
    currencies=("USD",),
    countries=("US",),
    languages=("en-US",),
)


@pytest.fixture
async def key(stores: Stores) -> str:
    """The key of a new project, made by the store."""
    key = f"p-{stores.clock.new_uuid()[-12:]}"
    async with stores.database.transaction() as transaction:
        await insert_project(transaction, replace(SETTINGS, key=key))
    return key


async def test_a_new_project_has_the_roles_that_every_project_starts_with(stores: Stores, key: str) -> None:
    rows = await stores.database.rows("SELECT key, behaviours FROM roles WHERE project = $1", key)
    assert {row["key"]: frozenset(row["behaviours"]) for row in rows} == ROLE_BEHAVIOURS
    assert (await stores.catalogues.catalogue(key)).settings.name == "New"


async def test_a_projects_key_is_taken_once(stores: Stores, key: str) -> None:
    with pytest.raises(DuplicateField) as refusal:
        async with stores.database.transaction() as transaction:
            await insert_project(transaction, replace(SETTINGS, key=key, name="Other"))
    assert (refusal.value.field, refusal.value.duplicate_value) == ("key", key)
    assert (await stores.catalogues.fresh(key)).settings.name == "New"


async def test_projects_are_listed_by_key_page_by_page(stores: Stores, key: str) -> None:
    found = await list_projects(stores.database, limit=1)
    everything = list(found)
    while found:
        found = await list_projects(stores.database, after=found[-1].key, limit=1)
        everything += found
    keys = [each.key for each in everything]
    assert key in keys
    assert keys == sorted(keys)


async def test_an_api_client_loaded_again_is_replaced(stores: Stores, key: str) -> None:
    for secret, scopes in (("first", ["manage_orders"]), ("second", [f"view_orders:{key}:siteA", "manage_project"])):
        async with stores.database.transaction() as transaction:
            await upsert_api_client(
                transaction, project=key, client_id="shop", secret=secret, name="Shop", scopes=scopes
            )
    assert await find_api_clients(stores.database, client_id="shop", secret="first", project=key) == []
    (client,) = await find_api_clients(stores.database, client_id="shop", secret="second", project=key)
    assert client.scopes == (f"view_orders:{key}:siteA", f"manage_project:{key}")


async def test_an_api_client_has_scopes_of_its_own_project_only(stores: Stores, key: str) -> None:
    with pytest.raises(InvalidInput):
        async with stores.database.transaction() as transaction:
            await upsert_api_client(
                transaction, project=key, client_id="shop", secret="s", name="Shop", scopes=["manage_orders:other"]
            )
    assert await find_api_clients(stores.database, client_id="shop", secret="s", project=key) == []


async def test_staff_loaded_again_keep_their_id_and_without_a_new_password_the_old_one(
    stores: Stores, key: str
) -> None:
    ids = []
    for password_hash, roles in (("hash", ["SalesAgent"]), (None, ["Supervisor"])):
        async with stores.database.transaction() as transaction:
            made = await upsert_staff(
                transaction,
                project=key,
                new_id=stores.clock.new_uuid(),
                username="agent",
                name="Agent",
                password_hash=password_hash,
                roles=roles,
            )
            ids.append(made)
    assert ids[0] == ids[1]
    member = await find_staff_member(stores.database, project=key, username="agent")
    assert member is not None
    assert (member.id, member.password_hash, member.roles) == (ids[0], "hash", ("Supervisor",))


async def behaviours_of(stores: Stores, key: str, staff_id: str) -> frozenset[str]:
    now = stores.clock.utc_now()
    return (await load_powers(stores.database, key, staff_id=staff_id, device="", now=now)).behaviours


async def test_a_role_that_changes_holds_at_the_next_look(stores: Stores, key: str) -> None:
    async with stores.database.transaction() as transaction:
        staff_id = await upsert_staff(
            transaction,
            project=key,
            new_id=stores.clock.new_uuid(),
            username="agent",
            name="Agent",
            password_hash=None,
            roles=["Tester", "Gone"],
        )
        await upsert_role(transaction, project=key, key="Tester", name="Tester", behaviours=["cart:write"])
    assert await behaviours_of(stores, key, staff_id) == {"cart:write"}
    async with stores.database.transaction() as transaction:
        await upsert_role(transaction, project=key, key="Tester", name="Tester", behaviours=["order:read"])
    assert await behaviours_of(stores, key, staff_id) == {"order:read"}


async def test_a_role_has_only_behaviours_that_exist(stores: Stores, key: str) -> None:
    with pytest.raises(InvalidField):
        async with stores.database.transaction() as transaction:
            await upsert_role(transaction, project=key, key="Typo", name="Typo", behaviours=["cart:wirte"])
    assert await stores.database.row("SELECT FROM roles WHERE project = $1 AND key = 'Typo'", key) is None


async def test_a_dropped_project_leaves_no_row_anywhere(
    project: Project, other_project: Project, stores: Stores, database: asyncpg.Connection
) -> None:
    tables = await database.fetch(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_name) "
        "WHERE tables.table_schema = 'public' AND columns.table_schema = 'public' AND table_type = 'BASE TABLE' "
        "AND column_name = 'project'"
    )
    names = sorted(row["table_name"] for row in tables)

    async def rows_of(key: str) -> dict[str, int]:
        return {name: await database.fetchval(f"SELECT count(*) FROM {name} WHERE project = $1", key) for name in names}

    for each in (project, other_project):
        issued(sign_in(each))
        sign_in(each, password="wrong")
        each.guest().create("/me/carts", {"currency": "USD"}, headers={"Idempotency-Key": "once"})
    before = await rows_of(other_project.key)
    async with stores.database.transaction() as transaction:
        epochs = await drop_project(transaction, project.key)
    assert {name: count for name, count in (await rows_of(project.key)).items() if count} == {"changes": len(epochs)}
    assert await database.fetchval("SELECT count(*) FROM projects WHERE key = $1", project.key) == 0
    assert await rows_of(other_project.key) == before


async def test_every_table_of_a_project_is_dropped_with_it(database: asyncpg.Connection) -> None:
    """Either the statement names the table, or it follows one that is named."""
    words = set(statement("drop_project").split())
    rows = await database.fetch(
        """
        WITH RECURSIVE dropped AS (
            SELECT oid AS id FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY ($1)
            UNION
            SELECT conrelid FROM pg_constraint JOIN dropped ON confrelid = id
            WHERE contype = 'f' AND confdeltype = 'c'
        )
        SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'project'
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_class.oid NOT IN (SELECT id FROM dropped)
        """,
        list(words),
    )
    assert {row["relname"] for row in rows} == {"changes"}
