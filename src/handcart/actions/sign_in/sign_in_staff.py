"""Letting in a member of staff whom the identity provider has proved."""

from handcart.actions.staff_tokens import insert_staff_tokens
from handcart.domain.errors import DuplicateField, NoIdentityProvider
from handcart.domain.identity import CLIENT_OF_SIGN_INS, KnownIdentity, roles_of
from handcart.domain.oauth_scopes import CREATE_STAFF_TOKEN, check_may, granted_scope
from handcart.domain.oauth_tokens import IssuedToken
from handcart.domain.staff import Identity
from handcart.store.api_clients import ApiClient
from handcart.store.database import Transaction
from handcart.store.identity import lock_identity_provider
from handcart.store.staff import change_member_of_identity, insert_member_of_identity, lock_member_by_identity
from handcart.store.stores import Stores


async def sign_in_staff(
    stores: Stores, project: str, known: KnownIdentity, *, client: ApiClient | None = None, scope: str | None = None
) -> IssuedToken:
    """Tokens as for a password (S0-2). Somebody new becomes a member of staff; the roles are those that the groups
    give now, none included.

    A browser comes without a ``client``, and gets no refresh token, which only a client could use. Raises
    InsufficientScope for a client without ``create_staff_token``, InvalidScope; NoIdentityProvider where the project
    has another one by now.
    """
    requested = None
    if client is not None:
        check_may(client.scopes, project, CREATE_STAFF_TOKEN)
        requested = granted_scope(scope, scopes=client.scopes, project=project) if scope is not None else None
    async with stores.database.transaction() as transaction:
        configured = await lock_identity_provider(transaction, project)
        if configured is None or configured.provider.issuer != known.issuer:
            raise NoIdentityProvider()
        staff_id = await _member(transaction, stores, project, known, roles_of(known.groups, configured.provider))
        return await insert_staff_tokens(
            transaction,
            stores.clock,
            project=project,
            client_id=client.id if client is not None else CLIENT_OF_SIGN_INS,
            staff_id=staff_id,
            scope=requested,
            is_refreshable=client is not None,
        )


async def _member(
    transaction: Transaction, stores: Stores, project: str, known: KnownIdentity, roles: tuple[str, ...]
) -> str:
    """The id of the member of staff with this identity. A name that is taken is left to whoever has it."""
    identity = Identity(issuer=known.issuer, subject=known.subject)
    member = await lock_member_by_identity(transaction, project, identity)
    if member is not None:
        await change_member_of_identity(transaction, project, member, name=known.name or member.name, roles=roles)
        return member.id
    new_id = stores.clock.new_uuid()
    for username in known.usernames:
        if await insert_member_of_identity(
            transaction,
            project=project,
            new_id=new_id,
            username=username,
            name=known.name or username,
            roles=roles,
            identity=identity,
        ):
            return new_id
    raise DuplicateField(field="username", duplicate_value=known.usernames[-1])
