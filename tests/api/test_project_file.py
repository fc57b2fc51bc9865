"""Loading a project file: what it says is there, once; what people did since stays; what is refused changes nothing."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from handcart.actions.admin.load_project_file import load_project_file
from handcart.domain.project_file import ProjectFileError
from handcart.store.passwords import LEAST_COST, Passwords
from handcart.store.stores import Stores
from tests.client import ok, refused
from tests.conftest import Project
from tests.database import Sql

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TABLES = "projects changes api_clients resources products product_skus inventory customers staff roles loaded_entries"


class Loaded:
    """A project that exists only by its file."""

    def __init__(self, key: str, stores: Stores, sql: Sql, file: dict[str, Any]) -> None:
        self.key = key
        self.stores = stores
        self.sql = sql
        self.file = file
        self.seen: list[tuple[str, int, int]] = []

    async def load(self) -> dict[str, int]:
        """What changed, by section, without the zeros."""
        text = json.dumps(self.file, indent=2).encode()
        counts = await load_project_file(self.stores, text, lambda *seen: self.seen.append(seen))
        return {section: count for section, count in counts.items() if count}

    def entry(self, section: str, name: str) -> dict[str, Any]:
        return next(
            each for each in self.file[section] if name in (each.get("key"), each.get("username"), each.get("id"))
        )

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Everything in the database."""
        found = {}
        for table in TABLES.split():
            column = "key" if table == "projects" else "project"
            found[table] = self.sql.rows(f"SELECT * FROM {table} t WHERE {column} = $1 ORDER BY t::text", self.key)
        return found

    def version(self, kind: str, key: str) -> int:
        return self.sql.value(
            "SELECT version FROM resources WHERE project=$1 AND kind=$2 AND key=$3", self.key, kind, key
        )


@pytest.fixture
def loaded(stores: Stores, sql: Sql) -> Loaded:
    key = f"f-{secrets.token_hex(6)}"
    file = json.loads((EXAMPLES / "reference.json").read_bytes())
    file["project"]["key"] = key
    return Loaded(key, replace(stores, passwords=Passwords(cost=LEAST_COST)), sql, file)


@pytest.fixture
def sign_in(http: httpx.Client, loaded: Loaded) -> Callable[..., httpx.Response]:
    def try_it(username: str, password: str) -> httpx.Response:
        path = "staff" if "@" not in username else "customers"
        client = ("backend", "backend-secret") if path == "staff" else ("storefront", "storefront-secret")
        form = {"grant_type": "password", "username": username, "password": password}
        return http.post(f"/oauth/{loaded.key}/{path}/token", data=form, auth=client)

    return try_it


async def test_the_reference_project_is_loaded_whole(loaded: Loaded) -> None:
    counts = await loaded.load()
    sections = {name: len(entries) for name, entries in loaded.file.items() if isinstance(entries, list)}
    assert counts == {"project": 1, **sections}
    assert [each for each in loaded.seen if each[0] == "inventory"][-1] == ("inventory", 26, 26)
    versions = "SELECT version FROM {} WHERE project = $1 AND version <> 1"
    for table in ("resources", "products", "inventory", "customers"):
        assert loaded.sql.rows(versions.format(table), loaded.key) == []


async def test_the_demo_project_is_loaded_whole(loaded: Loaded) -> None:
    loaded.file = json.loads((EXAMPLES / "demo.json").read_bytes())
    loaded.file["project"]["key"] = loaded.key
    assert loaded.file.pop("welcome")
    sections = {name: len(entries) for name, entries in loaded.file.items() if isinstance(entries, list)}
    assert await loaded.load() == {"project": 1, **sections}
    assert await loaded.load() == {}


async def test_loading_the_same_file_again_changes_nothing(loaded: Loaded) -> None:
    await loaded.load()
    before = loaded.rows()
    assert await loaded.load() == {}
    assert loaded.rows() == before


