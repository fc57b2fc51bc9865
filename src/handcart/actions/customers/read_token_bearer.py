"""Whose password, or whose e-mail address, a token is for."""

from typing import Literal

from handcart.domain.customer import CustomerPath
from handcart.store.customer_tokens import load_token_bearer
from handcart.store.customers import load_customer_at
from handcart.store.stores import Stores


async def read_token_bearer(
    stores: Stores, project: str, value: str, *, kind: Literal["password", "email"], store: str | None
) -> bytes:
    """The customer as JSON. Raises ResourceNotFound, ExpiredCustomerPasswordToken, ExpiredCustomerEmailToken."""
    now = stores.clock.utc_now()
    customer_id = await load_token_bearer(stores.database, project, value, kind=kind, now=now)
    return (await load_customer_at(stores.database, project, CustomerPath(id=customer_id, store=store))).document
