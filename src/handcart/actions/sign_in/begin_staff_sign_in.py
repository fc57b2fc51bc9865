"""Sending a member of staff to the identity provider."""

import msgspec

from handcart.domain.identity import Proof, challenge_of
from handcart.store.identity import BegunSignIn, insert_begun_sign_in
from handcart.store.stores import Stores


class SentAway(msgspec.Struct, frozen=True):
    """What goes along to the provider, and the secret that stays in the browser."""

    proof: Proof
    browser: str


async def begin_staff_sign_in(
    stores: Stores, project: str, *, issuer: str, callback: str, redirect: str | None
) -> SentAway:
    """Keep what the sign-in has to prove when it comes back to ``callback``: within ten minutes, and once (S0-2)."""
    clock = stores.clock
    state, browser, nonce, verifier = (clock.new_secret() for _ in range(4))
    begun = BegunSignIn(issuer=issuer, callback=callback, nonce=nonce, verifier=verifier, redirect=redirect)
    async with stores.database.transaction() as transaction:
        await insert_begun_sign_in(transaction, project, begun, state=state, browser=browser, now=clock.utc_now())
    return SentAway(Proof(callback=callback, state=state, nonce=nonce, challenge=challenge_of(verifier)), browser)