async def test_people_of_the_file_sign_in(loaded: Loaded, sign_in: Callable[..., httpx.Response]) -> None:
    await loaded.load()
    assert ok(sign_in("alice@example.com", "pw"), 200)["access_token"]
    assert ok(sign_in("agent7", "pw"), 200)["access_token"]
    refused(sign_in("alice@example.com", "wrong"), 400, "invalid_customer_account_credentials")


async def test_a_cart_is_priced_as_the_file_says(loaded: Loaded, http: httpx.Client, sql: Sql) -> None:
    await loaded.load()
    guest = Project(loaded.key, http, sql).guest()
    for site, cents in (("siteA", 2500), ("siteB", 5000), ("siteM", 48000), ("siteC", 4000), ("siteD", 2500)):
        currency = "MXN" if site == "siteM" else "USD"
        draft = {"currency": currency, "lineItems": [{"sku": "TEE"}, {"sku": "MUG", "quantity": 2}]}
        cart = guest.in_store(site).create("/me/carts", draft)
        mugs = 32000 if site == "siteM" else 1600
        assert (site, cart["totalPrice"]["centAmount"]) == (site, cents + mugs)


async def test_a_changed_entry_takes_effect_and_nothing_else_does(loaded: Loaded) -> None:
    await loaded.load()
    before = loaded.rows()
    loaded.entry("channels", "pgA")["name"] = {"en-US": "Prices of the first company"}
    loaded.entry("products", "TEE")["masterVariant"]["prices"][0]["value"]["centAmount"] = 2600
    assert await loaded.load() == {"channels": 1, "products": 1}
    after = loaded.rows()
    assert loaded.version("channel", "pgA") == 2
    assert loaded.version("channel", "pgB") == 1
    for unchanged in ("projects", "api_clients", "inventory", "customers", "staff", "roles", "product_skus"):
        assert after[unchanged] == before[unchanged]
    assert sorted(each["version"] for each in after["products"]) == [1, 1, 1, 1, 2]


async def test_a_price_keeps_its_id_when_its_amount_changes(loaded: Loaded) -> None:
    def prices() -> dict[str, int]:
        query = "SELECT document FROM products WHERE project = $1 AND key = 'TEE'"
        product = json.loads(loaded.sql.value(query, loaded.key))
        variant = product["masterData"]["current"]["masterVariant"]
        return {each["id"]: each["value"]["centAmount"] for each in variant["prices"]}

    await loaded.load()
    before = prices()
    loaded.entry("products", "TEE")["masterVariant"]["prices"][0]["value"]["centAmount"] = 2600
    await loaded.load()
    assert {**before, next(iter(before)): 2600} == prices()


async def test_stock_that_was_sold_stays_sold(loaded: Loaded) -> None:
    await loaded.load()
    sold = "UPDATE inventory SET available_quantity = 98, version = 2 WHERE project = $1 AND sku = 'TEE'"
    loaded.sql.execute(sold, loaded.key)
    tee = next(each for each in loaded.file["inventory"] if each["sku"] == "TEE")
    assert await loaded.load() == {}
    tee["quantityOnStock"] = 150
    assert await loaded.load() == {"inventory": 1}
    columns = "quantity_on_stock, available_quantity, version"
    rows = loaded.sql.rows(f"SELECT {columns} FROM inventory WHERE project = $1 AND sku = 'TEE'", loaded.key)
    assert sorted(tuple(each.values()) for each in rows) == [(100, 98, 2)] * 4 + [(150, 148, 3)]


async def test_a_file_that_leaves_less_than_orders_hold_is_refused(loaded: Loaded) -> None:
    await loaded.load()
    loaded.sql.execute("UPDATE inventory SET available_quantity = 40 WHERE project = $1 AND sku = 'TEE'", loaded.key)
    before = loaded.rows()
    loaded.file["inventory"][0]["quantityOnStock"] = 50
    with pytest.raises(ProjectFileError) as caught:
        await loaded.load()
    assert caught.value.path.startswith("$.inventory[0]")
    assert loaded.rows() == before


