"""Tokens that reset a password or confirm an e-mail address: told once, kept as SHA-256."""

from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

from handcart.domain.customer import CustomerToken
from handcart.domain.document import instant_of
from handcart.domain.errors import ExpiredCustomerEmailToken, ExpiredCustomerPasswordToken, ResourceNotFound
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement

TokenKind = Literal["password", "email"]

_EXPIRED = {"password": ExpiredCustomerPasswordToken, "email": ExpiredCustomerEmailToken}


async def insert_customer_token(
    transaction: Transaction, project: str, token: CustomerToken, *, kind: TokenKind
) -> None:
    """Keep the hash of a new token."""
    await transaction.execute(
        statement("insert_customer_token"),
        sha256(token.value.encode()).digest(),
        project,
        UUID(token.id),
        UUID(token.customer_id),
        kind,
        instant_of(token.created_at),
        instant_of(token.expires_at),
    )


async def load_token_bearer(querying: Querying, project: str, value: str, *, kind: TokenKind, now: datetime) -> str:
    """The id of the customer that the token was made for. Raises ResourceNotFound, and, where it came too late,
    ExpiredCustomerPasswordToken or ExpiredCustomerEmailToken.
    """
    hashed = sha256(value.encode()).digest()
    row = await querying.row(statement("find_customer_token"), hashed, project, kind)
    if row is None:
        raise ResourceNotFound(id=value)
    if row["expires_at"] <= now:
        raise _EXPIRED[kind]()
    return str(row["customer_id"])


async def delete_customer_tokens(transaction: Transaction, project: str, customer_id: str, *kinds: TokenKind) -> None:
    """Make the customer's tokens of these kinds worthless."""
    await transaction.execute(statement("delete_customer_tokens"), project, UUID(customer_id), list(kinds))
