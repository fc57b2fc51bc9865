"""API clients: the programs that may ask for tokens, each of one project, with a secret that is kept as a hash."""

from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest

import msgspec

from handcart.domain.oauth_scopes import full_scopes
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement


class ApiClient(msgspec.Struct, frozen=True, kw_only=True):
    """An API client whose secret was right. Its scopes carry the project: ``manage_orders:demo``."""

    project: str
    id: str
    name: str
    scopes: tuple[str, ...]


def _secret_hash(*, project: str, client_id: str, secret: str) -> bytes:
    """One fast pass, for every token request checks it: unlike a password, a client's secret is long and random."""
    return sha256("\0".join((project, client_id, secret)).encode()).digest()


async def find_api_clients(
    querying: Querying, *, client_id: str, secret: str, project: str | None = None
) -> list[ApiClient]:
    """The clients with this id and secret: in one project at most one, else as many as there are projects.

    Every candidate is compared, in constant time.
    """
    found = []
    for row in await querying.rows(statement("find_api_clients"), client_id, project):
        expected = _secret_hash(project=row["project"], client_id=client_id, secret=secret)
        if compare_digest(row["secret_hash"], expected):
            found.append(ApiClient(project=row["project"], id=client_id, name=row["name"], scopes=tuple(row["scopes"])))
    return found


async def upsert_api_client(
    transaction: Transaction, *, project: str, client_id: str, secret: str, name: str, scopes: Sequence[str]
) -> None:
    """Make or replace an API client; doing it again changes nothing. Tokens that it already has keep their scopes.

    A scope may be given without its project. Raises InvalidInput for one of another project.
    """
    await transaction.execute(
        statement("upsert_api_client"),
        project,
        client_id,
        _secret_hash(project=project, client_id=client_id, secret=secret),
        name,
        list(full_scopes(scopes, project)),
    )
