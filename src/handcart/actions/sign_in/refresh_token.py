"""A new access token for a sign-in that goes on."""

from msgspec.structs import replace

from handcart.domain.errors import InvalidGrant
from handcart.domain.oauth_scopes import granted_scope, narrowed_scope, resource_scopes
from handcart.domain.oauth_tokens import IssuedToken
from handcart.store.api_clients import ApiClient
from handcart.store.stores import Stores
from handcart.store.tokens import TokenPair, insert_tokens, lock_refresh_token


async def refresh_token(
    stores: Stores, clients: tuple[ApiClient, ...], *, token: str, scope: str | None
) -> IssuedToken:
    """An access token for the same subject and device; the refresh token stays the one it was.

    The scope is the same, or the requested part of it. Raises InvalidGrant for a token that is unknown, expired,
    revoked or another client's; InvalidScope also where the client has lost a scope since.
    """
    clock = stores.clock
    now = clock.utc_now()
    by_project = {each.project: each for each in clients}
    async with stores.database.transaction() as transaction:
        subject = await lock_refresh_token(transaction, token, now)
        client = by_project.get(subject.project) if subject is not None else None
        if subject is None or client is None or client.id != subject.client_id:
            raise InvalidGrant()
        if subject.staff_id is None:
            granted_scope(resource_scopes(subject.scope, subject.project), scopes=client.scopes, project=client.project)
        if scope is not None:
            subject = replace(subject, scope=narrowed_scope(scope, original=subject.scope))
        return await insert_tokens(transaction, subject, TokenPair(access=clock.new_secret()), now)
