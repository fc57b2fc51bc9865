"""What every action on a cart does around its decision: gather what is decided on, and make the write of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.access import Access
from handcart.domain.acting import Acting
from handcart.domain.caller import Caller, owner_of
from handcart.domain.cart import Cart
from handcart.domain.catalogue import Catalogue
from handcart.domain.document import encode, timestamp_of
from handcart.domain.event import GENESIS, SNAPSHOT_EVERY, EventBody, event_of, plain, touched_parts
from handcart.domain.order import Order
from handcart.domain.price import Priced, price_cart
from handcart.domain.reach import Via
from handcart.domain.sharing import Settled
from handcart.domain.site import Site
from handcart.store.carts import CartWrite, StoredCart
from handcart.store.database import Transaction
from handcart.store.stores import Stores


async def gather(
    stores: Stores,
    *,
    caller: Caller,
    catalogue: Catalogue,
    site: Site | None,
    skus: set[str],
    product_ids: set[str],
    within: Transaction | None = None,
) -> Acting:
    """The circumstances of a decision, with every offer at hand that it may ask for."""
    await stores.catalogues.load_offers(catalogue, skus=skus, product_ids=product_ids, within=within)
    return Acting(
        catalogue=catalogue,
        site=site,
        now=timestamp_of(stores.clock.utc_now()),
        new_id=stores.clock.new_uuid,
        actor=caller.actor(),
        is_shopper=caller.owner is not None,
        is_locksmith=caller.has("manage_locked_carts", "manage_project"),
    )


async def gather_for(
    stores: Stores, access: Access, site: Site | None, *carts: Cart | Order, within: Transaction | None = None
) -> Acting:
    """The circumstances of what a request decides about these carts on a site; of none, where nothing is priced yet."""
    return await gather(
        stores,
        caller=access.caller,
        catalogue=access.catalogue,
        site=site,
        skus=set(),
        product_ids=set[str]().union(*map(sold_in, carts)),
        within=within,
    )


def written(
    stores: Stores,
    *,
    caller: Caller,
    kind: str,
    before: StoredCart | None,
    priced: Priced,
    acting: Acting,
    actions: Sequence[Any] = (),
    former_anonymous_id: str | None = None,
    is_repriced: bool = True,
    via: Via | None = None,
    is_settled: bool = False,
    beside: StoredCart | None = None,
) -> CartWrite:
    """The write of a decided cart: its document, its event, and where to find it.

    What was not repriced keeps the circumstances that it was priced in. ``via`` is told where it is not the hand that
    a member of staff has on the cart. ``is_settled``: it is now in one place with its scope's other carts; otherwise it
    is if it was, and no site has joined or left since. A cart that comes to another owner is if that owner's cart
    ``beside`` it is.
    """
    cart, epoch = priced.cart, acting.catalogue.epoch
    if not is_repriced and before is not None:
        priced, epoch = replace(priced, until=timestamp_of(before.priced_until)), before.priced_epoch
    version_from = before.version if before is not None else 0
    whole = kind in ("CartMerged", "CartOrdered") or version_from // SNAPSHOT_EVERY != cart.version // SNAPSHOT_EVERY
    event = event_of(
        EventBody(
            kind=kind,
            version_from=version_from,
            version_to=cart.version,
            at=acting.now,
            actor=acting.actor,
            actions=[msgspec.to_builtins(each) for each in actions],
            before=touched_parts(before.cart, cart) if before is not None else {},
            on_behalf_of=cart.customer_id if caller.staff_id is not None else None,
            via=via or hold_of(caller, cart),
            site_id=acting.site_key,
            snapshot=plain(cart) if whole else None,
        ),
        previous_head=before.head if before is not None else GENESIS,
        salt=stores.clock.new_salt(),
    )
    return CartWrite(
        before=before,
        priced=priced,
        event=event,
        document=encode(cart),
        epoch=epoch,
        settled=_settled(None if is_settled else beside or before, cart, acting.catalogue),
        former_anonymous_id=former_anonymous_id,
        device=caller.device if before is None else "",
    )


def hold_of(caller: Caller, cart: Cart) -> Via | None:
    """By what a member of staff has its hand on a cart; None for everybody else."""
    if caller.staff_id is None:
        return None
    owner = owner_of(customer_id=cart.customer_id, anonymous_id=cart.anonymous_id)
    return caller.reach.hold_on(cart_id=cart.id, owner=owner)


def is_unsettled(stored: StoredCart, catalogue: Catalogue) -> bool:
    """Whether the sites that share the cart are others than when it was last in one place with its scope's carts."""
    is_anonymous = stored.owner is None or stored.owner.startswith("anonymous:")
    return stored.settled.epoch < catalogue.sharing.changed_at(stored.site, is_anonymous=is_anonymous)


def _settled(known: StoredCart | None, cart: Cart, catalogue: Catalogue) -> Settled:
    """Where and when the cart was settled, as ``known`` (itself, or one beside it) tells."""
    if known is not None and is_unsettled(known, catalogue):
        return known.settled
    return Settled(cart.home_site, catalogue.epoch)


def sold_in(cart: Cart | Order) -> set[str]:
    """The products that pricing a cart asks for."""
    return {each.product_id for each in cart.line_items}


def is_priced_for(stored: StoredCart, *, site: Site | None, epoch: int, now: datetime) -> bool:
    """Whether an Active cart's stored prices are those of this site and catalogue at this instant."""
    return (
        stored.state == "Active"
        and stored.priced_epoch == epoch
        and stored.priced_site == (site.key if site is not None else None)
        and now < stored.priced_until
    )


async def view_of(
    stores: Stores,
    *,
    caller: Caller,
    catalogue: Catalogue,
    stored: StoredCart,
    site: Site | None,
    within: Transaction | None = None,
) -> bytes:
    """The cart as seen on a site now: its very bytes while its prices hold there, else a view; nothing is written."""
    is_current = is_priced_for(stored, site=site, epoch=catalogue.epoch, now=stores.clock.utc_now())
    if is_current or stored.state != "Active":
        return stored.document
    acting = await gather(
        stores,
        caller=caller,
        catalogue=catalogue,
        site=site,
        skus=set(),
        product_ids=sold_in(stored.cart),
        within=within,
    )
    return encode(price_cart(stored.cart, catalogue=catalogue, site=site, now=acting.now).cart)
