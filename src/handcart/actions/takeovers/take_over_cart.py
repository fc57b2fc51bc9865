"""View User's Cart: an agent takes a shopper's cart over, for an offline order of its own (S2-5 … S2-9, S2-24)."""

from msgspec.structs import replace

from handcart.actions.deciding import gather_for, view_of
from handcart.actions.drafting import check_own, find_offline_order, lock_order, write_order
from handcart.actions.serving import find_or_create_cart, operator_key, staff_name
from handcart.actions.taking_over import (
    lease_of,
    note_lapse,
    site_of_order,
    view_of_takeover,
    write_order_of_cart,
)
from handcart.domain.access import Access, sites_around
from handcart.domain.caller import owner_of
from handcart.domain.cart import cart_decoder
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import timestamp_of
from handcart.domain.errors import LockedField, OtherOrderInTakeover, ResourceNotFound, TakeoverHeld
from handcart.domain.offline_order import bound_cart_name, bound_to, check_pending
from handcart.domain.order import Order
from handcart.domain.reach import Via
from handcart.domain.takeover import Takeover, TakeoverDraft, check_words, ended
from handcart.domain.updates.apply import check_open
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, find_current_cart, load_cart, lock_carts
from handcart.store.database import Querying, Transaction
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores
from handcart.store.takeovers import (
    LockedTakeover,
    change_takeover,
    find_open_takeover,
    insert_takeover,
    lock_open_takeovers,
)

ATTEMPTS_MAX = 5
"""So often it is tried anew where the order or the cart has become another one between looking and locking."""


async def take_over_cart(
    stores: Stores, access: Access, order_id: str, draft: TakeoverDraft, idempotency: Idempotency | None = None
) -> Answer:
    """``{takeover, cart, displayUser, operator}`` as JSON: created, or the takeover that the caller has open already.

    A customer's is the customer's current cart on the acting site, else the order's. An anonymous shopper's is a new
    and empty one, bound to the order: never the guest's own (S2-7, S2-37). Of two agents at once one has it.

    Raises ResourceNotFound for what is no draft of the caller's, OrderNotPending (S2-24), TakeoverHeld (S2-34),
    OtherOrderInTakeover, and what closes a cart to changes; then nothing has changed.
    """
    check_words(draft.reason, draft.ticket)
    project = access.caller.project
    for _ in range(ATTEMPTS_MAX):
        found = (await find_offline_order(stores.database, project, order_id)).order
        check_own(access.caller, found)
        check_pending(found)
        here = replace(access, site=site_of_order(access, found))
        bound = await _bound_cart(stores.database, here, found)
        seen = bound or await _current_cart(stores.database, here, found)
        async with stores.database.transaction() as transaction:
            taking = _Taking(stores, transaction, here, found, draft)
            answer = await taking.answer(seen=seen, bound=bound)
            if answer is not None:
                await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
        if answer is not None:
            return answer
    raise LockedField(field="cart")


async def _bound_cart(querying: Querying, access: Access, order: Order) -> str | None:
    """The cart that the order has already, as long as it can be changed and is there on the acting site."""
    if order.original_cart_id is None:
        return None
    stored = await load_cart(querying, access.caller.project, order.original_cart_id)
    owner = owner_of(customer_id=order.customer_id, anonymous_id=order.anonymous_id)
    if stored is None or stored.state != "Active" or stored.owner != owner or stored.cart.offline_order_id != order.id:
        return None
    site = access.site
    is_here = site is None or stored.site in sites_around(access.catalogue, site.key, owner=owner)
    return stored.id if is_here else None


async def _current_cart(querying: Querying, access: Access, order: Order) -> str | None:
    if order.customer_id is None:
        return None
    key = operator_key(access, f"customer:{order.customer_id}")
    found = await find_current_cart(querying, access.caller.project, key)
    return found.id if found is not None else None


