"""Changing a product: read at a version, decided, written where that is still its version."""

from handcart.actions.building import decided
from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.errors import ConcurrentModification
from handcart.domain.products.updates.apply import ProductUpdate, changed_product
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.changes import bump
from handcart.store.products import change_product, load_product_at
from handcart.store.stores import Stores


async def update_product(
    stores: Stores,
    caller: Caller,
    update: ProductUpdate,
    *,
    product_id: str | None = None,
    key: str | None = None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The changed product as JSON; what is not staged is on offer at once, in this process and within a second in all.

    Raises ResourceNotFound, ConcurrentModification, and what the actions refuse.
    """
    project = caller.project
    stored = await load_product_at(stores.database, project, product_id=product_id, key=key)
    if update.version != stored.version:
        raise ConcurrentModification(id=stored.id, expected=update.version, current_version=stored.version)
    product = await decided(stores, project, lambda building: changed_product(stored.product, update.actions, building))
    if product is stored.product:
        answer = Answer(stored.document)
        await insert_answer(stores.database, project, idempotency, answer, stores.clock.utc_now())
        return answer
    answer = Answer(encode(product))
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        if not await change_product(transaction, project, product, version=stored.version):
            current = await load_product_at(transaction, project, product_id=stored.id, key=None)
            raise ConcurrentModification(id=stored.id, expected=update.version, current_version=current.version)
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    stores.changes.note(project, "catalogue", epoch)
    return answer
