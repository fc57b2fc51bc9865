"""Deleting a small resource that nothing else of the catalogue refers to."""

from handcart.domain.errors import ReferenceExists, ResourceNotFound
from handcart.domain.references import ResourceIdentifier
from handcart.domain.resources.kinds import ResourceKind, referrer_of
from handcart.store import resources
from handcart.store.changes import bump
from handcart.store.stores import Stores


async def delete_resource(
    stores: Stores, project: str, kind: ResourceKind, name: ResourceIdentifier, *, version: int
) -> bytes:
    """The document of the resource that is gone.

    Raises ResourceNotFound, ConcurrentModification for another version, ReferenceExists where another resource of the
    catalogue refers to it.
    """
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        stored = await resources.load_resource(transaction, project, name)
        if stored is None:
            raise ResourceNotFound(id=name.id or name.key or "")
        await resources.delete_resource(transaction, project, kind.type_id, stored.id, version=version)
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        referrer = referrer_of(catalogue, type_id=kind.type_id, resource_id=stored.id, key=stored.resource.key)
        if referrer is not None:
            raise ReferenceExists(referenced_by=referrer)
    stores.changes.note(project, "catalogue", epoch)
    return stored.document
