"""Making the token by which a customer who forgot the password sets a new one."""

from handcart.domain.customer import CustomerPath, token_of
from handcart.domain.document import encode
from handcart.domain.errors import ExternalAuthentication, ResourceNotFound
from handcart.store.customer_tokens import delete_customer_tokens, insert_customer_token
from handcart.store.customers import find_customer_by_email, lock_customer_at
from handcart.store.stores import Stores

TTL_MINUTES_DEFAULT = 24 * 60


async def create_password_token(
    stores: Stores,
    project: str,
    *,
    email: str,
    ttl_minutes: int | None,
    invalidate_older: bool,
    store: str | None,
) -> bytes:
    """The token as JSON; only here is its value told. The e-mail address counts in any case.

    Raises ResourceNotFound, ExternalAuthentication, InvalidField.
    """
    clock = stores.clock
    async with stores.database.transaction() as transaction:
        found = await find_customer_by_email(transaction, project, email)
        if found is None or not found.customer.belongs_to(store):
            raise ResourceNotFound(id=email)
        customer = await lock_customer_at(transaction, project, CustomerPath(id=found.id, store=store))
        if customer.email != found.email:
            raise ResourceNotFound(id=email)
        if customer.customer.authentication_mode == "ExternalAuth":
            raise ExternalAuthentication()
        if invalidate_older:
            await delete_customer_tokens(transaction, project, customer.id, "password")
        token = token_of(
            customer.id,
            token_id=clock.new_uuid(),
            value=clock.new_secret(),
            now=clock.utc_now(),
            ttl_minutes=TTL_MINUTES_DEFAULT if ttl_minutes is None else ttl_minutes,
            invalidate_older=invalidate_older,
        )
        await insert_customer_token(transaction, project, token, kind="password")
    return encode(token)
