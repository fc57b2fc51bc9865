"""A token for a member of staff who gives the password."""

from handcart.actions.staff_tokens import insert_staff_tokens
from handcart.domain.errors import InvalidStaffCredentials
from handcart.domain.oauth_scopes import CREATE_STAFF_TOKEN, check_may, granted_scope
from handcart.domain.oauth_tokens import IssuedToken
from handcart.store.api_clients import ApiClient
from handcart.store.sign_in_failures import check_not_locked, clear_failures, note_failure, staff_account
from handcart.store.staff import find_staff_member, lock_staff_member
from handcart.store.stores import Stores


async def issue_staff_token(
    stores: Stores, client: ApiClient, *, username: str, password: str, scope: str | None
) -> IssuedToken:
    """Access and refresh tokens of a member of staff (S0-2); each sign-in is a device of its own (S0-19).

    What it may do is what its roles allow at each request, never more. Asked without a scope, the answer lists that as
    it is now, behind ``staff_id:…``; a requested scope is repeated if the client may grant it, and adds nothing. Raises
    InsufficientScope for a client without ``create_staff_token``, InvalidStaffCredentials, InvalidScope,
    TooManyAttempts.
    """
    clock, project = stores.clock, client.project
    check_may(client.scopes, project, CREATE_STAFF_TOKEN)
    requested = granted_scope(scope, scopes=client.scopes, project=project) if scope is not None else None
    account = staff_account(project=project, username=username)
    await check_not_locked(stores.database, account, clock.utc_now())
    member = await find_staff_member(stores.database, project=project, username=username)
    is_right = await stores.passwords.verify(member.password_hash if member else None, password)
    if member is None or not is_right:
        await note_failure(stores.database, account, clock.utc_now())
        raise InvalidStaffCredentials()
    async with stores.database.transaction() as transaction:
        if not await lock_staff_member(transaction, project, member):
            raise InvalidStaffCredentials()
        await clear_failures(transaction, account, clock.utc_now())
        return await insert_staff_tokens(
            transaction,
            clock,
            project=project,
            client_id=client.id,
            staff_id=member.id,
            scope=requested,
            is_refreshable=True,
        )
