"""A token for an API client itself."""

from handcart.domain.errors import InvalidRequest
from handcart.domain.oauth_scopes import client_scope, granted_scope, projects_named
from handcart.domain.oauth_tokens import IssuedToken
from handcart.store.api_clients import ApiClient
from handcart.store.stores import Stores
from handcart.store.tokens import TokenPair, TokenSubject, insert_tokens


async def issue_client_token(stores: Stores, clients: tuple[ApiClient, ...], *, scope: str | None) -> IssuedToken:
    """An access token with the requested scope, or with all that the client has.

    The project is the one that the scope names. Raises InvalidScope; InvalidRequest where the client is one of several
    projects and the scope does not say which.
    """
    clock = stores.clock
    client = _meant(clients, scope)
    subject = TokenSubject(
        project=client.project,
        client_id=client.id,
        scope=(
            granted_scope(scope, scopes=client.scopes, project=client.project)
            if scope is not None
            else client_scope(client.scopes)
        ),
        device=clock.new_uuid(),
    )
    tokens = TokenPair(access=clock.new_secret())
    async with stores.database.transaction() as transaction:
        return await insert_tokens(transaction, subject, tokens, clock.utc_now())


def _meant(clients: tuple[ApiClient, ...], scope: str | None) -> ApiClient:
    if len(clients) == 1:
        return clients[0]
    named = projects_named(scope or "")
    meant = [each for each in clients if each.project in named]
    if len(meant) != 1:
        raise InvalidRequest(detail="Several projects have this API client: name one of them in the scope.")
    return meant[0]
