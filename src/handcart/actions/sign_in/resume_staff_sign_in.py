"""Taking up a sign-in that comes back from the identity provider."""

from handcart.domain.errors import NoIdentityProvider, SignInUnknown
from handcart.domain.identity import ConfiguredProvider
from handcart.store.identity import BegunSignIn, load_identity_provider, take_begun_sign_in
from handcart.store.stores import Stores


async def resume_staff_sign_in(
    stores: Stores, project: str, *, state: str, browser: str
) -> tuple[BegunSignIn, ConfiguredProvider]:
    """What the sign-in was begun with, and its provider; from now on nobody can come back with this state again.

    Raises SignInUnknown for a state that was used, has expired, or was begun in another browser, project or provider;
    NoIdentityProvider.
    """
    async with stores.database.transaction() as transaction:
        begun = await take_begun_sign_in(transaction, project, state=state, browser=browser, now=stores.clock.utc_now())
        configured = await load_identity_provider(transaction, project)
    if configured is None:
        raise NoIdentityProvider()
    if begun is None or begun.issuer != configured.provider.issuer:
        raise SignInUnknown()
    return begun, configured
