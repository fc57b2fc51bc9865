"""Unifying: sites joined a sharing group while an owner had a cart on each; from now on these are one cart (T-11).

The lines keep the site that they were added on, so nothing collides that is not the same. Several carts that their
owner had side by side in one scope are left alone; where each was settled last tells (``sharing``).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.claim import Change, Claim, is_empty, is_mergeable, recency
from handcart.domain.document import instant_of, timestamp_of
from handcart.domain.merge import Merging, kept_units, merge_into
from handcart.domain.price import Priced, price_cart
from handcart.domain.price_selection import FAR_FUTURE
from handcart.domain.receipt import MergeReceipt, check_conserved
from handcart.domain.sharing import Settled


def plan_unification(
    carts: Sequence[Cart], settled: Mapping[str, Settled], *, acting: Acting, undo_window: timedelta
) -> Claim:
    """The plan for carts of one owner, name and assignment that are all valid on the acting site.

    ``settled`` is by the ids of the carts. The most recently modified one takes in what it was never together with.
    """
    living = sorted(
        (each for each in carts if is_mergeable(each)), key=lambda cart: (not is_empty(cart), recency(cart))
    )
    if len(living) < 2:
        return Claim()
    target, others = living[-1], living[:-1]
    were_together = partial(acting.catalogue.sharing.were_together, is_anonymous=target.customer_id is None)
    sources = [each for each in others if not were_together(settled[each.id], settled[target.id])]
    if not sources:
        return Claim()
    merged, units = target, list(kept_units(target, target))
    for source in sources:
        step = merge_into(merged, source, Merging("max", acting, {}, keeps_unpriced=True))
        merged = step.target
        units += step.units
    check_conserved([target, *sources], merged, units)
    receipt = MergeReceipt(
        id=acting.new_id(),
        version=1,
        state="Applied",
        at=acting.now,
        customer_id=target.customer_id,
        sources=tuple(each.id for each in sources),
        target=target.id,
        policy="max",
        units=tuple(units),
        undo_until=timestamp_of(instant_of(acting.now) + undo_window),
    )
    stamps = {"last_modified_at": acting.now, "last_modified_by": acting.actor, "merge_receipt": receipt.id}
    first = min((target, *sources), key=_first_item_at)
    priced = price_cart(
        replace(merged, create_site_id=first.create_site_id, separated=None),
        catalogue=acting.catalogue,
        site=acting.site,
        now=acting.now,
    )
    after = replace(priced.cart, version=target.version + 1, **stamps)
    closed = [
        replace(each, version=each.version + 1, cart_state="Merged", status="Merged", merged_into=target.id, **stamps)
        for each in sources
    ]
    changes = [
        Change(each, Priced(shut, FAR_FUTURE, ()), "CartMerged") for each, shut in zip(sources, closed, strict=True)
    ]
    changes.append(Change(target, replace(priced, cart=after), "CartMerged", is_repriced=True))
    return Claim(tuple(changes), (receipt,))


def _first_item_at(cart: Cart) -> str:
    """When the cart's first item was added, as far as its lines tell; an empty cart comes last."""
    return min((each.added_at for each in cart.line_items), default="9999")
