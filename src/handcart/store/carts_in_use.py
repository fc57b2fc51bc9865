"""The carts that a change of a site group would bring together or separate, and what is in them, a page at a time."""

from collections.abc import AsyncIterator, Collection, Iterable
from itertools import groupby
from uuid import UUID

import msgspec

from handcart.domain.ids import SiteKey
from handcart.domain.site_groups.preview import CartInUse
from handcart.store.compression import decompress
from handcart.store.database import Database, Row
from handcart.store.statements import statement

PAGE = 2_000

CONTENTS_MAX = 20_000
"""The contents of no more carts are looked through: it would keep the administrator waiting."""

CONTENTS_PAGE = 500


class _Line(msgspec.Struct, rename="camel"):
    product_id: str


class _Contents(msgspec.Struct, rename="camel"):
    line_items: list[_Line]


_contents_decoder = msgspec.json.Decoder(_Contents)


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


async def list_products_in_carts(
    database: Database, project: str, sites: Iterable[str], *, among: Collection[str]
) -> set[str]:
    """Which of these products lie in Active carts on these sites, as far as ``CONTENTS_MAX`` carts tell."""
    keys, owner, cart_id, found = sorted(sites), "", UUID(int=0), set[str]()
    for _ in range(CONTENTS_MAX // CONTENTS_PAGE):
        rows = await database.rows(statement("list_contents_in_use"), project, keys, owner, cart_id, CONTENTS_PAGE)
        for row in rows:
            contents = _contents_decoder.decode(decompress(row["document"]))
            found.update(each.product_id for each in contents.line_items if each.product_id in among)
        if len(rows) < CONTENTS_PAGE or len(found) == len(among):
            break
        owner, cart_id = rows[-1]["owner"], rows[-1]["id"]
    return found
