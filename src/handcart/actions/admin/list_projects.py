"""The projects of this installation."""

from typing import Any

from handcart.store.projects import PAGE_MAX
from handcart.store.projects import list_projects as list_page
from handcart.store.stores import Stores


async def list_projects(stores: Stores) -> list[dict[str, Any]]:
    """Key and name of every project, by key."""
    found: list[dict[str, Any]] = []
    after = ""
    while page := await list_page(stores.database, after=after):
        found += [{"key": each.key, "name": each.name, "createdAt": each.created_at} for each in page]
        if len(page) < PAGE_MAX:
            break
        after = page[-1].key
    return found
