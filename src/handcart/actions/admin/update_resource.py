"""Changing a small resource by update actions, strictly against a version."""

from typing import Any

from handcart.domain.document import timestamp_of
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.products.building import Building
from handcart.domain.references import ResourceIdentifier
from handcart.domain.resources.kinds import ResourceKind, displaced_by, updated
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.changes import bump
from handcart.store.resources import change_resource, load_resource
from handcart.store.stores import Stores


async def update_resource(
    stores: Stores,
    project: str,
    kind: ResourceKind,
    name: ResourceIdentifier,
    *,
    update: Any,
    idempotency: Idempotency | None,
) -> Answer:
    """The resource after all actions, in order and all or nothing; ``update`` is the kind's own struct.

    Raises ResourceNotFound, ConcurrentModification for another version, and what an action raises.
    """
    now = stores.clock.utc_now()
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        stored = await load_resource(transaction, project, name)
        if stored is None:
            raise ResourceNotFound(id=name.id or name.key or "")
        if stored.version != update.version:
            raise ConcurrentModification(id=stored.id, expected=update.version, current_version=stored.version)
        catalogue = await stores.catalogues.fresh(project, within=transaction)
        building = Building(catalogue=catalogue, now=timestamp_of(now), new_id=stores.clock.new_uuid)
        before, document = stored.resource, stored.document
        after = updated(before, update.actions, building)
        if after is not before:
            document = await change_resource(transaction, project, kind.type_id, after, version=stored.version)
            for each in displaced_by(kind, after, building):
                await change_resource(transaction, project, kind.type_id, each, version=each.version - 1)
        answer = Answer(document)
        await insert_answer(transaction, project, idempotency, answer, now)
    stores.changes.note(project, "catalogue", epoch)
    return answer
