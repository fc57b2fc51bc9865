"""Fixture F in the database: `examples/reference.json`, loaded as an operator loads it, with the cheapest passwords."""

from dataclasses import replace
from pathlib import Path

from handcart import wiring
from handcart.actions.admin.load_project_file import load_project_file
from handcart.store.passwords import LEAST_COST, Passwords
from tests.database import Sql

FILE = Path(__file__).parents[1] / "examples" / "reference.json"


async def _load(url: str) -> None:
    passwords = Passwords(cost=LEAST_COST)
    stores = replace(wiring.stores_on(url), passwords=passwords)
    await stores.database.open()
    try:
        await load_project_file(stores, FILE.read_bytes(), lambda *_: None)
    finally:
        await stores.database.close()
        passwords.close()


def load(sql: Sql) -> str:
    """Load the file; answers the project's key."""
    sql.run(_load(sql.url))
    return "reference"
