"""Confirming an e-mail address by the token that was sent to it."""

from handcart.domain.caller import Caller
from handcart.domain.customer import CustomerPath, stamped
from handcart.domain.document import encode, timestamp_of
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.customer_tokens import delete_customer_tokens, load_token_bearer
from handcart.store.customers import change_customer, check_version, lock_customer_at
from handcart.store.stores import Stores


async def confirm_email(
    stores: Stores,
    caller: Caller,
    *,
    token: str,
    version: int | None,
    store: str | None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The customer as JSON, with ``isEmailVerified``; all its e-mail tokens end.

    Raises ResourceNotFound, ExpiredCustomerEmailToken, ConcurrentModification.
    """
    project, now = caller.project, stores.clock.utc_now()
    customer_id = await load_token_bearer(stores.database, project, token, kind="email", now=now)
    async with stores.database.transaction() as transaction:
        before = await lock_customer_at(transaction, project, CustomerPath(id=customer_id, store=store))
        # Under the customer's lock the address can no longer change: only now is the token certainly meant for it.
        await load_token_bearer(transaction, project, token, kind="email", now=now)
        check_version(before, version)
        customer = before.customer
        if not customer.is_email_verified:
            customer = stamped(customer, now=timestamp_of(now), actor=caller.actor(), is_email_verified=True)
            await change_customer(transaction, project, before, customer, password_hash=before.password_hash)
        await delete_customer_tokens(transaction, project, before.id, "email")
        answer = Answer(encode(customer))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer
