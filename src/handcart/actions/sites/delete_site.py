"""Deleting a site that is a member of no group."""

from handcart.domain.document import encode
from handcart.domain.errors import ReferenceExists, ResourceNotFound
from handcart.domain.resources.kinds import referrer_of
from handcart.store.changes import bump
from handcart.store.publishing import keep_published
from handcart.store.resources import delete_resource
from handcart.store.stores import Stores


async def delete_site(stores: Stores, project: str, site_key: str) -> None:
    """Raises ResourceNotFound, ReferenceExists for a site that something of the catalogue refers to.

    Carts that were made there stay; nothing more can be done with them on that site.
    """
    now = stores.clock.utc_now()
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        site = catalogue.sites.get(site_key)
        if site is None:
            raise ResourceNotFound(id=site_key)
        referrer = referrer_of(catalogue, type_id="store", resource_id=site.id, key=site_key)
        if referrer is not None:
            raise ReferenceExists(referenced_by=referrer)
        await delete_resource(transaction, project, "store", site.id, version=site.version)
        await keep_published(transaction, project, "site", site_key, before=encode(site), now=now)
    stores.changes.note(project, "catalogue", epoch)
