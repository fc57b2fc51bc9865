"""Reading how the identity provider is set up."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.identity import IdentityProvider
from handcart.store.identity import load_identity_provider
from handcart.store.stores import Stores


async def read_identity_provider(stores: Stores, project: str) -> IdentityProvider:
    """The provider; of our secret there only whether there is one. Raises ResourceNotFound."""
    configured = await load_identity_provider(stores.database, project)
    if configured is None:
        raise ResourceNotFound(id="identityProvider")
    return configured.provider
