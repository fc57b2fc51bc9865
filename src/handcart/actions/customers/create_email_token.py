"""Making the token by which a customer shows that an e-mail address reaches it."""

from handcart.domain.customer import CustomerPath, token_of
from handcart.domain.document import encode
from handcart.store.customer_tokens import delete_customer_tokens, insert_customer_token
from handcart.store.customers import check_version, lock_customer_at
from handcart.store.stores import Stores


async def create_email_token(
    stores: Stores,
    project: str,
    path: CustomerPath,
    *,
    version: int | None,
    ttl_minutes: int,
    invalidate_older: bool,
) -> bytes:
    """The token as JSON; only here is its value told. It ends when the customer's e-mail address changes.

    Raises ResourceNotFound, ConcurrentModification, InvalidField.
    """
    clock = stores.clock
    async with stores.database.transaction() as transaction:
        customer = await lock_customer_at(transaction, project, path)
        check_version(customer, version)
        if invalidate_older:
            await delete_customer_tokens(transaction, project, customer.id, "email")
        token = token_of(
            customer.id,
            token_id=clock.new_uuid(),
            value=clock.new_secret(),
            now=clock.utc_now(),
            ttl_minutes=ttl_minutes,
            invalidate_older=invalidate_older,
        )
        await insert_customer_token(transaction, project, token, kind="email")
    return encode(token)
