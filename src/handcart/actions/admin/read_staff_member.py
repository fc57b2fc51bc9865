"""Reading a member of staff."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.staff import Member, known_username
from handcart.store.staff import find_staff_member
from handcart.store.stores import Stores


async def read_staff_member(stores: Stores, project: str, username: str) -> Member:
    """The member of staff who is called that. Raises ResourceNotFound."""
    member = await find_staff_member(stores.database, project=project, username=known_username(username))
    if member is None:
        raise ResourceNotFound(id=username)
    return member.shown()
