"""The owners of carts: what a cart takes from them, and their rows as locks. Owners are locked before carts."""

from datetime import datetime

from handcart.domain.cart_owner import CartOwner
from handcart.domain.errors import ReferencedResourceNotFound
from handcart.store.customers import StoredCustomer, load_customer, lock_customer
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement


def owner_from(customer: StoredCustomer) -> CartOwner:
    """What a cart takes from the customer who owns it."""
    return CartOwner(customer_id=customer.id, email=customer.email, customer_group=customer.customer.customer_group)


def _known(customer: StoredCustomer | None, customer_id: str) -> CartOwner:
    if customer is None:
        raise ReferencedResourceNotFound(type_id="customer", id=customer_id)
    return owner_from(customer)


async def load_owner(
    querying: Querying, project: str, *, customer_id: str | None, anonymous_id: str | None
) -> CartOwner:
    """The owner of a new cart. Raises ReferencedResourceNotFound for an unknown customer."""
    if customer_id is None:
        return CartOwner(anonymous_id=anonymous_id)
    return _known(await load_customer(querying, project, customer_id), customer_id)


async def lock_owner(
    transaction: Transaction, project: str, *, customer_id: str | None, anonymous_id: str | None, now: datetime
) -> CartOwner:
    """The owner, with its row locked until the transaction ends. Raises ReferencedResourceNotFound."""
    if customer_id is not None:
        return _known(await lock_customer(transaction, project, customer_id), customer_id)
    await transaction.row(statement("lock_anonymous_session"), project, anonymous_id, now)
    return CartOwner(anonymous_id=anonymous_id)
