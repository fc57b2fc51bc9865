"""Changing an offline order: whose it is, the alternate contact, giving it up."""

from handcart.actions.deciding import gather_for
from handcart.actions.drafting import check_own, find_offline_order, lock_order, write_order
from handcart.actions.taking_over import end_takeover, release_cart, site_of_order
from handcart.domain.access import Access
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import encode
from handcart.domain.errors import ConcurrentModification
from handcart.domain.offline_order import check_pending
from handcart.domain.offline_order_updates import OfflineOrderUpdate, updated
from handcart.domain.order import Order
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import lock_carts
from handcart.store.database import Transaction
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores
from handcart.store.takeovers import lock_open_takeovers


async def update_offline_order(
    stores: Stores,
    access: Access,
    order_id: str,
    update: OfflineOrderUpdate,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The changed order as JSON; only the agent who drafted it changes it. Raises ResourceNotFound,
    ConcurrentModification, OrderNotPending, ReferencedResourceNotFound, and what the actions refuse.

    Giving it up ends its takeover.
    """
    caller = access.caller
    found = await find_offline_order(stores.database, caller.project, order_id)
    check_own(caller, found.order)
    async with stores.database.transaction() as transaction:
        if update.cancels:
            await _let_go(stores, transaction, access, found.order)
        owner = await _named(stores, transaction, access, update)
        stored = await lock_order(transaction, caller.project, order_id)
        check_own(caller, stored.order)
        if update.version != stored.version:
            raise ConcurrentModification(id=order_id, expected=update.version, current_version=stored.version)
        check_pending(stored.order)
        site = site_of_order(access, stored.order)
        acting = await gather_for(stores, access, site, within=transaction)
        after = updated(stored.order, update.actions, acting, owner=owner)
        if after is not stored.order:
            kind = "OrderCancelled" if after.status == "Cancelled" else "OrderChanged"
            await write_order(stores, transaction, caller, stored, after, kind=kind, actions=update.actions)
        answer = Answer(encode(after))
        await insert_answer(transaction, caller.project, idempotency, answer, stores.clock.utc_now())
    return answer


async def _named(
    stores: Stores, transaction: Transaction, access: Access, update: OfflineOrderUpdate
) -> CartOwner | None:
    """The customer that the order is to be for, locked as owners are before orders."""
    customer_id, now = update.customer_id, stores.clock.utc_now()
    if customer_id is None:
        return None
    return await lock_owner(transaction, access.caller.project, customer_id=customer_id, anonymous_id=None, now=now)


async def _let_go(stores: Stores, transaction: Transaction, access: Access, order: Order) -> None:
    """End what is open for the order and make its cart an ordinary one, in the order in which all is locked."""
    project = access.caller.project
    for locked in await lock_open_takeovers(transaction, project, order_id=order.id, cart_id=None):
        await end_takeover(stores, transaction, access, locked, "OrderCancelled")
    if order.original_cart_id is None:
        return
    for stored in await lock_carts(transaction, project, [order.original_cart_id]):
        await release_cart(stores, transaction, access, stored, order_id=order.id, via=None, is_given_up=True)
