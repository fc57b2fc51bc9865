"""Setting up the identity provider, over the API as by a project file."""

from handcart.domain.identity import IdentityProvider, IdentityProviderEntry, configured_provider
from handcart.store.database import Transaction
from handcart.store.identity import lock_identity_provider, upsert_identity_provider
from handcart.store.staff import list_roles


async def set_identity_provider(
    transaction: Transaction, project: str, entry: IdentityProviderEntry
) -> IdentityProvider:
    """The provider as it is from now on; roles that it gives have to be there already. Raises InvalidField."""
    former = await lock_identity_provider(transaction, project)
    roles = {each.key for each in await list_roles(transaction, project)}
    configured = configured_provider(entry, former, roles)
    await upsert_identity_provider(transaction, project, configured)
    return configured.provider
