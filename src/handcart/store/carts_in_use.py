"""The carts that a change of a site group would bring together or separate, read a page at a time."""

from collections.abc import AsyncIterator, Iterable
from itertools import groupby
from uuid import UUID

from handcart.domain.ids import SiteKey
from handcart.domain.site_groups.preview import CartInUse
from handcart.store.database import Database, Row
from handcart.store.statements import statement

PAGE = 2_000


async def list_carts_in_use(
    database: Database, project: str, sites: Iterable[str], *, page: int = PAGE
) -> AsyncIterator[list[CartInUse]]:
    """The Active carts on these sites, all of one owner at a time; ``page`` is how many rows are read at once."""
    keys, owner, cart_id, count = sorted(sites), "", UUID(int=0), page
    kept: list[CartInUse] = []
    while count == page:
        rows = await database.rows(statement("list_carts_in_use"), project, keys, owner, cart_id, page)
        count = len(rows)
        carts = kept + [_cart_of(each) for each in rows]
        owners = [list(group) for _, group in groupby(carts, key=lambda each: each.owner)]
        kept = []
        if count == page:
            owner, cart_id = rows[-1]["owner"], rows[-1]["id"]
            # The last owner's carts may go on on the next page.
            kept = owners.pop()
        for each in owners:
            yield each


def _cart_of(row: Row) -> CartInUse:
    return CartInUse(
        id=str(row["id"]),
        owner=row["owner"],
        site=SiteKey(row["site"]),
        assignment=(row["name"], row["bill_to"], row["ship_to"], row["device"]),
    )
