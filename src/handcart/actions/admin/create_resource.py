"""Creating a small resource, such as a channel, a tax category, a shipping method or a store."""

from typing import Any

from handcart.domain.document import Draft, timestamp_of
from handcart.domain.products.building import Building
from handcart.domain.resources.kinds import ResourceKind, created, displaced_by
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.changes import bump
from handcart.store.resources import change_resource, insert_resource
from handcart.store.stores import Stores


async def create_resource(
    stores: Stores, project: str, kind: ResourceKind, draft: Draft, idempotency: Idempotency | None
) -> Answer:
    """The new resource. Raises what its builder raises, and DuplicateField for a key that is taken."""
    now = stores.clock.utc_now()
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        building = Building(catalogue=catalogue, now=timestamp_of(now), new_id=stores.clock.new_uuid)
        resource: Any = created(kind, draft, building)
        answer = Answer(await insert_resource(transaction, project, kind.type_id, resource), created=True)
        for each in displaced_by(kind, resource, building):
            await change_resource(transaction, project, kind.type_id, each, version=each.version - 1)
        await insert_answer(transaction, project, idempotency, answer, now)
    stores.changes.note(project, "catalogue", epoch)
    return answer
