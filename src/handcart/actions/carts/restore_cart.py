"""Going back to an earlier version of a cart."""

from handcart.actions.deciding import gather_for, written
from handcart.actions.past import known_events, load_for_history, lock_at
from handcart.domain.access import Access, acting_site_for
from handcart.domain.document import encode
from handcart.domain.errors import InvalidField
from handcart.domain.leave import leave_of
from handcart.domain.past_version import cart_at
from handcart.domain.restoring import RestoredCart, RestoreDraft, plan_restore
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import change_locked_cart
from handcart.store.stores import Stores


async def restore_cart(
    stores: Stores, access: Access, cart_id: str, draft: RestoreDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The cart with the contents of the earlier version, and what could not come back, as JSON.

    Raises ResourceNotFound, ConcurrentModification, TakeoverHeld, InvalidField for a version that the cart never
    reached, and what keeps the cart from being changed.
    """
    caller, project = access.caller, access.caller.project
    found = await load_for_history(stores, access, cart_id)
    async with stores.database.transaction() as transaction:
        locked = await lock_at(stores, transaction, access, found, version=draft.version)
        events = await known_events(transaction, access, locked, version_min=draft.restore_version)
        then = cart_at(locked.cart, events, draft.restore_version)
        if then is None:
            raise InvalidField(field="restoreVersion", invalid_value=draft.restore_version)
        site = acting_site_for(access, owner=locked.owner, site=locked.site)
        acting = await gather_for(stores, access, site, then, locked.cart, within=transaction)
        plan = plan_restore(locked.cart, then, acting, leave=leave_of(caller))
        if plan.priced.cart is not locked.cart:
            write = written(
                stores,
                caller=caller,
                kind="CartRestored",
                before=locked,
                priced=plan.priced,
                acting=acting,
                actions=[draft],
            )
            await change_locked_cart(transaction, project, write)
        answer = Answer(
            encode(RestoredCart(cart=plan.priced.cart, restored_version=draft.restore_version, not_restored=plan.left))
        )
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer
