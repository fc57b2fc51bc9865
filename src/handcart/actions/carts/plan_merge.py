"""What a sign-in would do to a customer's and a guest's carts, line by line; nothing is changed."""

from handcart.actions.claim_rules import Guest
from handcart.actions.claiming import plan_only
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.errors import InvalidInput, ReferencedResourceNotFound, RequiredField
from handcart.store.customers import find_customer_by_email, load_customer
from handcart.store.owners import owner_from
from handcart.store.stores import Stores


async def plan_merge(
    stores: Stores, access: Access, guest: Guest, *, customer_id: str | None, email: str | None
) -> bytes:
    """The plan and its hash as JSON. Raises RequiredField, ReferencedResourceNotFound, AnonymousSessionMismatch."""
    if customer_id is None and email is None:
        raise RequiredField(field="customerId")
    if guest.cart is None and guest.anonymous_id is None:
        raise RequiredField(field="anonymousCart")
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        if customer_id is not None:
            found = await load_customer(transaction, project, customer_id)
        else:
            found = await find_customer_by_email(transaction, project, email or "")
        if found is None:
            raise ReferencedResourceNotFound(type_id="customer", id=customer_id, key=email)
        if email is not None and email.lower() != found.email.lower():
            raise InvalidInput(detail="customerId and email name different customers.")
        return encode(await plan_only(stores, transaction, access, owner_from(found), guest))
