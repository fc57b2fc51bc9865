"""Reading a customer."""

from handcart.domain.customer import CustomerPath
from handcart.store.customers import load_customer_at
from handcart.store.stores import Stores


async def read_customer(stores: Stores, project: str, path: CustomerPath) -> bytes:
    """The customer as JSON. Raises ResourceNotFound, also for one that only other stores know."""
    return (await load_customer_at(stores.database, project, path)).document
