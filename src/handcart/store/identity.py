"""Identity providers, and the sign-ins that are under way there."""

from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from handcart.domain.document import encode
from handcart.domain.identity import ConfiguredProvider, IdentityProvider
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement

SIGN_IN_LIFETIME = timedelta(minutes=10)
"""How long somebody may take at the provider: for a password, a second factor, and looking for the telephone."""

_decoder = msgspec.json.Decoder(IdentityProvider)


class BegunSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that went to the provider: what proves, when somebody comes back, that it is the same one.

    ``callback`` is where the provider sends the browser, ``redirect`` where it is to go in the end.
    """

    issuer: str
    callback: str
    nonce: str
    verifier: str
    redirect: str | None


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _configured(row: Row | None) -> ConfiguredProvider | None:
    return ConfiguredProvider(_decoder.decode(row["document"]), row["client_secret"]) if row is not None else None


async def load_identity_provider(querying: Querying, project: str) -> ConfiguredProvider | None:
    """The project's identity provider, with our secret there."""
    return _configured(await querying.row(statement("load_identity_provider"), project))


async def lock_identity_provider(transaction: Transaction, project: str) -> ConfiguredProvider | None:
    """The project's identity provider, locked until the transaction ends."""
    return _configured(await transaction.row(statement("lock_identity_provider"), project))


async def upsert_identity_provider(transaction: Transaction, project: str, configured: ConfiguredProvider) -> None:
    """Set or replace the project's identity provider."""
    await transaction.execute(
        statement("upsert_identity_provider"), project, encode(configured.provider), configured.client_secret
    )


async def delete_identity_provider(transaction: Transaction, project: str) -> bool:
    """Let nobody in by an identity provider any more; False where there was none."""
    return await transaction.execute(statement("delete_identity_provider"), project) != "DELETE 0"


async def insert_begun_sign_in(
    transaction: Transaction, project: str, begun: BegunSignIn, *, state: str, browser: str, now: datetime
) -> None:
    """Keep a sign-in that goes to the provider now, under a hash of its ``state``.

    ``browser`` is the secret that only the browser keeps which began it.
    """
    await transaction.execute(
        statement("insert_begun_sign_in"),
        project,
        _hash(state),
        _hash(browser),
        begun.issuer,
        begun.callback,
        begun.nonce,
        begun.verifier,
        begun.redirect,
        now + SIGN_IN_LIFETIME,
    )


async def take_begun_sign_in(
    transaction: Transaction, project: str, *, state: str, browser: str, now: datetime
) -> BegunSignIn | None:
    """The sign-in with this state, which is gone by that; None where there is none for this browser, or it expired."""
    row = await transaction.row(statement("take_begun_sign_in"), project, _hash(state), _hash(browser), now)
    if row is None:
        return None
    return BegunSignIn(
        issuer=row["issuer"],
        callback=row["callback"],
        nonce=row["nonce"],
        verifier=row["verifier"],
        redirect=row["redirect"],
    )
