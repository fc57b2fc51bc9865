"""Taking back what operators did to a cart since an instant."""

from msgspec.structs import replace

from handcart.actions.deciding import gather, sold_in, written
from handcart.actions.past import EVENTS_MAX, known_events, load_for_history, lock_at
from handcart.domain.access import Access, acting_site_for
from handcart.domain.document import encode
from handcart.domain.leave import leave_of
from handcart.domain.ledger import UNDONE
from handcart.domain.undo_since import (
    UndoneSince,
    UndoSinceDraft,
    cover_of,
    ledger_of,
    plan_undo_since,
    products_gone,
)
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import change_locked_cart
from handcart.store.stores import Stores


async def undo_since(
    stores: Stores, access: Access, cart_id: str, draft: UndoSinceDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The cart without what operators did since, and what of that was kept, as JSON. Looks at the newest EVENTS_MAX.

    Raises ResourceNotFound, ConcurrentModification, TakeoverHeld, InvalidField for an instant that is none, and what
    keeps the cart from being changed.
    """
    caller, project = access.caller, access.caller.project
    cover = cover_of(draft)
    found = await load_for_history(stores, access, cart_id)
    async with stores.database.transaction() as transaction:
        locked = await lock_at(stores, transaction, access, found, version=draft.version)
        events = await known_events(transaction, access, locked, limit=EVENTS_MAX)
        ledger = ledger_of(locked.cart, events, cover)
        acting = await gather(
            stores,
            caller=caller,
            catalogue=access.catalogue,
            site=acting_site_for(access, owner=locked.owner, site=locked.site),
            skus=set(),
            product_ids=sold_in(locked.cart) | products_gone(ledger),
            within=transaction,
        )
        plan = plan_undo_since(locked.cart, ledger, cover, acting, leave=leave_of(caller))
        if plan.priced.cart is not locked.cart:
            write = written(
                stores,
                caller=caller,
                kind=UNDONE,
                before=locked,
                priced=plan.priced,
                acting=acting,
                actions=[replace(draft, since=cover.since)],
            )
            await change_locked_cart(transaction, project, write)
        answer = Answer(encode(UndoneSince(cart=plan.priced.cart, since=cover.since, kept=plan.kept)))
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer
