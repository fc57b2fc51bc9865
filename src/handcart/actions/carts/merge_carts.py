"""Merging a guest's cart into a customer's without a sign-in: a trusted backend asks for it."""

from handcart.actions.claim_rules import Guest
from handcart.actions.claiming import claim, current_cart_of
from handcart.domain.access import Access
from handcart.domain.errors import RequiredField, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def merge_carts(
    stores: Stores, access: Access, customer_id: str, guest: Guest, idempotency: Idempotency | None = None
) -> Answer:
    """The customer's current cart after the merge, as JSON (B-C13).

    Raises RequiredField where neither cart nor session is named, ReferencedResourceNotFound, ResourceNotFound where
    the customer has no cart even then.
    """
    if guest.cart is None and guest.anonymous_id is None:
        raise RequiredField(field="anonymousCart")
    if not is_uuid(customer_id):
        raise ResourceNotFound(id=customer_id)
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        now = stores.clock.utc_now()
        customer = await lock_owner(transaction, project, customer_id=customer_id, anonymous_id=None, now=now)
        if guest.anonymous_id is not None:
            await lock_owner(transaction, project, customer_id=None, anonymous_id=guest.anonymous_id, now=now)
        claimed = await claim(stores, transaction, access, customer, guest)
        cart = await current_cart_of(stores, transaction, access, customer, claimed)
        if cart is None:
            raise ResourceNotFound(id=customer_id)
        answer = Answer(cart)
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer
