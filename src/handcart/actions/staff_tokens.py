"""Tokens of members of staff, however they have proved who they are."""

from handcart.domain.oauth_tokens import IssuedToken
from handcart.store.database import Transaction
from handcart.store.powers import load_powers
from handcart.store.stores import Clock
from handcart.store.tokens import TokenPair, TokenSubject, insert_tokens


async def insert_staff_tokens(
    transaction: Transaction,
    clock: Clock,
    *,
    project: str,
    client_id: str,
    staff_id: str,
    scope: str | None,
    is_refreshable: bool,
) -> IssuedToken:
    """A new sign-in of somebody whose row the transaction holds; each is a device of its own (S0-19).

    Without a ``scope`` the answer lists what the roles allow now, behind ``staff_id:…``; at each request it is what
    they allow then.
    """
    device = clock.new_uuid()
    if scope is None:
        powers = await load_powers(transaction, project, staff_id=staff_id, device=device, now=clock.utc_now())
        scope = " ".join([f"staff_id:{staff_id}", *sorted(powers.behaviours)])
    subject = TokenSubject(project=project, client_id=client_id, scope=scope, staff_id=staff_id, device=device)
    tokens = TokenPair(access=clock.new_secret(), refresh=clock.new_secret() if is_refreshable else None)
    return await insert_tokens(transaction, subject, tokens, clock.utc_now())
