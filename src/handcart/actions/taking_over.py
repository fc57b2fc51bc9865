"""What actions on takeovers share: the envelope that an agent works with, and how a takeover and its cart part."""

from datetime import timedelta

from msgspec.structs import replace

from handcart.actions.deciding import gather_for, written
from handcart.actions.serving import staff_name
from handcart.domain.access import Access
from handcart.domain.cart import Cart
from handcart.domain.desk import StaffName
from handcart.domain.document import Document, encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import SiteKey, is_uuid
from handcart.domain.order import Order
from handcart.domain.price import price_cart
from handcart.domain.reach import Via
from handcart.domain.site import Site
from handcart.domain.takeover import Ending, Takeover, ended
from handcart.store.carts import LockedCart, change_locked_cart, lock_carts
from handcart.store.customers import load_customer
from handcart.store.database import Querying, Transaction
from handcart.store.offline_orders import find_prepared_order
from handcart.store.stores import Stores
from handcart.store.takeovers import LockedTakeover, change_takeover, lock_takeover


class DisplayUser(Document):
    """Whom a page greets in a takeover: the shopper, though it is the agent who looks at it (S2-9)."""

    is_anonymous: bool
    id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None


class TakeoverView(Document):
    """What View User's Cart answers."""

    takeover: Takeover
    cart: Cart
    display_user: DisplayUser
    operator: StaffName


def lease_of(access: Access) -> timedelta:
    """How long a lease runs in the project."""
    return timedelta(minutes=access.catalogue.settings.takeover_minutes)


def site_of_order(access: Access, order: Order) -> Site | None:
    """The site that a takeover acts on: the named one, else the order's."""
    if access.site is not None or order.site_id is None:
        return access.site
    return access.catalogue.sites.get(SiteKey(order.site_id))


async def view_of_takeover(querying: Querying, access: Access, takeover: Takeover, cart: Cart) -> bytes:
    """The envelope: the shopper is shown as the one who is signed in, the operator apart."""
    user = DisplayUser(is_anonymous=True)
    if cart.customer_id is not None:
        stored = await load_customer(querying, access.caller.project, cart.customer_id)
        user = DisplayUser(is_anonymous=False, id=cart.customer_id)
        if stored is not None:
            person = stored.customer
            user = replace(user, first_name=person.first_name, last_name=person.last_name, email=person.email)
    return encode(
        TakeoverView(
            takeover=takeover,
            cart=cart,
            display_user=user,
            operator=await staff_name(querying, access),
        )
    )


async def lock_known_takeover(transaction: Transaction, project: str, takeover_id: str) -> LockedTakeover:
    """A takeover, locked. Raises ResourceNotFound."""
    locked = await lock_takeover(transaction, project, takeover_id) if is_uuid(takeover_id) else None
    if locked is None:
        raise ResourceNotFound(id=takeover_id)
    return locked


async def note_lapse(stores: Stores, transaction: Transaction, project: str, locked: LockedTakeover) -> Takeover | None:
    """Write down that an open takeover's lease has run out; None where it has not."""
    now = stores.clock.utc_now()
    takeover = locked.takeover
    if takeover.state != "Open" or not takeover.is_over(now):
        return None
    lapsed = ended(takeover, "LeaseRanOut", now)
    await change_takeover(transaction, project, locked, lapsed)
    return lapsed


async def end_takeover(
    stores: Stores, transaction: Transaction, access: Access, locked: LockedTakeover, how: Ending
) -> Takeover:
    """End a locked, open takeover, and let its cart go: it keeps every edit (S2-35), and is the offline order's no
    longer, unless items were added to that before. The cart is locked here.
    """
    project, takeover = access.caller.project, locked.takeover
    after = ended(takeover, how, stores.clock.utc_now())
    await change_takeover(transaction, project, locked, after)
    found = await lock_carts(transaction, project, [takeover.cart_id])
    if found:
        via = Via(kind="takeover", id=takeover.id) if access.caller.staff_id is not None else None
        await release_cart(stores, transaction, access, found[0], order_id=takeover.order_id, via=via)
    return after


async def release_cart(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    stored: LockedCart,
    *,
    order_id: str,
    via: Via | None,
    is_given_up: bool = False,
) -> None:
    """Make a locked cart an ordinary one again, or that of the order which was prepared from it before.

    ``is_given_up``: the order itself is about to end. What is history is left as it is.
    """
    cart = stored.cart
    if stored.is_gone or cart.cart_state not in ("Active", "Frozen") or cart.offline_order_id != order_id:
        return
    prepared = await find_prepared_order(transaction, access.caller.project, cart.id)
    if prepared == order_id and is_given_up:
        prepared = None
    if prepared == order_id:
        return
    await write_order_of_cart(stores, transaction, access, stored, prepared, kind="TakeoverEnded", via=via)


async def write_order_of_cart(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    stored: LockedCart,
    order_id: str | None,
    *,
    kind: str,
    via: Via | None,
    site: Site | None = None,
) -> Cart:
    """Write which offline order a locked cart belongs to, priced for the site, else for the one it was priced for."""
    cart = stored.cart
    priced_for = cart.priced_for.site_id
    site = site or (access.catalogue.sites.get(SiteKey(priced_for)) if priced_for is not None else None)
    acting = await gather_for(stores, access, site, cart, within=transaction)
    changed = replace(cart, offline_order_id=order_id)
    priced = price_cart(changed, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    after = replace(priced.cart, version=cart.version + 1, last_modified_at=acting.now, last_modified_by=acting.actor)
    write = written(
        stores,
        caller=access.caller,
        kind=kind,
        before=stored,
        priced=replace(priced, cart=after),
        acting=acting,
        via=via,
    )
    await change_locked_cart(transaction, access.caller.project, write)
    return after
