"""Creating a site group (S4-45); sites that share a cart do so from the next request on."""

from handcart.actions.keeping_sharing import keep_sharing
from handcart.actions.readying import check_unchanged, look_ahead
from handcart.domain.document import encode
from handcart.domain.site_groups.requests import PlannedGroup, SiteGroupRequest, new_group
from handcart.domain.site_groups.showing import shown_group
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.changes import bump
from handcart.store.publishing import keep_published
from handcart.store.site_groups import upsert_site_group
from handcart.store.stores import Stores


async def create_site_group(
    stores: Stores, project: str, request: SiteGroupRequest, *, language: str | None, idempotency: Idempotency | None
) -> Answer:
    """The new group, with warnings where its sites lack prices. Raises what ``new_group`` and ``look_ahead`` raise."""
    now, new_id = stores.clock.utc_now(), stores.clock.new_uuid()
    ahead = await look_ahead(
        stores,
        project,
        lambda catalogue: PlannedGroup(new_group(request, catalogue, new_id=new_id), catalogue.sites),
        is_forced=bool(request.force),
    )
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        check_unchanged(ahead.epoch, epoch)
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        group = new_group(request, catalogue, new_id=new_id)
        await upsert_site_group(transaction, project, group, now)
        saved = await stores.catalogues.fresh(project, within=transaction)
        await keep_sharing(transaction, saved, now, counted=ahead.counted)
        await keep_published(transaction, project, "siteGroup", group.id, before=None, now=now)
        answer = Answer(encode(shown_group(group, catalogue.sites, language, warnings=ahead.warnings)))
        await insert_answer(transaction, project, idempotency, answer, now)
    stores.changes.note(project, "catalogue", epoch)
    return answer
