"""Creating a product."""

from handcart.actions.building import decided
from handcart.domain.caller import Caller
from handcart.domain.document import encode
from handcart.domain.products.drafts import ProductDraft
from handcart.domain.products.new_product import product_from
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.changes import bump
from handcart.store.products import insert_product
from handcart.store.stores import Stores


async def create_product(
    stores: Stores, caller: Caller, draft: ProductDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The new product as JSON; with ``publish`` it is on offer at once.

    Raises InvalidField, RequiredField, DuplicateField (key, SKU), DuplicatePriceScope, ReferencedResourceNotFound.
    """
    project = caller.project
    product = await decided(stores, project, lambda building: product_from(draft, building))
    answer = Answer(encode(product), created=True)
    async with stores.database.transaction() as transaction:
        epoch = await bump(transaction, project, "catalogue")
        await insert_product(transaction, project, product)
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    stores.changes.note(project, "catalogue", epoch)
    return answer
