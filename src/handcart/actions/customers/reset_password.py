"""Setting a new password by the token that the customer was sent."""

from handcart.domain.caller import Caller
from handcart.domain.customer import CustomerPath, check_password, stamped
from handcart.domain.document import encode, timestamp_of
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.customer_tokens import load_token_bearer
from handcart.store.customers import change_customer, check_version, lock_customer_at
from handcart.store.stores import Stores


async def reset_password(
    stores: Stores,
    caller: Caller,
    *,
    token: str,
    new: str,
    version: int | None,
    store: str | None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The customer as JSON; all its password tokens, and all that it is signed in with, end.

    Raises ResourceNotFound, ExpiredCustomerPasswordToken, ConcurrentModification.
    """
    check_password(new, field="newPassword")
    project, now = caller.project, stores.clock.utc_now()
    customer_id = await load_token_bearer(stores.database, project, token, kind="password", now=now)
    new_hash = await stores.passwords.hash(new)
    async with stores.database.transaction() as transaction:
        before = await lock_customer_at(transaction, project, CustomerPath(id=customer_id, store=store))
        # Under the customer's lock nobody else can use the token: only now is it certain that it is still there.
        await load_token_bearer(transaction, project, token, kind="password", now=now)
        check_version(before, version)
        customer = stamped(before.customer, now=timestamp_of(now), actor=caller.actor())
        epoch = await change_customer(transaction, project, before, customer, password_hash=new_hash)
        answer = Answer(encode(customer))
        await insert_answer(transaction, project, idempotency, answer, now)
    if epoch is not None:
        stores.changes.note(project, "tokens", epoch)
    return answer
