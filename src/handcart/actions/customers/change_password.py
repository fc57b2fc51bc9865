"""Changing a password by giving the present one."""

from handcart.domain.caller import Caller
from handcart.domain.customer import CustomerPath, check_password, stamped
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import ExternalAuthentication, InvalidCurrentPassword
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.customers import change_customer, check_version, load_customer_at, lock_customer_at
from handcart.store.sign_in_failures import check_not_locked, clear_failures, customer_account, note_failure
from handcart.store.stores import Stores


async def change_password(
    stores: Stores,
    caller: Caller,
    path: CustomerPath,
    *,
    version: int,
    current: str,
    new: str,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The customer as JSON; it is signed out everywhere but on the caller's own device.

    The present password is verified outside the transaction and the version once more inside it. Wrong ones count as
    failed sign-ins. Raises ResourceNotFound, ConcurrentModification, InvalidCurrentPassword, TooManyAttempts,
    ExternalAuthentication.
    """
    check_password(new, field="newPassword")
    project, now = caller.project, stores.clock.utc_now()
    seen = await load_customer_at(stores.database, project, path)
    check_version(seen, version)
    if seen.customer.authentication_mode == "ExternalAuth":
        raise ExternalAuthentication()
    account = customer_account(project=project, email=seen.email)
    await check_not_locked(stores.database, account, now)
    if not await stores.passwords.verify(seen.password_hash, current):
        await note_failure(stores.database, account, now)
        raise InvalidCurrentPassword()
    new_hash = await stores.passwords.hash(new)
    async with stores.database.transaction() as transaction:
        before = await lock_customer_at(transaction, project, path)
        check_version(before, version)
        await clear_failures(transaction, account, now)
        customer = stamped(before.customer, now=timestamp_of(now), actor=caller.actor())
        device = caller.device if caller.customer_id == before.id else None
        epoch = await change_customer(transaction, project, before, customer, password_hash=new_hash, device=device)
        answer = Answer(encode(customer))
        await insert_answer(transaction, project, idempotency, answer, now)
    if epoch is not None:
        stores.changes.note(project, "tokens", epoch)
    return answer
