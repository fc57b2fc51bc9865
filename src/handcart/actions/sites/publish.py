"""Publishing sites and groups (S4-43): a group never without its members (S4-44)."""

from handcart.domain.document import encode, timestamp_of
from handcart.domain.site_groups.publishing import PublishRequest, plan_publication
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.publishing import list_unpublished, lock_catalogue, publish_changes
from handcart.store.stores import Stores


async def publish(stores: Stores, project: str, request: PublishRequest, idempotency: Idempotency | None) -> Answer:
    """``{"items": [the changes that are published now], "publishedAt"}``. Raises what ``plan_publication`` raises.

    Carts go by what is saved, so no cache is outdated by this.
    """
    now = stores.clock.utc_now()
    async with stores.database.transaction() as transaction:
        await lock_catalogue(transaction, project)
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        changes = plan_publication(catalogue, await list_unpublished(transaction, project), request)
        await publish_changes(transaction, project, changes)
        answer = Answer(encode({"items": changes, "publishedAt": timestamp_of(now)}))
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer
