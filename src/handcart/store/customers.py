"""Customers: one row each, the document in the wire's bytes and the password's hash beside it."""

from functools import cached_property
from uuid import UUID

from handcart.domain.customer import Customer, CustomerPath, customer_decoder
from handcart.domain.document import encode, instant_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement


class StoredCustomer:
    """A customer as a row had it. ``password_hash`` is None for one that signs in elsewhere."""

    def __init__(self, row: Row) -> None:
        self.id: str = str(row["id"])
        self.version: int = row["version"]
        self.email: str = row["email"]
        self.key: str | None = row["key"]
        self.password_hash: str | None = row["password_hash"]
        self.document: bytes = row["document"]
        """The bytes that go over the wire."""

    @cached_property
    def customer(self) -> Customer:
        """The document decoded."""
        return customer_decoder.decode(self.document)


class LockedCustomer(StoredCustomer):
    """A customer whose row this transaction has locked; only the lock functions make one."""


async def load_customer(querying: Querying, project: str, customer_id: str) -> StoredCustomer | None:
    """The customer with that id, without a lock; None for an id that is none."""
    if not is_uuid(customer_id):
        return None
    row = await querying.row(statement("load_customer"), project, UUID(customer_id))
    return StoredCustomer(row) if row is not None else None


async def find_customer_by_key(querying: Querying, project: str, key: str) -> StoredCustomer | None:
    """The customer with that key, without a lock."""
    row = await querying.row(statement("find_customer_by_key"), project, key)
    return StoredCustomer(row) if row is not None else None


async def find_customer_by_email(querying: Querying, project: str, email: str) -> StoredCustomer | None:
    """The customer with that e-mail address in any case (S1-37), without a lock."""
    row = await querying.row(statement("find_customer_by_email"), project, email)
    return StoredCustomer(row) if row is not None else None


async def lock_customer(transaction: Transaction, project: str, customer_id: str) -> LockedCustomer | None:
    """The customer with that id, locked until the transaction ends. Owners are locked before carts."""
    if not is_uuid(customer_id):
        return None
    row = await transaction.row(statement("lock_customer"), project, UUID(customer_id))
    return LockedCustomer(row) if row is not None else None


async def load_customer_at(querying: Querying, project: str, path: CustomerPath) -> StoredCustomer:
    """The customer that a request names, without a lock. Raises ResourceNotFound, also for one of other stores."""
    if path.key is not None:
        found = await find_customer_by_key(querying, project, path.key)
    else:
        found = await load_customer(querying, project, path.id or "")
    if found is None or not found.customer.belongs_to(path.store):
        raise ResourceNotFound(id=path.named)
    return found


async def lock_customer_at(transaction: Transaction, project: str, path: CustomerPath) -> LockedCustomer:
    """The customer that a request names, locked. Raises ResourceNotFound, also for one of other stores."""
    customer_id = path.id
    if path.key is not None:
        found = await find_customer_by_key(transaction, project, path.key)
        customer_id = found.id if found is not None else None
    locked = await lock_customer(transaction, project, customer_id or "")
    if locked is None or path.key not in (None, locked.key) or not locked.customer.belongs_to(path.store):
        raise ResourceNotFound(id=path.named)
    return locked


async def insert_customer(
    transaction: Transaction, project: str, customer: Customer, *, password_hash: str | None
) -> None:
    """Write a new customer. Raises DuplicateField for an e-mail address, key or number that is taken (S1-37)."""
    await transaction.execute(
        statement("insert_customer"),
        project,
        UUID(customer.id),
        customer.key,
        customer.email,
        customer.customer_number,
        password_hash,
        customer.version,
        encode(customer),
        instant_of(customer.created_at),
    )


async def change_customer(
    transaction: Transaction, project: str, before: LockedCustomer, customer: Customer, *, password_hash: str | None
) -> None:
    """Write a changed customer. Raises DuplicateField for an e-mail address, key or number that is taken."""
    done = await transaction.execute(
        statement("change_customer"),
        project,
        UUID(before.id),
        before.version,
        customer.key,
        customer.email,
        customer.customer_number,
        password_hash,
        customer.version,
        encode(customer),
        instant_of(customer.last_modified_at),
    )
    assert done == "UPDATE 1", done


async def delete_customer(transaction: Transaction, project: str, before: LockedCustomer) -> None:
    """Delete a customer and its tokens for password and e-mail address; its carts and orders stay as they are."""
    done = await transaction.execute(statement("delete_customer"), project, UUID(before.id), before.version)
    assert done == "DELETE 1", done
