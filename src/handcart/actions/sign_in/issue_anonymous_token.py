"""A token for a guest."""

from handcart.domain.errors import InvalidRequest
from handcart.domain.oauth_scopes import CREATE_ANONYMOUS_TOKEN, check_may, granted_scope, shopper_scope
from handcart.domain.oauth_tokens import IssuedToken
from handcart.store.api_clients import ApiClient
from handcart.store.stores import Stores
from handcart.store.tokens import TokenPair, TokenSubject, insert_tokens

ANONYMOUS_ID_LENGTH_MAX = 256


async def issue_anonymous_token(
    stores: Stores, client: ApiClient, *, scope: str | None, anonymous_id: str | None
) -> IssuedToken:
    """Access and refresh tokens of an anonymous session: the given one, however often it is asked for, or a new one.

    Whoever has the id has the session, so an id that is made here cannot be guessed; it stands at the end of the scope
    (``anonymous_id:…``). A given id is not repeated there, so that the scope is the requested one. Raises
    InsufficientScope for a client without ``create_anonymous_token``, InvalidScope, InvalidRequest.
    """
    clock = stores.clock
    check_may(client.scopes, client.project, CREATE_ANONYMOUS_TOKEN)
    if anonymous_id is not None and not (len(anonymous_id) <= ANONYMOUS_ID_LENGTH_MAX and anonymous_id.isprintable()):
        raise InvalidRequest(detail=f"An anonymous_id has at most {ANONYMOUS_ID_LENGTH_MAX} printable characters.")
    granted = (
        granted_scope(scope, scopes=client.scopes, project=client.project)
        if scope is not None
        else shopper_scope(client.scopes, client.project)
    )
    if anonymous_id is None:
        anonymous_id = clock.new_secret()
        granted = f"{granted} anonymous_id:{anonymous_id}"
    subject = TokenSubject(
        project=client.project,
        client_id=client.id,
        scope=granted,
        anonymous_id=anonymous_id,
        device=clock.new_uuid(),
    )
    tokens = TokenPair(access=clock.new_secret(), refresh=clock.new_secret())
    async with stores.database.transaction() as transaction:
        return await insert_tokens(transaction, subject, tokens, clock.utc_now())
