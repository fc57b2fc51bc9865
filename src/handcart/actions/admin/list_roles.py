"""All roles of a project."""

from handcart.domain.staff import Role
from handcart.store import staff
from handcart.store.stores import Stores


async def list_roles(stores: Stores, project: str) -> list[Role]:
    """By key; there are a few dozen at most."""
    return await staff.list_roles(stores.database, project)
