"""What staff tried and was not allowed to do."""

from handcart.domain.caller import Caller
from handcart.domain.errors import InvalidField
from handcart.domain.ids import is_uuid
from handcart.domain.where_page import QueryPage
from handcart.store.refused_actions import list_refused_actions
from handcart.store.stores import Stores


async def list_refusals(
    stores: Stores, caller: Caller, *, staff_id: str | None, cart_id: str | None, limit: int, offset: int
) -> QueryPage:
    """A page, the latest first; of one member of staff or one cart where these are named. Raises InvalidField."""
    for field, value in (("staffId", staff_id), ("cartId", cart_id)):
        if value is not None and not is_uuid(value):
            raise InvalidField(field=field, invalid_value=value)
    return await list_refused_actions(
        stores.database, caller.project, staff_id=staff_id, cart_id=cart_id, limit=limit, offset=offset
    )
