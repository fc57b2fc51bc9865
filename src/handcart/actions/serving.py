"""What the actions of a desk share: sitting down at it, pointing it at a cart, and saying what stands on it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.actions.deciding import gather_for, view_of, written
from handcart.domain.access import Access, sites_around
from handcart.domain.caller import owner_of
from handcart.domain.cart import DEFAULT_CART_NAME
from handcart.domain.cart_draft import currency_on, empty_cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.desk import StaffName, id_of, is_walk_in
from handcart.domain.document import encode, timestamp_of
from handcart.domain.event import EventBody, event_of
from handcart.domain.ids import SiteKey
from handcart.domain.price import price_cart
from handcart.domain.reach import Via
from handcart.domain.scope import scope_name
from handcart.domain.site import Site
from handcart.store.carts import CurrentKey, StoredCart, find_current_cart, insert_cart
from handcart.store.database import Querying, Transaction
from handcart.store.desks import LockedDesk, change_desk, insert_desk, load_staff_name, lock_desk
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


def desk_site(access: Access) -> Site | None:
    """The site that a desk acts on: the named one, else the project's default."""
    return access.site or access.catalogue.default_site


def desk_scope(access: Access) -> str:
    """The name of the scope that a desk acts in."""
    site = desk_site(access)
    return scope_name(SiteKey(site.key if site is not None else ""), access.catalogue.sharing_groups)


def operator_key(access: Access, owner: str, *, name: str | None = None) -> CurrentKey:
    """The key of an owner's current cart as an operator finds it: of any device (model, key of the current cart)."""
    site = desk_site(access)
    return CurrentKey(
        owner=owner,
        sites=frozenset[str](sites_around(access.catalogue, site.key if site is not None else "", owner=owner)),
        name=name or DEFAULT_CART_NAME,
        bill_to=None,
        ship_to=None,
        device=None,
    )


async def take_desk(stores: Stores, transaction: Transaction, access: Access) -> LockedDesk:
    """The caller's desk, locked. A sign-in that sits at none gets a fresh one, with a scratch cart (S0-23)."""
    caller = access.caller
    desk = await lock_desk(transaction, caller)
    if desk is not None:
        return desk
    is_new = await insert_desk(transaction, caller, stores.clock.new_uuid(), now=stores.clock.utc_now())
    desk = await lock_desk(transaction, caller)
    assert desk is not None
    if not is_new:
        return desk
    walk_in = CartOwner(anonymous_id=stores.clock.new_uuid())
    hold = Via(kind="desk", id=desk.id)
    cart_id, _ = await find_or_create_cart(stores, transaction, access, walk_in, hold=hold)
    owner = f"anonymous:{walk_in.anonymous_id}"
    await point_desk(stores, transaction, access, desk, owner=owner, cart_id=cart_id, is_scratch=True)
    desk = await lock_desk(transaction, caller)
    assert desk is not None
    return desk


async def find_or_create_cart(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    owner: CartOwner,
    *,
    hold: Via,
    name: str | None = None,
) -> tuple[str, bytes]:
    """The id of the owner's current cart on the desk's site and its document as seen there; created where there is
    none. The owner's row is locked first, so that the shopper's own first request makes no second one.
    """
    project, site = access.caller.project, desk_site(access)
    locked = await lock_owner(
        transaction,
        project,
        customer_id=owner.customer_id,
        anonymous_id=owner.anonymous_id,
        now=stores.clock.utc_now(),
    )
    key = owner_of(customer_id=owner.customer_id, anonymous_id=owner.anonymous_id)
    assert key is not None
    found = await find_current_cart(transaction, project, operator_key(access, key, name=name))
    if found is not None:
        return found.id, await seen_on_desk(stores, access, found, within=transaction)
    acting = await gather_for(stores, access, site, within=transaction)
    currency = currency_on(site, acting, None)
    cart = empty_cart(acting=acting, owner=locked, currency=currency, store=site, name=name)
    priced = price_cart(cart, catalogue=acting.catalogue, site=site, now=acting.now)
    write = written(
        stores, caller=access.caller, kind="CartCreated", before=None, priced=priced, acting=acting, via=hold
    )
    # The cart is for whatever device the shopper comes with, and not for that of the agent.
    await insert_cart(transaction, project, replace(write, device=""))
    return cart.id, write.document


async def seen_on_desk(
    stores: Stores, access: Access, stored: StoredCart, *, within: Transaction | None = None
) -> bytes:
    """A cart as the desk's site prices it."""
    return await view_of(
        stores,
        caller=access.caller,
        catalogue=access.catalogue,
        stored=stored,
        site=desk_site(access),
        within=within,
    )


async def point_desk(
    stores: Stores,
    transaction: Transaction,
    access: Access,
    desk: LockedDesk,
    *,
    owner: str,
    cart_id: str,
    is_scratch: bool = False,
) -> None:
    """Move the pointer of a locked desk and record it: who, from whom, to whom."""
    caller, site, now = access.caller, desk_site(access), stores.clock.utc_now()
    customer_id = None if is_walk_in(owner) else id_of(owner)
    former = desk.active_owner
    event = event_of(
        EventBody(
            kind="DeskOpened" if is_scratch else "CustomerSelected",
            version_from=desk.version,
            version_to=desk.version + 1,
            at=timestamp_of(now),
            actor=caller.actor(),
            # A walk-in's id opens its cart to whoever has it, so that events only name the cart.
            actions=[{"action": "selectCustomer", "customerId": customer_id, "cartId": cart_id}],
            before={
                "customerId": id_of(former) if former is not None and not is_walk_in(former) else None,
                "cartId": desk.active_cart,
            },
            on_behalf_of=customer_id,
            via=Via(kind="desk", id=desk.id),
            site_id=site.key if site is not None else None,
        ),
        previous_head=desk.head,
        salt=b"",
    )
    await change_desk(
        transaction,
        caller.project,
        desk,
        owner=owner,
        scope=desk_scope(access),
        cart_id=cart_id,
        is_scratch=is_scratch,
        event=event,
        now=now,
    )


async def staff_name(querying: Querying, access: Access) -> StaffName:
    """The caller as others see it."""
    staff_id = access.caller.staff_id or ""
    return StaffName(id=staff_id, name=await load_staff_name(querying, access.caller.project, staff_id))


def envelope(parts: Sequence[tuple[str, Any]]) -> bytes:
    """A JSON object of parts, of which some are JSON already; None is left out."""
    whole = {name: msgspec.Raw(part) if isinstance(part, bytes) else part for name, part in parts if part is not None}
    return encode(whole)
