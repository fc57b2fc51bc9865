"""Asking to help with a cart, by the code that its shopper has read out."""

from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.errors import PairingCodeUnknown
from handcart.domain.pairing import AskedPairing, Pairing, new_pairing, plain_code
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import load_cart
from handcart.store.database import Transaction
from handcart.store.desks import load_staff_name
from handcart.store.pairings import insert_pairing, take_pairing_code
from handcart.store.sign_in_failures import (
    check_not_locked,
    note_failure,
    pairing_code_account,
    wrong_pairing_codes_account,
)
from handcart.store.stores import Stores


async def ask_pairing(stores: Stores, caller: Caller, typed: str, idempotency: Idempotency | None = None) -> Answer:
    """``{pairing, state}`` as JSON; nothing of the cart is told before the shopper has agreed.

    Raises PairingCodeUnknown, whatever is wrong with the code; TooManyAttempts for somebody who types too many, and for
    everybody while the staff of the project types too many wrong ones.
    """
    project, now = caller.project, stores.clock.utc_now()
    own = pairing_code_account(project=project, staff_id=caller.staff_id or "", now=now)
    everybodys = wrong_pairing_codes_account(project=project, now=now)
    # Counted first: of many tries at once, none may be looked up before the others count.
    await note_failure(stores.database, own, now)
    await check_not_locked(stores.database, own, now)
    await check_not_locked(stores.database, everybodys, now)
    code = plain_code(typed)
    async with stores.database.transaction() as transaction:
        pairing = await _paired(stores, transaction, caller, code) if code is not None else None
        if pairing is not None:
            answer = Answer(encode(AskedPairing(pairing=pairing, state=pairing.state)), created=True)
            await insert_answer(transaction, project, idempotency, answer, now)
            return answer
    await note_failure(stores.database, everybodys, now)
    raise PairingCodeUnknown()


async def _paired(stores: Stores, transaction: Transaction, caller: Caller, code: str) -> Pairing | None:
    project, now = caller.project, stores.clock.utc_now()
    cart_id = await take_pairing_code(transaction, project, code, now=now)
    stored = await load_cart(transaction, project, cart_id) if cart_id is not None else None
    if stored is None or stored.owner is None or stored.state != "Active":
        return None
    agent = await load_staff_name(transaction, project, caller.staff_id or "")
    pairing = new_pairing(stores.clock.new_uuid(), agent=agent, now=now)
    await insert_pairing(
        transaction, project, pairing, cart_id=stored.id, owner=stored.owner, staff_id=caller.staff_id or ""
    )
    return pairing
