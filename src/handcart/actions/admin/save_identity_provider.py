"""Setting up the identity provider."""

from handcart.domain.identity import IdentityProvider, IdentityProviderEntry, configured_provider
from handcart.store.identity import lock_identity_provider, upsert_identity_provider
from handcart.store.staff import list_roles, lock_staff
from handcart.store.stores import Stores


async def save_identity_provider(stores: Stores, project: str, entry: IdentityProviderEntry) -> IdentityProvider:
    """The provider as it is from now on; a sign-in under way at another issuer comes back in vain.

    Raises InvalidField.
    """
    async with stores.database.transaction() as transaction:
        epoch = await lock_staff(transaction, project)
        former = await lock_identity_provider(transaction, project)
        roles = {each.key for each in await list_roles(transaction, project)}
        configured = configured_provider(entry, former, roles)
        await upsert_identity_provider(transaction, project, configured)
    stores.changes.note(project, "staff", epoch)
    return configured.provider
