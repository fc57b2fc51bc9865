"""What the API needs of identity providers; ``handcart.outside.identity`` has it, and the wiring brings it here."""

from datetime import datetime
from typing import Protocol

from handcart.domain.identity import ConfiguredProvider, IdentityProvider, KnownIdentity


class IdentityProviders(Protocol):
    """Whoever speaks to identity providers. Never within a transaction: it waits for others."""

    async def authorization_address(self, provider: IdentityProvider) -> str:
        """Where a browser signs in. Raises IdentityProviderFailed."""
        ...

    async def identity_for_code(
        self, configured: ConfiguredProvider, *, code: str, callback: str, verifier: str, nonce: str, now: datetime
    ) -> KnownIdentity:
        """Who signed in, by the code that came back. Raises SignInRefused, InvalidIdToken, IdentityProviderFailed."""
        ...

    async def identity_in(self, configured: ConfiguredProvider, id_token: str, *, now: datetime) -> KnownIdentity:
        """Whom an ID token names. Raises InvalidIdToken, IdentityProviderFailed."""
        ...
