"""Changing a site group (S4-51): what is omitted stays, and the list of sites is replaced as a whole."""

from handcart.actions.keeping_sharing import keep_sharing
from handcart.actions.readying import check_unchanged, look_ahead
from handcart.domain.catalogue import Catalogue
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.site import SiteGroup
from handcart.domain.site_groups.requests import PlannedGroup, SiteGroupChange, changed_group, group_named
from handcart.domain.site_groups.showing import shown_group
from handcart.store.changes import bump
from handcart.store.publishing import keep_published
from handcart.store.site_groups import upsert_site_group
from handcart.store.stores import Stores


async def update_site_group(
    stores: Stores, project: str, group_id: str, change: SiteGroupChange, *, language: str | None
) -> bytes:
    """The whole group after the change, with warnings where sites have joined that lack prices.

    Raises ResourceNotFound, and what ``changed_group`` and ``look_ahead`` raise.

    The group has no version: two changes at once are made one after the other, each on what it then finds.
    """
    now = stores.clock.utc_now()

    def before_and_after(catalogue: Catalogue) -> tuple[SiteGroup, SiteGroup]:
        before = group_named(catalogue, group_id)
        if before is None:
            raise ResourceNotFound(id=group_id)
        return before, changed_group(before, change, catalogue)

    ahead = await look_ahead(
        stores,
        project,
        lambda catalogue: PlannedGroup(before_and_after(catalogue)[1], catalogue.sites),
        is_forced=bool(change.force),
    )
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        check_unchanged(ahead.epoch, epoch)
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        before, after = before_and_after(catalogue)
        if after != before:
            await upsert_site_group(transaction, project, after, now)
            saved = await stores.catalogues.fresh(project, within=transaction)
            await keep_sharing(transaction, saved, now, counted=ahead.counted)
            await keep_published(transaction, project, "siteGroup", group_id, before=encode(before), now=now)
    stores.changes.note(project, "catalogue", epoch)
    return encode(shown_group(after, catalogue.sites, language, warnings=ahead.warnings))
