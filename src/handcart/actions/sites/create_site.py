"""Creating a site, which is a store of the published interface as well."""

from handcart.domain.document import encode, timestamp_of
from handcart.domain.products.building import Building
from handcart.domain.resources.kinds import STORE, displaced_by
from handcart.domain.site_groups.showing import shown_site
from handcart.domain.site_groups.sites import SiteRequest, new_site
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.changes import bump
from handcart.store.publishing import keep_published
from handcart.store.resources import change_resource, insert_resource
from handcart.store.stores import Stores


async def create_site(
    stores: Stores, project: str, request: SiteRequest, *, language: str | None, idempotency: Idempotency | None
) -> Answer:
    """The new site. Raises what ``new_site`` raises. A new default site takes the place of the one before."""
    now = stores.clock.utc_now()
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        building = Building(catalogue=catalogue, now=timestamp_of(now), new_id=stores.clock.new_uuid)
        site = new_site(request, building)
        await insert_resource(transaction, project, "store", site)
        await keep_published(transaction, project, "site", site.key, before=None, now=now)
        for each in displaced_by(STORE, site, building):
            await change_resource(transaction, project, "store", each, version=each.version - 1)
            before = encode(catalogue.sites[each.key])
            await keep_published(transaction, project, "site", each.key, before=before, now=now)
        answer = Answer(encode(shown_site(site, catalogue, language)))
        await insert_answer(transaction, project, idempotency, answer, now)
    stores.changes.note(project, "catalogue", epoch)
    return answer
