"""Reading one small resource."""

from handcart.domain.errors import ResourceNotFound
from handcart.domain.references import ResourceIdentifier
from handcart.store.resources import load_resource
from handcart.store.stores import Stores


async def read_resource(stores: Stores, project: str, name: ResourceIdentifier) -> bytes:
    """The document of the resource with that id or key. Raises ResourceNotFound."""
    stored = await load_resource(stores.database, project, name)
    if stored is None:
        raise ResourceNotFound(id=name.id or name.key or "")
    return stored.document
