"""Which carts a desk follows live."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from handcart.domain.reach import Reach
from handcart.store.database import Querying
from handcart.store.statements import statement

FOLLOWED_MAX = 100


class DeskCart(msgspec.Struct, frozen=True):
    """A cart as its row is now."""

    id: str
    version: int
    state: str
    owner: str | None


async def list_desk_carts(querying: Querying, project: str, reach: Reach) -> Sequence[DeskCart]:
    """The carts of a desk and what else is within reach; of the customers that it has served, the latest hundred."""
    desk, held = reach.desk, {**reach.pairings, **reach.takeovers}
    rows = await querying.rows(
        statement("list_desk_carts"),
        project,
        UUID(desk.id) if desk is not None else None,
        desk.active_owner if desk is not None else None,
        [UUID(each) for each in held],
        FOLLOWED_MAX,
        [each.owner for each in held.values()],
    )
    return [DeskCart(str(row["id"]), row["version"], row["state"], row["owner"]) for row in rows]
