"""Making the link by which a guest takes the cart along to another domain of the group."""

from handcart.actions.current_key import CurrentCartDraft, current_key
from handcart.domain.access import Access
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import InvalidField
from handcart.domain.hand_over import HandOverLink, check_guest, link_to, new_hand_over
from handcart.store.carts import find_current_cart
from handcart.store.hand_overs import insert_hand_over
from handcart.store.stores import Stores


async def hand_over_cart(stores: Stores, access: Access, to_site: str) -> bytes:
    """``{link, expiresAt}`` as JSON; only here is the token told, so the answer is kept nowhere.

    Raises HandOverForGuestsOnly, InvalidField for an unknown site, SitesShareNoCart, CartSharedAlready,
    SiteWithoutHost, NothingToHandOver, and what keeps the cart from being changed.
    """
    project, now = access.caller.project, stores.clock.utc_now()
    owner = check_guest(access.caller)
    there = access.catalogue.sites.get(to_site)
    if there is None:
        raise InvalidField(field="toSite", invalid_value=to_site)
    assert access.site is not None, "the path names the site"
    token = stores.clock.new_secret()
    async with stores.database.transaction() as transaction:
        found = await find_current_cart(transaction, project, current_key(access, CurrentCartDraft()))
        hand_over = new_hand_over(
            found.cart if found is not None else None,
            owner=owner,
            from_site=access.site,
            to_site=there,
            catalogue=access.catalogue,
            now=now,
        )
        link = HandOverLink(link=link_to(there, token), expires_at=timestamp_of(hand_over.expires_at))
        await insert_hand_over(transaction, project, token, hand_over)
    return encode(link)
