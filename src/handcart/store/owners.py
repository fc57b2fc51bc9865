"""The owners of carts: what a cart takes from them, and their rows as locks. Owners are locked before carts."""

from datetime import datetime
from uuid import UUID

import msgspec

from handcart.domain.cart_owner import CartOwner
from handcart.domain.errors import ReferencedResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.references import Reference
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement


class _CustomerFacts(msgspec.Struct, rename="camel"):
    email: str
    customer_group: Reference | None = None


_decoder = msgspec.json.Decoder(_CustomerFacts)


def _owner_of(customer_id: str, row: Row | None) -> CartOwner:
    if row is None:
        raise ReferencedResourceNotFound(type_id="customer", id=customer_id)
    facts = _decoder.decode(row["document"])
    return CartOwner(customer_id=customer_id, email=facts.email, customer_group=facts.customer_group)


async def load_owner(
    querying: Querying, project: str, *, customer_id: str | None, anonymous_id: str | None
) -> CartOwner:
    """The owner of a new cart. Raises ReferencedResourceNotFound for an unknown customer."""
    if customer_id is None:
        return CartOwner(anonymous_id=anonymous_id)
    if not is_uuid(customer_id):
        raise ReferencedResourceNotFound(type_id="customer", id=customer_id)
    return _owner_of(customer_id, await querying.row(statement("load_customer_facts"), project, UUID(customer_id)))


async def lock_owner(
    transaction: Transaction, project: str, *, customer_id: str | None, anonymous_id: str | None, now: datetime
) -> CartOwner:
    """The owner, with its row locked until the transaction ends."""
    if customer_id is not None:
        return _owner_of(customer_id, await transaction.row(statement("lock_customer_row"), project, UUID(customer_id)))
    await transaction.row(statement("lock_anonymous_session"), project, anonymous_id, now)
    return CartOwner(anonymous_id=anonymous_id)
