"""Customers: one row each, the document in the wire's bytes and the password's hash beside it."""

from functools import cached_property
from uuid import UUID

from handcart.domain.customer import Customer, CustomerPath, customer_decoder
from handcart.domain.customer_search import searchable_text
from handcart.domain.document import encode, instant_of
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.changes import bump
from handcart.store.customer_tokens import delete_customer_tokens
from handcart.store.database import Querying, Row, Transaction
from handcart.store.queries import CUSTOMERS, QueryTable, query_documents
from handcart.store.statements import statement
from handcart.store.tokens import revoke_tokens_of_customer

_CUSTOMERS_IN_STORES = QueryTable(statement("query_customers_in_stores"), CUSTOMERS.fields)


class StoredCustomer:
    """A customer as a row had it. ``password_hash`` is None for one that signs in elsewhere or never set one."""

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


def check_version(stored: StoredCustomer, expected: int | None) -> None:
    """Refuse a decision on another version of the customer; None holds for any. Raises ConcurrentModification."""
    if expected is not None and expected != stored.version:
        raise ConcurrentModification(id=stored.id, expected=expected, current_version=stored.version)


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
        [each.key for each in customer.stores],
        password_hash,
        customer.version,
        encode(customer),
        instant_of(customer.created_at),
        searchable_text(customer),
    )


async def change_customer(
    transaction: Transaction,
    project: str,
    before: LockedCustomer,
    customer: Customer,
    *,
    password_hash: str | None,
    device: str | None = None,
) -> int | None:
    """Write a changed customer, and end what the change makes worthless.

    A new password, or none any more, ends the tokens to reset it and everything that the customer is signed in with,
    except on the ``device`` that asks for it. A new e-mail address ends the tokens that were sent to the former one.
    Answers the epoch of ``tokens`` to be noted after the commit, or None. Raises DuplicateField for an e-mail address,
    key or number that is taken.
    """
    done = await transaction.execute(
        statement("change_customer"),
        project,
        UUID(before.id),
        before.version,
        customer.key,
        customer.email,
        customer.customer_number,
        [each.key for each in customer.stores],
        password_hash,
        customer.version,
        encode(customer),
        instant_of(customer.last_modified_at),
        searchable_text(customer),
    )
    assert done == "UPDATE 1", done
    if customer.email != before.email:
        await delete_customer_tokens(transaction, project, before.id, "password", "email")
    if password_hash == before.password_hash:
        return None
    await delete_customer_tokens(transaction, project, before.id, "password")
    if device is None:
        return await revoke_tokens_of_customer(transaction, project, before.id)
    for kind in ("refresh", "access"):
        await transaction.execute(statement("delete_tokens_on_other_devices"), project, UUID(before.id), kind, device)
    return await bump(transaction, project, "tokens")


async def delete_customer(transaction: Transaction, project: str, before: LockedCustomer) -> int:
    """Delete a customer and all its tokens; its carts and orders stay as they are.

    Answers the epoch of ``tokens`` to be noted after the commit.
    """
    done = await transaction.execute(statement("delete_customer"), project, UUID(before.id), before.version)
    assert done == "DELETE 1", done
    return await revoke_tokens_of_customer(transaction, project, before.id)


async def query_customers(querying: Querying, project: str, request: QueryRequest, *, store: str | None) -> QueryPage:
    """A page of customers; with ``store``, of those that are there for requests in it."""
    if store is None:
        return await query_documents(querying, CUSTOMERS, project, request)
    return await query_documents(querying, _CUSTOMERS_IN_STORES, project, request, only={"store": store})
