"""Checking out and submitting the offline order that was prepared from a cart, in place of the cart (T-17, T-18).

All is locked in one order: takeovers, the owner, the cart, the order, the stock. The cart's version stands for the
order too: preparing an order, replacing it and giving it up each write the cart.
"""

import msgspec
from msgspec.structs import replace

from handcart.actions.contacting import with_contacts
from handcart.actions.deciding import gather_for, hold_of, written
from handcart.actions.drafting import lock_order, write_order
from handcart.actions.holding import check_no_other_hand, keep_hold
from handcart.domain.access import Access, acting_site_for
from handcart.domain.acting import Acting
from handcart.domain.document import encode
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.offline_submission import cart_as_shown, in_checkout, left_over, submitted
from handcart.domain.order import Order, OrderFromCartDraft, Submission, is_prepared, out_of_stock, plan_submission
from handcart.domain.price import Priced
from handcart.domain.site import Site
from handcart.domain.takeover import ended
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, StoredCart, change_locked_cart, insert_cart, lock_carts
from handcart.store.database import Transaction
from handcart.store.offline_orders import find_prepared_order, take_stock
from handcart.store.orders import StoredOrder
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores
from handcart.store.takeovers import change_takeover, lock_open_takeovers


class Asked(msgspec.Struct, frozen=True):
    """A submission as it was asked for, and the number that its order will have."""

    draft: OrderFromCartDraft
    order_number: str
    idempotency: Idempotency | None


async def check_out_prepared(
    stores: Stores, access: Access, stored: StoredCart, version: int | None, idempotency: Idempotency | None
) -> Answer | None:
    """The prepared order in checkout on the acting site, as JSON; None where the cart has none.

    The cart is left as it is. Asking again shows the order for what the cart says by then: address, method, codes.
    """
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        cart = await lock_cart(transaction, project, stored, version)
        # Only now: an order is prepared, replaced and given up under the lock of its cart.
        order_id = await find_prepared_order(transaction, project, stored.id)
        if order_id is None:
            return None
        before = await lock_order(transaction, project, order_id)
        site = acting_site_for(access, owner=stored.owner, site=stored.site)
        acting = await gather_for(stores, access, site, cart.cart, before.order, within=transaction)
        order = in_checkout(before.order, cart.cart, acting)
        if order is not before.order:
            await write_order(stores, transaction, access.caller, before, order, kind="CheckoutStarted")
        answer = Answer(await with_contacts(transaction, access, order, encode(order)))
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer


async def submit_prepared(stores: Stores, access: Access, stored: StoredCart, asked: Asked) -> Answer | None:
    """The prepared order, submitted, as JSON; None where the cart has none and is ordered itself.

    What the cart has beyond the order goes on in a fresh cart (S2-36). A takeover for the order ends with it.
    Raises what submitting a cart raises.
    """
    caller = access.caller
    order_id = await find_prepared_order(stores.database, caller.project, stored.id)
    if order_id is None:
        return None
    async with stores.database.transaction() as transaction:
        await keep_hold(stores, transaction, caller, cart_id=stored.id, owner=stored.owner)
        open_for_it = await lock_open_takeovers(transaction, caller.project, order_id=order_id, cart_id=None)
        await lock_owner_of(stores, transaction, access, stored)
        cart = await lock_cart(transaction, caller.project, stored, asked.draft.version)
        await check_no_other_hand(stores, transaction, caller, cart_id=stored.id)
        before = await lock_order(transaction, caller.project, order_id)
        if not is_prepared(before.order):
            raise ConcurrentModification(id=stored.id, expected=stored.version, current_version=cart.version)
        site = _site_of(access, stored, before.order)
        acting = await gather_for(stores, access, site, cart.cart, before.order, within=transaction)
        shown = cart_as_shown(before.order, cart.cart, acting)
        plan = plan_submission(shown, asked.draft, acting=acting, order_id=order_id, order_number=asked.order_number)
        submission = submitted(before.order, plan)
        beyond = left_over(cart.cart, before.order, acting)
        for each in open_for_it:
            over = ended(each.takeover, "OrderSubmitted", stores.clock.utc_now())
            await change_takeover(transaction, caller.project, each, over)
        writing = Writing(stores, transaction, access, acting)
        return await writing.submission(cart, before, submission, beyond, asked.idempotency)


def _site_of(access: Access, stored: StoredCart, order: Order) -> Site | None:
    """The submitting site: the one that the request names, else where checkout was started, else the cart's."""
    if access.site is None and order.checkout is not None and order.checkout.site_id is not None:
        return access.catalogue.sites.get(order.checkout.site_id)
    return acting_site_for(access, owner=stored.owner, site=stored.site)


async def lock_owner_of(stores: Stores, transaction: Transaction, access: Access, stored: StoredCart) -> None:
    """Lock the owner of a cart, where it has one: what is beyond an order must be found by the next who looks."""
    kind, _, owner_id = (stored.owner or "").partition(":")
    if not kind:
        return
    await lock_owner(
        transaction,
        access.caller.project,
        customer_id=owner_id if kind == "customer" else None,
        anonymous_id=owner_id if kind == "anonymous" else None,
        now=stores.clock.utc_now(),
    )


async def lock_cart(transaction: Transaction, project: str, stored: StoredCart, version: int | None) -> LockedCart:
    """The cart, locked, of the owner that it was found with. Raises ResourceNotFound, ConcurrentModification."""
    locked = await lock_carts(transaction, project, [stored.id])
    if not locked or locked[0].is_gone or locked[0].owner != stored.owner:
        raise ResourceNotFound(id=stored.id)
    if version is not None and version != locked[0].version:
        raise ConcurrentModification(id=stored.id, expected=version, current_version=locked[0].version)
    return locked[0]


class Writing:
    """The writes of one submission, in its transaction."""

    def __init__(self, stores: Stores, transaction: Transaction, access: Access, acting: Acting) -> None:
        self._stores = stores
        self._transaction = transaction
        self._access = access
        self._acting = acting

    async def submission(
        self,
        cart: LockedCart,
        before: StoredOrder,
        submission: Submission,
        beyond: Priced | None,
        idempotency: Idempotency | None,
    ) -> Answer:
        """Close the cart, submit the order, put what is beyond it into a fresh cart, take the stock; all or nothing.

        Raises OutOfStock.
        """
        caller, order = self._access.caller, submission.order
        closed = written(
            self._stores,
            caller=caller,
            kind="CartOrdered",
            before=cart,
            priced=submission.cart,
            acting=self._acting,
        )
        await change_locked_cart(self._transaction, caller.project, closed)
        await write_order(
            self._stores,
            self._transaction,
            caller,
            before,
            order,
            kind="OrderSubmitted",
            via=hold_of(caller, cart.cart),
            is_whole=True,
        )
        if beyond is not None:
            await self._insert_beyond(cart, beyond)
        answer = Answer(encode(order), created=True)
        now = self._stores.clock.utc_now()
        await insert_answer(self._transaction, caller.project, idempotency, answer, now)
        short = await take_stock(self._transaction, caller.project, submission.stock, at=now)
        if short:
            raise out_of_stock(submission.cart.cart, short, self._acting)
        return answer

    async def _insert_beyond(self, cart: LockedCart, beyond: Priced) -> None:
        write = written(
            self._stores,
            caller=self._access.caller,
            kind="ItemsKept",
            before=None,
            priced=beyond,
            acting=self._acting,
        )
        await insert_cart(self._transaction, self._access.caller.project, replace(write, device=cart.device))
