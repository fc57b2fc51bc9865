"""Handing over: a one-time link takes a guest's cart to a site of the group on another domain.

A guest is a cookie, and no cookie crosses domains (S4-14): so the cart goes to the session that the guest has there.
Whoever follows the link first has the cart, which is why a link is short-lived and works once.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.caller import Caller
from handcart.domain.cart import Cart
from handcart.domain.catalogue import Catalogue
from handcart.domain.claim import Change, Claim, is_empty
from handcart.domain.document import Document, Timestamp, instant_of, timestamp_of
from handcart.domain.errors import (
    CartFrozen,
    CartSharedAlready,
    HandOverExpired,
    HandOverForGuestsOnly,
    HandOverInvalid,
    HandOverUsed,
    NothingToHandOver,
    SitesShareNoCart,
    SiteWithoutHost,
)
from handcart.domain.ids import SiteKey
from handcart.domain.merge import Merging, kept_units, merge_into
from handcart.domain.price import Priced, price_cart
from handcart.domain.receipt import MergeReceipt, check_conserved
from handcart.domain.scope import sharing_group_of
from handcart.domain.site import QuantityPolicy, Site
from handcart.domain.updates.apply import check_open

LINK_PARAMETER = "handOver"
"""The query parameter of the link that holds the token."""


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """What a link stands for; ``owner`` is the owner key of the session that hands the cart over."""

    cart_id: str
    owner: str
    from_site: str
    to_site: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class HandOverLink(Document):
    """The link as the shopper follows it, and until when it works."""

    link: str
    expires_at: Timestamp


class HandedOver(Document):
    """The cart that a link brought, and the receipt where it was merged into one that was there."""

    cart: Cart
    merge: MergeReceipt | None = None


def link_to(site: Site, token: str) -> str:
    """The page of a site that takes the cart in. Raises SiteWithoutHost."""
    if site.host is None:
        raise SiteWithoutHost(site=site.key)
    return f"https://{site.host}{site.context_root or '/'}?{LINK_PARAMETER}={token}"


def check_guest(caller: Caller) -> str:
    """The owner key of the guest who calls. Raises HandOverForGuestsOnly for anybody else."""
    if caller.owner is None or caller.customer_id is not None:
        raise HandOverForGuestsOnly()
    return caller.owner


def check_sites(catalogue: Catalogue, *, from_site: str, to_site: str) -> None:
    """Refuse sites between which no link is possible (SitesShareNoCart), or needed (CartSharedAlready)."""
    group = sharing_group_of(SiteKey(from_site), catalogue.sharing_groups)
    if group is None or to_site not in group.sites:
        raise SitesShareNoCart(from_site=from_site, to_site=to_site)
    around = catalogue.sites_sharing_with(SiteKey(from_site), is_anonymous=True)
    if to_site in around:
        raise CartSharedAlready(to_site=to_site)


def new_hand_over(
    cart: Cart | None, *, owner: str, from_site: Site, to_site: Site, catalogue: Catalogue, now: datetime
) -> HandOver:
    """The hand-over of a guest's current cart. Raises NothingToHandOver, and what ``check_sites`` raises."""
    check_sites(catalogue, from_site=from_site.key, to_site=to_site.key)
    if cart is None or is_empty(cart):
        raise NothingToHandOver()
    check_movable(cart)
    return HandOver(
        cart_id=cart.id,
        owner=owner,
        from_site=from_site.key,
        to_site=to_site.key,
        created_at=now,
        expires_at=now + timedelta(minutes=catalogue.settings.hand_over_minutes),
    )


def check_movable(cart: Cart) -> None:
    """Refuse a cart whose story is over, that is locked, or whose prices are frozen on its site."""
    check_open(cart, is_locksmith=False)
    if cart.cart_state == "Frozen":
        raise CartFrozen()


def check_hand_over(found: HandOver | None, *, site: str, now: datetime) -> HandOver:
    """The hand-over that a token stands for on a site. Raises HandOverInvalid, HandOverUsed, HandOverExpired.

    Of a token that is unknown, and of one for another site, the same is said.
    """
    if found is None or found.to_site != site:
        raise HandOverInvalid()
    if found.used_at is not None:
        raise HandOverUsed()
    if now >= found.expires_at:
        raise HandOverExpired()
    return found


class Receiving(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes the cart in, where (the acting site), and how lines that are in both carts become one."""

    anonymous_id: str
    acting: Acting
    policy: QuantityPolicy
    undo_window: timedelta


def plan_hand_over(source: Cart, target: Cart | None, receiving: Receiving) -> Claim:
    """The plan by which ``source`` comes to the session on the acting site, whose current cart there is ``target``.

    Without one, or with one that is empty, it becomes the current cart under its own id; else it is merged into that by
    the rules of every merge. Its lines keep the site they were added on, and with it their stock (S4-32).
    Raises NothingToHandOver, and what keeps the cart from being changed.
    """
    check_movable(source)
    if is_empty(source):
        raise NothingToHandOver()
    if target is None:
        return _adopted(source, receiving)
    if is_empty(target):
        plan = Claim((_closed(target, source.id, None, receiving),)) + _adopted(source, receiving)
    else:
        plan = _merged(source, target, receiving)
    return replace(plan, changes=tuple(replace(each, beside=target.id) for each in plan.changes))


def _adopted(source: Cart, receiving: Receiving) -> Claim:
    # The lines come along, which counts as adding them: that is what puts a cart into the scope of a site.
    moved = replace(source, anonymous_id=receiving.anonymous_id, site_id=receiving.acting.site_key)
    return Claim((_changed(source, moved, "CartHandedOver", receiving.acting),))


def _merged(source: Cart, target: Cart, receiving: Receiving) -> Claim:
    acting = receiving.acting
    step = merge_into(target, source, Merging(receiving.policy, acting, {}))
    units = [*kept_units(target, step.target), *step.units]
    check_conserved([target, source], step.target, units)
    receipt = MergeReceipt(
        id=acting.new_id(),
        version=1,
        state="Applied",
        at=acting.now,
        sources=(source.id,),
        target=target.id,
        policy=receiving.policy,
        units=tuple(units),
        undo_until=timestamp_of(instant_of(acting.now) + receiving.undo_window),
    )
    filled = replace(step.target, merge_receipt=receipt.id)
    changes = (_closed(source, target.id, receipt.id, receiving), _changed(target, filled, "CartMerged", acting))
    return Claim(changes, (receipt,))


def _changed(before: Cart, after: Cart, kind: str, acting: Acting) -> Change:
    priced = price_cart(after, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    stamped = replace(priced.cart, **_stamps(before, acting))
    return Change(before, replace(priced, cart=stamped), kind, is_repriced=True)


def _closed(cart: Cart, into: str, receipt_id: str | None, receiving: Receiving) -> Change:
    """A cart that went into another: the session's too, so that nobody else comes to it, and otherwise as it was."""
    acting = receiving.acting
    closed = replace(
        cart,
        anonymous_id=receiving.anonymous_id,
        cart_state="Merged",
        status="Merged",
        merged_into=into,
        merge_receipt=receipt_id,
        **_stamps(cart, acting),
    )
    return Change(cart, Priced(closed, acting.now, ()), "CartMerged")


def _stamps(before: Cart, acting: Acting) -> dict[str, Any]:
    return {"version": before.version + 1, "last_modified_at": acting.now, "last_modified_by": acting.actor}
