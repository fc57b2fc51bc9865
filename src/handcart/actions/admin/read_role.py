"""Reading a role."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.staff import Role
from handcart.store.staff import list_roles
from handcart.store.stores import Stores


async def read_role(stores: Stores, project: str, key: str) -> Role:
    """The role with this key. Raises ResourceNotFound."""
    for role in await list_roles(stores.database, project):
        if role.key == key:
            return role
    raise ResourceNotFound(id=key)
