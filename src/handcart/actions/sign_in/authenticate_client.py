"""Which API client asks for a token."""

import msgspec

from handcart.domain.errors import InvalidClient
from handcart.store.api_clients import ApiClient, find_api_clients
from handcart.store.sign_in_failures import check_not_locked, clear_failures, client_account, note_failure
from handcart.store.stores import Stores


class ClientCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a client presents: id and secret; and the network address that it comes from."""

    client_id: str
    secret: str
    address: str


async def authenticate_client(
    stores: Stores, credentials: ClientCredentials, *, project: str | None
) -> tuple[ApiClient, ...]:
    """The API client, once for each project in which it has this secret: exactly once if a ``project`` is given.

    Raises InvalidClient, and TooManyAttempts after ten wrong secrets in a row from one address.
    """
    now = stores.clock.utc_now()
    account = client_account(project=project or "", client_id=credentials.client_id, address=credentials.address)
    has_failures = await check_not_locked(stores.database, account, now)
    found = await find_api_clients(
        stores.database, client_id=credentials.client_id, secret=credentials.secret, project=project
    )
    if not found:
        await note_failure(stores.database, account, now)
        raise InvalidClient()
    if has_failures:
        await clear_failures(stores.database, account, now)
    return tuple(found)
