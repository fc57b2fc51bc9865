"""An anonymous shopper goes on with an offline order: it and its bound cart become the shopper's (S2-38)."""

from msgspec.structs import replace

from handcart.actions.deciding import gather_for, written
from handcart.actions.drafting import lock_order, write_order
from handcart.domain.access import Access, sites_around
from handcart.domain.caller import owner_of
from handcart.domain.cart import Cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import SiteKey
from handcart.domain.offline_order import stamped
from handcart.domain.order import Order, is_prepared
from handcart.domain.price import price_cart
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, change_locked_cart, lock_carts
from handcart.store.database import Transaction
from handcart.store.offline_orders import Continuation, find_continuation
from handcart.store.orders import load_order
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def continue_offline_order(
    stores: Stores, access: Access, token: str, idempotency: Idempotency | None = None
) -> Answer:
    """The order as JSON. What is in the shopper's own cart stays there: the bound cart has a name of its own.

    The first to use a link has the order, and may use it again. Raises ResourceNotFound for a token that is unknown,
    has expired, is somebody else's by now, or is not for this site.
    """
    caller, now = access.caller, stores.clock.utc_now()
    found = await find_continuation(stores.database, caller.project, token, now=now)
    known = await load_order(stores.database, caller.project, found.order_id) if found is not None else None
    if found is None or known is None or known.order.original_cart_id is None:
        raise ResourceNotFound(id="offline-order")
    async with stores.database.transaction() as transaction:
        owner = await lock_owner(
            transaction,
            caller.project,
            customer_id=caller.customer_id,
            anonymous_id=caller.anonymous_id,
            now=now,
        )
        carts = await lock_carts(transaction, caller.project, [known.order.original_cart_id])
        order = await _continued(stores, transaction, access, found, owner=owner, carts=carts)
        answer = Answer(encode(order))
        await insert_answer(transaction, caller.project, idempotency, answer, now)
    return answer


async def _continued(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    found: Continuation,
    *,
    owner: CartOwner,
    carts: list[LockedCart],
) -> Order:
    caller = access.caller
    stored = await lock_order(transaction, caller.project, found.order_id)
    mine = owner_of(customer_id=owner.customer_id, anonymous_id=owner.anonymous_id)
    if stored.owner == mine:
        return stored.order
    is_free = stored.owner == found.owner and is_prepared(stored.order)
    if not is_free or not carts or carts[0].is_gone or carts[0].owner != found.owner:
        raise ResourceNotFound(id="offline-order")
    cart = carts[0]
    if access.site is not None and cart.site not in sites_around(access.catalogue, access.site.key, owner=mine):
        raise ResourceNotFound(id="offline-order")
    whose = {
        "customer_id": owner.customer_id,
        "customer_email": stored.order.customer_email or owner.email,
        "customer_group": owner.customer_group,
        "anonymous_id": owner.anonymous_id if owner.customer_id is None else None,
    }
    acting = await gather_for(stores, access, access.site, cart.cart, within=transaction)
    order = stamped(stored.order, acting, **whose)
    await _write_cart(stores, transaction, access, cart, replace(cart.cart, **whose))
    await write_order(stores, transaction, caller, stored, order, kind="OrderContinued")
    return order


async def _write_cart(stores: Stores, transaction: Transaction, access: Access, stored: LockedCart, cart: Cart) -> None:
    site = access.site or access.catalogue.sites.get(SiteKey(cart.priced_for.site_id or ""))
    acting = await gather_for(stores, access, site, cart, within=transaction)
    priced = price_cart(cart, catalogue=acting.catalogue, site=site, now=acting.now)
    after = replace(priced.cart, version=cart.version + 1, last_modified_at=acting.now, last_modified_by=acting.actor)
    write = written(
        stores,
        caller=access.caller,
        kind="OrderContinued",
        before=stored,
        priced=replace(priced, cart=after),
        acting=acting,
    )
    await change_locked_cart(transaction, access.caller.project, write)
