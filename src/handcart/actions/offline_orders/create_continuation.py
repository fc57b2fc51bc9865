"""Making the link by which an anonymous shopper goes on with an offline order (S2-38)."""

from datetime import timedelta

from handcart.actions.drafting import check_own, find_offline_order
from handcart.domain.access import Access
from handcart.domain.caller import owner_of
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import OrderHasCustomer, OrderNotPrepared
from handcart.domain.ids import SiteKey
from handcart.domain.offline_order import ContinuationLink, check_pending, continuation_link
from handcart.domain.order import is_prepared
from handcart.store.offline_orders import Continuation, insert_continuation
from handcart.store.stores import Stores

VALID_FOR = timedelta(hours=48)
"""As long as a draft may wait before it counts as left behind."""


async def create_continuation(stores: Stores, access: Access, order_id: str) -> bytes:
    """``{link?, token, expiresAt}`` as JSON: only here is the token told, and its hash is all that is kept. Without a
    host the order's site has no page that a link could lead to, and there is the token alone.

    Raises ResourceNotFound for what is no draft of the caller's, OrderNotPending, OrderNotPrepared, OrderHasCustomer.
    """
    project, now = access.caller.project, stores.clock.utc_now()
    token = stores.clock.new_secret()
    async with stores.database.transaction() as transaction:
        order = (await find_offline_order(transaction, project, order_id)).order
        check_own(access.caller, order)
        check_pending(order)
        owner = owner_of(customer_id=None, anonymous_id=order.anonymous_id)
        if order.customer_id is not None:
            raise OrderHasCustomer()
        if owner is None or not is_prepared(order):
            raise OrderNotPrepared()
        until = now + VALID_FOR
        await insert_continuation(transaction, project, token, Continuation(order.id, owner), now=now, until=until)
    site = access.catalogue.sites.get(SiteKey(order.site_id or ""))
    link = continuation_link(site, token)
    return encode(ContinuationLink(link=link, token=token, expires_at=timestamp_of(until)))
