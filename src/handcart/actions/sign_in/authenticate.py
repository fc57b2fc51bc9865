"""Who presents a bearer token."""

from msgspec.structs import replace

from handcart.domain.caller import Caller
from handcart.domain.errors import InvalidToken
from handcart.store.powers import load_powers
from handcart.store.stores import Stores


async def authenticate(stores: Stores, token: str) -> Caller:
    """The caller; of staff, with what its roles allow now and what it has a hand on. Raises InvalidToken."""
    now = stores.clock.utc_now()
    caller = await stores.tokens.caller(token, now)
    if caller is None:
        raise InvalidToken()
    if caller.staff_id is None:
        return caller
    powers = await load_powers(stores.database, caller.project, staff_id=caller.staff_id, device=caller.device, now=now)
    return replace(caller, behaviours=powers.behaviours, allowance=powers.allowance, reach=powers.reach)
