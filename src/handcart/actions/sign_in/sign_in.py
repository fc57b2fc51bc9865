"""Signing in: the password first, then, in one transaction, what the guest had becomes the customer's."""

from handcart.actions.claim_rules import Guest
from handcart.actions.claiming import claim, current_cart_of, sign_in_result
from handcart.domain.access import Access
from handcart.domain.errors import InvalidCredentials
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.customers import StoredCustomer, find_customer_by_email, lock_customer
from handcart.store.owners import lock_owner, owner_from
from handcart.store.sign_in_failures import check_not_locked, clear_failures, customer_account, note_failure
from handcart.store.stores import Stores


async def sign_in(
    stores: Stores,
    access: Access,
    guest: Guest,
    *,
    email: str,
    password: str,
    store: str | None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """``CustomerSignInResult`` as JSON: the customer and the current cart, absent where there is none (S1-28).

    ``store`` is that of an in-store path (S1-38). Raises InvalidCredentials, after which nothing has changed (S1-29);
    TooManyAttempts; AnonymousSessionMismatch; ReferencedResourceNotFound.
    """
    project = access.caller.project
    found = await _verified(stores, project, email=email, password=password, store=store)
    account = customer_account(project=project, email=email)
    async with stores.database.transaction() as transaction:
        locked = await lock_customer(transaction, project, found.id)
        if locked is None or locked.password_hash != found.password_hash:
            raise InvalidCredentials()
        now = stores.clock.utc_now()
        await clear_failures(transaction, account, now)
        if guest.anonymous_id is not None:
            await lock_owner(transaction, project, customer_id=None, anonymous_id=guest.anonymous_id, now=now)
        customer = owner_from(locked)
        claimed = await claim(stores, transaction, access, customer, guest)
        cart = await current_cart_of(stores, transaction, access, customer, claimed)
        answer = Answer(sign_in_result(locked.document, cart, claimed))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer


async def _verified(stores: Stores, project: str, *, email: str, password: str, store: str | None) -> StoredCustomer:
    """The customer whose password this is, checked outside of any transaction."""
    account = customer_account(project=project, email=email)
    await check_not_locked(stores.database, account, stores.clock.utc_now())
    found = await find_customer_by_email(stores.database, project, email)
    is_right = await stores.passwords.verify(found.password_hash if found else None, password)
    if found is None or not is_right or not found.customer.belongs_to(store):
        await note_failure(stores.database, account, stores.clock.utc_now())
        raise InvalidCredentials()
    return found
