"""All members of staff of a project."""

from handcart.domain.staff import Member
from handcart.store import staff
from handcart.store.stores import Stores


async def list_staff(stores: Stores, project: str) -> list[Member]:
    """By username."""
    return [each.shown() for each in await staff.list_staff(stores.database, project)]
