"""Create New Order: an offline order, still empty (S2-15, S2-26)."""

from handcart.actions.deciding import gather
from handcart.actions.drafting import order_event
from handcart.domain.access import Access
from handcart.domain.cart_draft import currency_on, empty_cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.document import encode
from handcart.domain.errors import InvalidField, InvalidInput
from handcart.domain.ids import SiteKey
from handcart.domain.offline_order import OfflineOrderDraft, check_site, drafted_order
from handcart.domain.site import Site
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.offline_orders import insert_draft
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def create_offline_order(
    stores: Stores, access: Access, draft: OfflineOrderDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The order as JSON: ``type`` OFFLINE, ``status`` Pending, no items and no number; the caller is its ``operator``.

    Without a customer it is an anonymous shopper's, unless one is set later (S2-25). Raises InvalidInput for both,
    InvalidField for an unknown site, ReferencedResourceNotFound for an unknown customer.
    """
    if draft.anonymous and draft.customer_id is not None:
        raise InvalidInput(detail="An offline order is a customer's or an anonymous shopper's, not both.")
    caller = access.caller
    site, now = _site_of(access, draft), stores.clock.utc_now()
    acting = await gather(stores, caller=caller, catalogue=access.catalogue, site=site, skus=set(), product_ids=set())
    async with stores.database.transaction() as transaction:
        owner = CartOwner()
        if draft.customer_id is not None:
            owner = await lock_owner(
                transaction, caller.project, customer_id=draft.customer_id, anonymous_id=None, now=now
            )
        empty = empty_cart(acting=acting, owner=owner, currency=currency_on(site, acting, None), store=site)
        order = drafted_order(empty, acting)
        await insert_draft(
            transaction, caller.project, order, order_event(stores, caller, order, kind="OrderDrafted", before=None)
        )
        answer = Answer(encode(order), created=True)
        await insert_answer(transaction, caller.project, idempotency, answer, now)
    return answer


def _site_of(access: Access, draft: OfflineOrderDraft) -> Site | None:
    """The site of the draft: the one it names, else the acting one, else the project's default."""
    check_site(draft.site, access.site.key if access.site is not None else None)
    if draft.site is None:
        return access.site or access.catalogue.default_site
    found = access.catalogue.sites.get(SiteKey(draft.site))
    if found is None:
        raise InvalidField(field="site", invalid_value=draft.site, allowed_values=sorted(access.catalogue.sites))
    return found
