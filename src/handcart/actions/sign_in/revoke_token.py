"""The end of a token before its time."""

from handcart.store import tokens
from handcart.store.api_clients import ApiClient
from handcart.store.stores import Stores


async def revoke_token(stores: Stores, clients: tuple[ApiClient, ...], *, token: str) -> None:
    """End a token of this client everywhere within a second, and with a refresh token its sign-in's access tokens.

    A token that is unknown, or another client's, is left as it is and reported in no way (RFC 7009).
    """
    projects = [each.project for each in clients]
    async with stores.database.transaction() as transaction:
        revoked = await tokens.revoke_token(transaction, token, client_id=clients[0].id, projects=projects)
    if revoked is not None:
        stores.changes.note(revoked.project, "tokens", revoked.epoch)