async def test_a_password_that_the_customer_changed_stays_changed(
    loaded: Loaded, sign_in: Callable[..., httpx.Response]
) -> None:
    await loaded.load()
    own = await loaded.stores.passwords.hash("my own")
    query = "UPDATE customers SET password_hash = $2 WHERE project = $1 AND key = 'alice'"
    loaded.sql.execute(query, loaded.key, own)
    loaded.entry("customers", "alice")["firstName"] = "Alicia"
    loaded.file["customers"].append({"key": "erin", "email": "erin@example.com", "password": "pw"})
    assert await loaded.load() == {"customers": 2}
    ok(sign_in("alice@example.com", "my own"), 200)
    ok(sign_in("erin@example.com", "pw"), 200)


async def test_a_password_that_the_file_changes_takes_effect(
    loaded: Loaded, sign_in: Callable[..., httpx.Response]
) -> None:
    await loaded.load()
    loaded.entry("customers", "bob")["password"] = "new for bob"
    loaded.entry("staff", "sup1")["password"] = "new for sup1"
    assert await loaded.load() == {"customers": 1, "staff": 1}
    ok(sign_in("bob@example.com", "new for bob"), 200)
    refused(sign_in("bob@example.com", "pw"), 400, "invalid_customer_account_credentials")
    ok(sign_in("sup1", "new for sup1"), 200)
    ok(sign_in("alice@example.com", "pw"), 200)


async def test_no_password_of_the_file_is_kept_in_a_form_that_can_be_guessed_fast(loaded: Loaded) -> None:
    await loaded.load()
    kept = loaded.sql.rows("SELECT digest FROM loaded_entries WHERE project = $1 AND section LIKE 'passw%'", loaded.key)
    assert len(kept) == 12
    assert {bytes(each["digest"])[:8] for each in kept} == {b"$argon2i"}


async def test_tokens_outlive_a_load(loaded: Loaded, http: httpx.Client, sql: Sql) -> None:
    await loaded.load()
    alice = Project(loaded.key, http, sql).customer("alice")
    loaded.entry("customers", "alice")["lastName"] = "Ash"
    await loaded.load()
    assert alice.read("/me")["lastName"] == "Ash"


async def test_what_was_changed_by_hand_stays_until_the_file_changes_it(loaded: Loaded) -> None:
    await loaded.load()
    loaded.sql.execute("DELETE FROM resources WHERE project = $1 AND kind = 'site-group'", loaded.key)
    assert await loaded.load() == {}
    groups = "SELECT count(*) FROM resources WHERE project = $1 AND kind = 'site-group'"
    assert loaded.sql.value(groups, loaded.key) == 0
    loaded.file["siteGroups"][0]["displayName"] = "Group one"
    assert await loaded.load() == {"siteGroups": 1}
    assert loaded.sql.value(groups, loaded.key) == 1


NAMED = {"name": {"en": "X"}, "slug": {"en": "xx"}}


