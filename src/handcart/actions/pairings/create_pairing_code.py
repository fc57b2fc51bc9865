"""Making the code that a shopper reads out, so that an agent can ask to help with the cart."""

from handcart.domain.access import Access, check_access
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import CartFrozen, ResourceNotFound, TooManyAttempts
from handcart.domain.ids import is_uuid
from handcart.domain.pairing import CODE_LIFETIME, PairingCode, code_from, plain_code
from handcart.domain.updates.apply import check_open
from handcart.store.carts import lock_carts
from handcart.store.pairings import delete_pairing_codes, insert_pairing_code
from handcart.store.stores import Stores

ATTEMPTS_MAX = 5
"""How often another code is tried where the first one is taken: with 100,000 live codes, one in 2,000 is."""


async def create_pairing_code(stores: Stores, access: Access, cart_id: str) -> bytes:
    """``{code, expiresAt}`` as JSON; an earlier code of the cart no longer works. Only here is the code told, so the
    answer is kept nowhere.

    Raises ResourceNotFound for a cart that is not the caller's, and what keeps a cart from being changed.
    """
    project, now = access.caller.project, stores.clock.utc_now()
    if not is_uuid(cart_id):
        raise ResourceNotFound(id=cart_id)
    expires_at = now + CODE_LIFETIME
    async with stores.database.transaction() as transaction:
        locked = await lock_carts(transaction, project, [cart_id])
        if not locked or locked[0].is_gone:
            raise ResourceNotFound(id=cart_id)
        cart = locked[0]
        check_access(access, thing_id=cart_id, owner=cart.owner, site=cart.site)
        check_open(cart.cart, is_locksmith=access.locks)
        if cart.state == "Frozen":
            raise CartFrozen()
        await delete_pairing_codes(transaction, project, cart.id)
        for _ in range(ATTEMPTS_MAX):
            code = code_from(stores.clock.new_secret())
            if await insert_pairing_code(
                transaction,
                project,
                plain_code(code) or "",
                cart_id=cart.id,
                owner=cart.owner or "",
                expires_at=expires_at,
                now=now,
            ):
                return encode(PairingCode(code=code, expires_at=timestamp_of(expires_at)))
        raise TooManyAttempts(retry_after_seconds=1)
