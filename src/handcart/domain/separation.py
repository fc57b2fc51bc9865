"""Separation: sites left a sharing group, or it was switched off, while an owner had a cart. It stays whole with its
own site (T-12); the cart that stays behind and the one that is begun on the other side both tell of it.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from handcart.domain.cart import Cart
from handcart.domain.catalogue import Catalogue
from handcart.domain.claim import is_empty
from handcart.domain.ids import SiteKey
from handcart.domain.scope import scope_name
from handcart.domain.sharing import Separated, SeparatedCart, Settled


def lost_sites(catalogue: Catalogue, settled: Settled, *, site: str, is_anonymous: bool) -> frozenset[str]:
    """The sites on which a cart that was settled there was current and no longer is; ``site`` is its home now."""
    before = catalogue.sharing.sharing_at(settled.site, settled.epoch, is_anonymous=is_anonymous)
    return before - _reached(catalogue, site, is_anonymous=is_anonymous)


def parted_sites(catalogue: Catalogue, *, site: str, is_anonymous: bool) -> frozenset[str]:
    """The sites with which a site ever shared its carts and does no longer."""
    ever = catalogue.sharing.ever_shared(site, is_anonymous=is_anonymous)
    return ever - _reached(catalogue, site, is_anonymous=is_anonymous)


def separated_cart(cart: Cart, lost: frozenset[str], others: Sequence[Cart], catalogue: Catalogue) -> Cart:
    """The cart, one version on, telling from which sites it is no longer reached, and of the owner's carts there; the
    same object where there is nothing to tell. It is not thereby newer than it was.

    What it told before is gone once all those sites reach it again.
    """
    told, is_anonymous = cart.separated, cart.customer_id is None
    if lost and not is_empty(cart):
        told = _separation(cart, lost, others, catalogue)
    elif told is not None and _reached(catalogue, cart.home_site, is_anonymous=is_anonymous).issuperset(told.sites):
        told = None
    if told == cart.separated:
        return cart
    return replace(
        cart, version=cart.version + 1, separated=told, scope=scope_name(cart.home_site, catalogue.sharing_groups)
    )


def begun_apart(cart: Cart, found: Iterable[tuple[Cart, Settled]], *, site: str, catalogue: Catalogue) -> Cart:
    """A new cart of a site that others have parted from, telling of the owner's carts there that were current here, or
    hold what was added here.
    """
    is_anonymous = cart.customer_id is None
    here = _reached(catalogue, site, is_anonymous=is_anonymous)
    others = [
        each
        for each, settled in found
        if not is_empty(each)
        and (
            site in catalogue.sharing.sharing_at(settled.site, settled.epoch, is_anonymous=is_anonymous)
            or any(line.site_id in here for line in each.line_items)
        )
    ]
    if not others:
        return cart
    lost = frozenset[str](each.home_site for each in others)
    return replace(cart, separated=_separation(cart, lost, others, catalogue))


def _separation(cart: Cart, lost: frozenset[str], others: Iterable[Cart], catalogue: Catalogue) -> Separated:
    return Separated(
        at=catalogue.sharing.changed_on(cart.home_site, is_anonymous=cart.customer_id is None),
        sites=tuple(sorted(lost)),
        carts=tuple(SeparatedCart(id=each.id, site_id=each.home_site) for each in others if not is_empty(each)),
    )


def _reached(catalogue: Catalogue, site: str, *, is_anonymous: bool) -> frozenset[str]:
    return frozenset[str](catalogue.sites_sharing_with(SiteKey(site), is_anonymous=is_anonymous))
