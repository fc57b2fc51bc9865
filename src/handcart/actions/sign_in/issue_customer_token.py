"""A token for a customer who gives the password."""

from handcart.domain.errors import InvalidCustomerAccountCredentials
from handcart.domain.oauth_scopes import granted_scope, shopper_scope
from handcart.domain.oauth_tokens import IssuedToken
from handcart.store.api_clients import ApiClient
from handcart.store.customers import find_customer_by_email, lock_customer
from handcart.store.sign_in_failures import check_not_locked, clear_failures, customer_account, note_failure
from handcart.store.stores import Stores
from handcart.store.tokens import TokenPair, TokenSubject, insert_tokens


async def issue_customer_token(
    stores: Stores, client: ApiClient, *, email: str, password: str, scope: str | None, store: str | None
) -> IssuedToken:
    """Access and refresh tokens of a customer; the e-mail address in any case (S1-37).

    ``store`` is the key of the store in which the credentials are entered; a customer of other stores only is refused
    as if the password were wrong (S1-38). Nothing is merged here. Raises InvalidCustomerAccountCredentials,
    InvalidScope, TooManyAttempts.
    """
    clock, project = stores.clock, client.project
    granted = (
        granted_scope(scope, scopes=client.scopes, project=project)
        if scope is not None
        else shopper_scope(client.scopes, project)
    )
    account = customer_account(project=project, email=email)
    await check_not_locked(stores.database, account, clock.utc_now())
    found = await find_customer_by_email(stores.database, project, email)
    is_right = await stores.passwords.verify(found.password_hash if found else None, password)
    if found is None or not is_right or not found.customer.belongs_to(store):
        await note_failure(stores.database, account, clock.utc_now())
        raise InvalidCustomerAccountCredentials()
    subject = TokenSubject(
        project=project,
        client_id=client.id,
        scope=granted,
        customer_id=found.id,
        device=clock.new_uuid(),
    )
    tokens = TokenPair(access=clock.new_secret(), refresh=clock.new_secret())
    async with stores.database.transaction() as transaction:
        locked = await lock_customer(transaction, project, found.id)
        if locked is None or locked.password_hash != found.password_hash:
            raise InvalidCustomerAccountCredentials()
        await clear_failures(transaction, account, clock.utc_now())
        return await insert_tokens(transaction, subject, tokens, clock.utc_now())