class _Taking:
    """One attempt, within its transaction: locks the takeovers, the owner, the cart and the order, in this order."""

    def __init__(
        self, stores: Stores, transaction: Transaction, access: Access, order: Order, draft: TakeoverDraft
    ) -> None:
        self._stores = stores
        self._transaction = transaction
        self._access = access
        self._order = order
        self._draft = draft
        self._id = stores.clock.new_uuid()

    async def answer(self, *, seen: str | None, bound: str | None) -> Answer | None:
        """What is answered; None where something was different once it was locked, and the caller should look again."""
        project = self._access.caller.project
        held = await lock_open_takeovers(self._transaction, project, order_id=self._order.id, cart_id=seen)
        for each in held:
            is_over = await note_lapse(self._stores, self._transaction, project, each) is not None
            if not is_over and not await self._note_closed(each):
                return await self._own_takeover(each.takeover)
        stored, owner = await self._lock_cart(bound)
        other = await find_open_takeover(self._transaction, project, stored.id)
        if other is not None:
            # It was opened while this one waited for the cart; one that has run out is written down at the next look.
            return None if other.is_over(self._stores.clock.utc_now()) else await self._own_takeover(other)
        order = await lock_order(self._transaction, project, self._order.id)
        if order.version != self._order.version:
            return None
        check_open(stored.cart, is_locksmith=self._access.locks)
        return await self._opened(stored, owner)

    async def _note_closed(self, locked: LockedTakeover) -> bool:
        """End a takeover whose cart the shopper has ordered: there is nothing left in it to help with."""
        project = self._access.caller.project
        stored = await load_cart(self._transaction, project, locked.takeover.cart_id)
        if stored is None or stored.state not in ("Ordered", "Merged"):
            return False
        over = ended(locked.takeover, "CartClosed", self._stores.clock.utc_now())
        await change_takeover(self._transaction, project, locked, over)
        return True

    async def _own_takeover(self, takeover: Takeover) -> Answer:
        """The caller's own takeover for this order. Raises TakeoverHeld, OtherOrderInTakeover."""
        if takeover.holder.id != self._access.caller.staff_id:
            raise TakeoverHeld(holder=takeover.holder.name, lease_until=takeover.lease_until)
        if takeover.order_id != self._order.id:
            raise OtherOrderInTakeover(order_id=takeover.order_id, takeover_id=takeover.id)
        stored = await load_cart(self._transaction, self._access.caller.project, takeover.cart_id)
        if stored is None or takeover.customer_id not in (None, stored.cart.customer_id):
            raise ResourceNotFound(id=takeover.cart_id)
        seen = await view_of(
            self._stores,
            caller=self._access.caller,
            catalogue=self._access.catalogue,
            stored=stored,
            site=self._access.site,
            within=self._transaction,
        )
        return Answer(await view_of_takeover(self._transaction, self._access, takeover, cart_decoder.decode(seen)))

    async def _lock_cart(self, bound: str | None) -> tuple[LockedCart, CartOwner]:
        """The cart to take over, found or created under the lock of its owner, and locked itself."""
        order, now = self._order, self._stores.clock.utc_now()
        owner = CartOwner(customer_id=order.customer_id)
        if order.customer_id is None:
            owner = CartOwner(anonymous_id=order.anonymous_id or self._stores.clock.new_secret())
        project = self._access.caller.project
        if bound is not None:
            await lock_owner(
                self._transaction, project, customer_id=owner.customer_id, anonymous_id=owner.anonymous_id, now=now
            )
            cart_id = bound
        else:
            name = bound_cart_name(order.id) if owner.customer_id is None else None
            hold = Via(kind="takeover", id=self._id)
            cart_id, _ = await find_or_create_cart(
                self._stores, self._transaction, self._access, owner, hold=hold, name=name
            )
        locked = await lock_carts(self._transaction, project, [cart_id])
        if not locked or locked[0].is_gone:
            raise ResourceNotFound(id=cart_id)
        return locked[0], owner

    async def _opened(self, stored: LockedCart, owner: CartOwner) -> Answer:
        """Open the takeover: the order and the cart know of each other from now on (S2-16)."""
        stores, transaction, access = self._stores, self._transaction, self._access
        now, via = stores.clock.utc_now(), Via(kind="takeover", id=self._id)
        cart = await write_order_of_cart(
            stores, transaction, access, stored, self._order.id, kind="TakeoverOpened", via=via, site=access.site
        )
        await self._bind(stored.id, owner, via)
        takeover = Takeover(
            id=self._id,
            version=1,
            created_at=timestamp_of(now),
            last_modified_at=timestamp_of(now),
            state="Open",
            holder=await staff_name(transaction, access),
            lease_until=timestamp_of(now + lease_of(access)),
            order_id=self._order.id,
            cart_id=stored.id,
            requests=(),
            customer_id=owner.customer_id,
            site_id=access.site.key if access.site is not None else None,
            reason=self._draft.reason,
            ticket=self._draft.ticket,
        )
        await insert_takeover(transaction, access.caller.project, takeover, owner=stored.owner)
        return Answer(await view_of_takeover(transaction, access, takeover, cart), created=True)

    async def _bind(self, cart_id: str, owner: CartOwner, via: Via) -> None:
        """Write into the locked order which cart it is for, unless it says so already."""
        before = await lock_order(self._transaction, self._access.caller.project, self._order.id)
        if before.order.original_cart_id == cart_id:
            return
        acting = await gather_for(self._stores, self._access, self._access.site, within=self._transaction)
        order = bound_to(before.order, cart_id, owner, acting)
        await write_order(
            self._stores, self._transaction, self._access.caller, before, order, kind="TakeoverOpened", via=via
        )
