"""Doing without an identity provider."""

from handcart.domain.errors import ResourceNotFound
from handcart.store import identity
from handcart.store.stores import Stores


async def delete_identity_provider(stores: Stores, project: str) -> None:
    """Nobody is let in by it any more; who is signed in stays. Raises ResourceNotFound."""
    async with stores.database.transaction() as transaction:
        if not await identity.delete_identity_provider(transaction, project):
            raise ResourceNotFound(id="identityProvider")
