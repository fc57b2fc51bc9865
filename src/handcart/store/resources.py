"""The small resources of a project in the database: a row each, found by id or by key, holding the wire's JSON.

Caches hold all of them: whoever writes one bumps the epoch ``catalogue`` first, in the same transaction. That also
lets one writer of a project's catalogue through at a time.
"""

from typing import Any, NoReturn

import msgspec

from handcart.domain.document import encode, instant_of
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.references import ResourceIdentifier
from handcart.domain.site import Site
from handcart.store.catalogues import RESOURCE_KINDS
from handcart.store.database import Querying, Row, Transaction
from handcart.store.site_records import with_registrable_domain
from handcart.store.statements import statement

_decoders = {kind: msgspec.json.Decoder(struct) for kind, struct in RESOURCE_KINDS.items()}


class StoredResource(msgspec.Struct, frozen=True):
    """A resource as its row has it."""

    type_id: str
    id: str
    version: int
    document: bytes

    @property
    def resource(self) -> Any:
        """The document decoded, as the kind's struct."""
        return _decoders[self.type_id].decode(self.document)


async def load_resource(querying: Querying, project: str, name: ResourceIdentifier) -> StoredResource | None:
    """The resource with that id or, where it names none, that key; ``name`` has the type."""
    assert name.type_id is not None
    row: Row | None
    if name.id is not None:
        row = await querying.row(statement("load_resource"), project, name.type_id, name.id)
    else:
        row = await querying.row(statement("find_resource_by_key"), project, name.type_id, name.key)
    return StoredResource(name.type_id, row["id"], row["version"], row["document"]) if row is not None else None


async def insert_resource(transaction: Transaction, project: str, type_id: str, resource: Any) -> bytes:
    """Write a new resource; answers its document. Raises DuplicateField for a key that is taken."""
    document = _document_of(resource)
    await transaction.execute(
        statement("insert_resource"),
        project,
        type_id,
        resource.id,
        resource.key,
        resource.version,
        document,
        instant_of(resource.created_at),
        instant_of(resource.last_modified_at),
    )
    return document


async def change_resource(
    transaction: Transaction, project: str, type_id: str, resource: Any, *, version: int
) -> bytes:
    """Write a resource that was decided on at ``version``; answers its document.

    Raises ConcurrentModification or ResourceNotFound where it has been changed or deleted since, DuplicateField for a
    key that is taken.
    """
    document = _document_of(resource)
    row = await transaction.row(
        statement("change_resource"),
        project,
        type_id,
        resource.id,
        version,
        resource.key,
        resource.version,
        document,
        instant_of(resource.last_modified_at),
    )
    if row is None:
        await _refuse_stale(transaction, project, type_id, resource.id, version)
    return document


async def delete_resource(
    transaction: Transaction, project: str, type_id: str, resource_id: str, *, version: int
) -> None:
    """Delete a resource at a version.

    Raises ConcurrentModification or ResourceNotFound where it has been changed or deleted since.
    """
    row = await transaction.row(statement("delete_resource"), project, type_id, resource_id, version)
    if row is None:
        await _refuse_stale(transaction, project, type_id, resource_id, version)


async def _refuse_stale(
    transaction: Transaction, project: str, type_id: str, resource_id: str, version: int
) -> NoReturn:
    current = await load_resource(transaction, project, ResourceIdentifier(type_id=type_id, id=resource_id))
    if current is None:
        raise ResourceNotFound(id=resource_id)
    raise ConcurrentModification(id=resource_id, expected=version, current_version=current.version)


def _document_of(resource: Any) -> bytes:
    return encode(with_registrable_domain(resource) if isinstance(resource, Site) else resource)
