"""Setting up the identity provider."""

from handcart.actions.setting_identity import set_identity_provider
from handcart.domain.identity import IdentityProvider, IdentityProviderEntry
from handcart.store.staff import lock_staff
from handcart.store.stores import Stores


async def save_identity_provider(stores: Stores, project: str, entry: IdentityProviderEntry) -> IdentityProvider:
    """The provider as it is from now on; a sign-in under way at another issuer comes back in vain.

    Raises InvalidField.
    """
    async with stores.database.transaction() as transaction:
        epoch = await lock_staff(transaction, project)
        provider = await set_identity_provider(transaction, project, entry)
    stores.changes.note(project, "staff", epoch)
    return provider