@pytest.mark.parametrize(
    ("section", "entry", "path", "says"),
    [
        ("sites", {"key": "siteX", "priceChannel": {"key": "nowhere"}}, "$.sites[5]", "channel"),
        ("products", {**NAMED, "key": "X1", "slug": {"en": "!"}}, "$.products[5].slug.en", "!"),
        ("products", {**NAMED, "key": "X1", "masterVariant": {"sku": "TEE"}}, "$.products[5].sku", "TEE"),
        ("customers", {"key": "x1", "email": "ALICE@example.com", "password": "p"}, "$.customers[5].email", "alice"),
        (
            "businessUnits",
            {"key": "x1", "name": "X", "associates": [{"customer": {"key": "x"}}]},
            "$.businessUnits[2]",
            "customer",
        ),
        ("roles", {"key": "x1", "behaviours": ["fly"]}, "$.roles[0].behaviours", "fly"),
        (
            "siteGroups",
            {"id": "G2", "displayName": "G2", "sites": ["siteA", "siteD"], "sharedCart": True},
            "$.siteGroups[1]",
            "siteA",
        ),
        (
            "apiClients",
            {"id": "x", "secret": "s", "scopes": ["manage_orders:other"]},
            "$.apiClients[3]",
            "manage_orders:other",
        ),
    ],
)
async def test_what_is_refused_changes_nothing_and_names_its_place(
    loaded: Loaded, section: str, entry: dict[str, Any], path: str, says: str
) -> None:
    await loaded.load()
    before = loaded.rows()
    loaded.file.setdefault(section, []).append(entry)
    loaded.entry("channels", "pgA")["name"] = {"en-US": "Changed"}
    with pytest.raises(ProjectFileError) as caught:
        await loaded.load()
    assert caught.value.path == path
    assert says.lower() in caught.value.problem.lower()
    assert loaded.rows() == before


DISCOUNT = {
    "name": {"en": "Ten percent"},
    "value": {"type": "relative", "permyriad": 1000},
    "cartPredicate": "true",
    "target": {"type": "totalPrice"},
}


async def test_promotions_are_loaded_and_a_changed_one_takes_effect(loaded: Loaded) -> None:
    first = {**DISCOUNT, "key": "first", "sortOrder": "0.1", "stores": [{"key": "siteA"}]}
    loaded.file["cartDiscounts"] = [first, {**DISCOUNT, "key": "second", "sortOrder": "0.2"}]
    loaded.file["discountCodes"] = [{"code": "SAVE", "cartDiscounts": [{"key": "first"}, {"key": "second"}]}]
    counts = await loaded.load()
    assert (counts["cartDiscounts"], counts["discountCodes"]) == (2, 1)
    assert await loaded.load() == {}
    loaded.file["discountCodes"][0]["isActive"] = False
    first["sortOrder"] = "0.3"
    assert await loaded.load() == {"cartDiscounts": 1, "discountCodes": 1}
    assert loaded.version("cart-discount", "first") == 2
    assert (await loaded.stores.catalogues.catalogue(loaded.key)).discount_codes_by_code["SAVE"].version == 2


async def test_two_promotions_with_one_sort_order_are_refused(loaded: Loaded) -> None:
    loaded.file["cartDiscounts"] = [{**DISCOUNT, "key": each, "sortOrder": "0.1"} for each in ("first", "second")]
    with pytest.raises(ProjectFileError) as caught:
        await loaded.load()
    assert caught.value.path == "$.cartDiscounts[1].sortOrder"
    assert loaded.sql.rows("SELECT key FROM projects WHERE key = $1", loaded.key) == []


async def test_a_new_project_that_is_refused_is_not_there(loaded: Loaded) -> None:
    loaded.file["sites"][0]["currency"] = "dollars"
    with pytest.raises(ProjectFileError) as caught:
        await loaded.load()
    assert caught.value.path == "$.sites[0].currency"
    assert caught.value.line > 1
    assert loaded.sql.rows("SELECT key FROM projects WHERE key = $1", loaded.key) == []


@pytest.mark.parametrize("key", ["oauth", "ccadmin", "health", "console", "x", "no spaces"])
async def test_a_reserved_or_malformed_project_key_is_refused(loaded: Loaded, key: str) -> None:
    loaded.file["project"]["key"] = key
    with pytest.raises(ProjectFileError) as caught:
        await loaded.load()
    assert caught.value.path == "$.project.key"


async def test_a_loaded_project_breaks_no_invariant(loaded: Loaded, http: httpx.Client, sql: Sql) -> None:
    await loaded.load()
    project = Project(loaded.key, http, sql)
    project.customer("alice").in_store("siteA").create("/me/carts", {"currency": "USD", "lineItems": [{"sku": "TEE"}]})
    assert project.broken_invariants() == []
