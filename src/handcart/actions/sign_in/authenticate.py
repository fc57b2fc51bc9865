"""Who presents a bearer token."""

from msgspec.structs import replace

from handcart.domain.caller import Caller
from handcart.domain.errors import InvalidToken
from handcart.store.stores import Stores
from handcart.store.tokens import load_behaviours


async def authenticate(stores: Stores, token: str) -> Caller:
    """The caller; of staff, with what its roles allow now. Raises InvalidToken."""
    caller = await stores.tokens.caller(token, stores.clock.utc_now())
    if caller is None:
        raise InvalidToken()
    if caller.staff_id is not None:
        behaviours = await load_behaviours(stores.database, caller.project, caller.staff_id)
        caller = replace(caller, behaviours=behaviours)
    return caller
