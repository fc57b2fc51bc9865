"""Changing a site: what is omitted stays. A change by which it comes to share carts is a joining, as a group's is."""

from handcart.actions.keeping_sharing import keep_sharing
from handcart.actions.readying import Ahead, check_unchanged, look_ahead
from handcart.domain.catalogue import Catalogue
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import SiteKey
from handcart.domain.products.building import Building
from handcart.domain.resources.kinds import STORE, displaced_by
from handcart.domain.scope import sharing_group_of
from handcart.domain.site import Site
from handcart.domain.site_groups.requests import PlannedGroup
from handcart.domain.site_groups.showing import shown_site
from handcart.domain.site_groups.sites import SiteChange, changed_site
from handcart.store.changes import bump
from handcart.store.publishing import keep_published
from handcart.store.resources import change_resource
from handcart.store.site_records import with_registrable_domain
from handcart.store.stores import Stores


async def update_site(
    stores: Stores, project: str, site_key: str, change: SiteChange, *, language: str | None
) -> bytes:
    """The whole site after the change, with warnings where it comes to share carts and something lacks prices.

    Raises ResourceNotFound, and what ``changed_site`` and ``look_ahead`` raise.

    A site that becomes the default takes the place of the one before. Changes at once are made one after the other.
    """
    now = stores.clock.utc_now()

    def before_and_after(catalogue: Catalogue) -> tuple[Site, Site, Building]:
        before = catalogue.sites.get(site_key)
        if before is None:
            raise ResourceNotFound(id=site_key)
        building = Building(catalogue=catalogue, now=timestamp_of(now), new_id=stores.clock.new_uuid)
        return before, changed_site(before, change, building), building

    def planned(catalogue: Catalogue) -> PlannedGroup | None:
        _, after, _ = before_and_after(catalogue)
        group = sharing_group_of(SiteKey(site_key), catalogue.groups)
        return (
            PlannedGroup(group, {**catalogue.sites, site_key: with_registrable_domain(after)})
            if group is not None
            else None
        )

    ahead = Ahead()
    if change.may_share:
        ahead = await look_ahead(stores, project, planned, is_forced=bool(change.force))
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        check_unchanged(ahead.epoch, epoch, field="storefront")
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        before, after, building = before_and_after(catalogue)
        if after is not before:
            for each in (after, *displaced_by(STORE, after, building)):
                await change_resource(transaction, project, "store", each, version=each.version - 1)
                former = encode(catalogue.sites[each.key])
                await keep_published(transaction, project, "site", each.key, before=former, now=now)
            if change.may_share:
                saved = await stores.catalogues.fresh(project, within=transaction)
                await keep_sharing(transaction, saved, now, counted=ahead.counted)
    stores.changes.note(project, "catalogue", epoch)
    return encode(shown_site(after, catalogue, language, warnings=ahead.warnings))
