"""Signing up: the new customer, and what the guest had, in one transaction."""

from handcart.actions.claim_rules import Guest
from handcart.actions.claiming import claim, current_cart_of, sign_in_result
from handcart.actions.deciding import gather
from handcart.domain.access import Access
from handcart.domain.cart_owner import CartOwner
from handcart.domain.customers.draft import CustomerDraft, customer_from, new_password_in
from handcart.domain.document import encode
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.customers import insert_customer
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def sign_up(
    stores: Stores,
    access: Access,
    draft: CustomerDraft,
    guest: Guest,
    *,
    store: str | None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """``CustomerSignInResult`` as JSON, created. The guest's cart is the new customer's, under its own id (S1-23).

    ``store`` is that of an in-store path: the customer belongs to it unless the draft says otherwise (B-C12).
    Raises DuplicateField for an e-mail address that is taken, in whatever case (S1-37); then nothing has changed.
    """
    project = access.caller.project
    acting = await gather(
        stores, caller=access.caller, catalogue=access.catalogue, site=access.site, skus=set(), product_ids=set()
    )
    customer = customer_from(draft, acting, customer_id=stores.clock.new_uuid(), store=store)
    password = new_password_in(draft)
    password_hash = await stores.passwords.hash(password) if password is not None else None
    async with stores.database.transaction() as transaction:
        now = stores.clock.utc_now()
        await insert_customer(transaction, project, customer, password_hash=password_hash)
        if guest.anonymous_id is not None:
            await lock_owner(transaction, project, customer_id=None, anonymous_id=guest.anonymous_id, now=now)
        owner = CartOwner(customer_id=customer.id, email=customer.email, customer_group=customer.customer_group)
        claimed = await claim(stores, transaction, access, owner, guest)
        cart = await current_cart_of(stores, transaction, access, owner)
        answer = Answer(sign_in_result(encode(customer), cart, claimed), created=True)
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer
