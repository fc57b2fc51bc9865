"""What customers are found by: the same whether a write made it or the migration that found them there."""

import re
from pathlib import Path
from typing import Any

import asyncpg

from handcart.store import migration
from tests.builders import US_ADDRESS
from tests.conftest import Project

MIGRATION = Path(migration.__file__).with_name("migrations") / "0009_customer_search.sql"

DRAFTS: list[dict[str, Any]] = [
    {"email": "Plain@Example.com"},
    {"email": "a@b.c", "firstName": "José", "middleName": " Ana  María ", "lastName": "GROSS-Weiß"},
    {"email": "b@b.c", "customerNumber": "C-0012", "companyName": "Söhne & Co"},
    {
        "email": "c@b.c",
        "companyName": "Acme",
        "addresses": [
            US_ADDRESS | {"company": "ACME", "phone": "+49 (0)170 12-34", "mobile": "0049 170 1234"},
            US_ADDRESS | {"company": "Straße 7", "phone": "ext.", "mobile": "00"},
        ],
    },
]


async def test_the_migration_finds_customers_by_what_a_write_would(
    project: Project, database: asyncpg.Connection
) -> None:
    for draft in DRAFTS:
        project.backend.create("/customers", {"password": "pw", **draft})

    async def lines_by_email() -> dict[str, list[str]]:
        rows = await database.fetch("SELECT email, search_text FROM customers WHERE project = $1", project.key)
        return {row["email"]: sorted(row["search_text"].splitlines()) for row in rows}

    written = await lines_by_email()
    assert written["c@b.c"] == ["C:acme", "C:strasse 7", "E:c@b.c", "P:491701234"]
    found = re.search(r"UPDATE customers.*?\n\)(?=;)", MIGRATION.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    await database.execute("UPDATE customers SET search_text = '' WHERE project = $1", project.key)
    await database.execute(f"{found.group()} WHERE project = $1", project.key)
    assert await lines_by_email() == written
