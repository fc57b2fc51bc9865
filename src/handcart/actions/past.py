"""What every action on a cart's past begins with: the cart, for whom it is there, and the events that may be known."""

from handcart.actions.holding import check_no_other_hand, keep_hold
from handcart.domain.access import Access, check_history_access
from handcart.domain.errors import ConcurrentModification, ResourceNotFound
from handcart.domain.history import RecordedEvent, events_of_owner
from handcart.domain.ids import is_uuid
from handcart.store.carts import LockedCart, StoredCart, load_cart, lock_carts
from handcart.store.database import Querying, Transaction
from handcart.store.events import list_events
from handcart.store.stores import Stores

EVENTS_MAX = 10_000
"""What happened before this many changes is kept, and no longer read."""


async def load_for_history(stores: Stores, access: Access, cart_id: str) -> StoredCart:
    """The cart whose past is asked for. Raises ResourceNotFound."""
    stored = await load_cart(stores.database, access.caller.project, cart_id) if is_uuid(cart_id) else None
    if stored is None:
        raise ResourceNotFound(id=cart_id)
    check_history_access(access, cart_id=stored.id, owner=stored.owner, site=stored.site)
    return stored


async def lock_at(
    stores: Stores, transaction: Transaction, access: Access, found: StoredCart, *, version: int
) -> LockedCart:
    """The cart whose past is to come back, locked at a version; for staff with the hand kept that is on it.

    Raises ResourceNotFound, TakeoverHeld, ConcurrentModification.
    """
    caller = access.caller
    if caller.reach.hold_on(cart_id=found.id, owner=found.owner) is not None:
        await keep_hold(stores, transaction, caller, cart_id=found.id, owner=found.owner)
    locked = await lock_carts(transaction, caller.project, [found.id])
    if not locked or locked[0].is_gone:
        raise ResourceNotFound(id=found.id)
    cart = locked[0]
    check_history_access(access, cart_id=cart.id, owner=cart.owner, site=cart.site)
    await check_no_other_hand(stores, transaction, caller, cart_id=cart.id)
    if version != cart.version:
        raise ConcurrentModification(id=cart.id, expected=version, current_version=cart.version)
    return cart


async def known_events(
    querying: Querying, access: Access, stored: StoredCart, *, limit: int = EVENTS_MAX, version_min: int = 0
) -> list[RecordedEvent]:
    """The events up to the version that was read, the newest first; but for a trusted backend those alone since the
    cart came to its owner.
    """
    project = access.caller.project
    events = await list_events(querying, project, stored.id, limit=limit, version_min=version_min)
    known = [each for each in events if each.body.version_to <= stored.version]
    is_trusted = access.caller.staff_id is None and not access.is_mine
    return known if is_trusted else list(events_of_owner(known))
