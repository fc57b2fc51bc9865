"""What a token is good for, asked by a client that may know it."""

from handcart.domain.oauth_scopes import INTROSPECT_TOKENS, check_may
from handcart.domain.oauth_tokens import Introspection
from handcart.store.api_clients import ApiClient
from handcart.store.stores import Stores
from handcart.store.tokens import find_known_token


async def introspect_token(stores: Stores, clients: tuple[ApiClient, ...], *, token: str) -> Introspection:
    """Whether a token of the client's project is valid at this moment, and its scope.

    A token of another project is not active to this client. Raises InsufficientScope for a client without
    ``introspect_oauth_tokens``.
    """
    known = await find_known_token(stores.database, token, stores.clock.utc_now())
    asking = {each.project: each for each in clients}
    client = asking.get(known.subject.project) if known is not None else None
    check_may((client or clients[0]).scopes, (client or clients[0]).project, INTROSPECT_TOKENS)
    if known is None or client is None:
        return Introspection(active=False)
    return Introspection(
        active=True,
        scope=known.subject.scope,
        exp=int(known.expires_at.timestamp()),
        client_id=known.subject.client_id,
    )
