"""What a customer signs in with: found by e-mail address, and looked at once more in the transaction of the sign-in."""

from uuid import UUID

import msgspec

from handcart.domain.references import KeyReference
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement


class _CustomerStores(msgspec.Struct):
    stores: list[KeyReference] = []


_decoder = msgspec.json.Decoder(_CustomerStores)


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as the sign-in needs it. ``stores`` are the keys of the only stores to sign in at; empty means all."""

    customer_id: str
    version: int
    password_hash: str | None
    stores: frozenset[str]

    def may_sign_in_at(self, store: str | None) -> bool:
        """Whether the credentials may be entered here: a store's key, or None where no store is named (S1-38)."""
        return store is None or not self.stores or store in self.stores


async def find_credentials(querying: Querying, *, project: str, email: str) -> Credentials | None:
    """The customer with this e-mail address, in whatever case it is written (S1-37); None if there is none."""
    row = await querying.row(statement("find_credentials"), project, email)
    if row is None:
        return None
    return Credentials(
        customer_id=str(row["id"]),
        version=row["version"],
        password_hash=row["password_hash"],
        stores=frozenset(each.key for each in _decoder.decode(row["document"]).stores),
    )


async def lock_credentials(transaction: Transaction, project: str, credentials: Credentials) -> bool:
    """Whether the customer still has the password that was verified; it keeps it until the transaction ends.

    So a sign-in is either before a change of the password, which then revokes its token, or refused.
    """
    found = await transaction.row(
        statement("lock_credentials"), project, UUID(credentials.customer_id), credentials.password_hash
    )
    return found is not None
