"""The identity provider that a sign-in is to go through."""

from handcart.domain.errors import NoIdentityProvider
from handcart.domain.identity import ConfiguredProvider
from handcart.store.identity import load_identity_provider
from handcart.store.stores import Stores


async def open_identity_provider(stores: Stores, project: str) -> ConfiguredProvider:
    """The provider with our secret there, which is for the provider alone. Raises NoIdentityProvider."""
    configured = await load_identity_provider(stores.database, project)
    if configured is None:
        raise NoIdentityProvider()
    return configured
