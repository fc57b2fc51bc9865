"""Changing a site: what is omitted stays."""

from handcart.actions.keeping_sharing import keep_sharing
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.products.building import Building
from handcart.domain.resources.kinds import STORE, displaced_by
from handcart.domain.site_groups.showing import shown_site
from handcart.domain.site_groups.sites import SiteChange, changed_site
from handcart.store.changes import bump
from handcart.store.publishing import keep_published
from handcart.store.resources import change_resource
from handcart.store.stores import Stores


async def update_site(
    stores: Stores, project: str, site_key: str, change: SiteChange, *, language: str | None
) -> bytes:
    """The whole site after the change. Raises ResourceNotFound, and what ``changed_site`` raises.

    A site that becomes the default takes the place of the one before. Changes at once are made one after the other.
    """
    now = stores.clock.utc_now()
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        before = catalogue.sites.get(site_key)
        if before is None:
            raise ResourceNotFound(id=site_key)
        building = Building(catalogue=catalogue, now=timestamp_of(now), new_id=stores.clock.new_uuid)
        after = changed_site(before, change, building)
        if after is not before:
            for each in (after, *displaced_by(STORE, after, building)):
                await change_resource(transaction, project, "store", each, version=each.version - 1)
                former = encode(catalogue.sites[each.key])
                await keep_published(transaction, project, "site", each.key, before=former, now=now)
            if after.storefront != before.storefront:
                await keep_sharing(transaction, await stores.catalogues.fresh(project, within=transaction), now)
    stores.changes.note(project, "catalogue", epoch)
    return encode(shown_site(after, catalogue, language))
