"""The current cart of a shopper: found, or created. Twenty first requests at once create one (S3-3)."""

from msgspec.structs import replace

from handcart.actions.deciding import gather, written
from handcart.domain.access import Access
from handcart.domain.assignment import assignment_of, provider_of
from handcart.domain.cart import DEFAULT_CART_NAME
from handcart.domain.cart_draft import currency_on, empty_cart
from handcart.domain.document import Draft
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import SiteKey
from handcart.domain.price import price_cart
from handcart.domain.references import ResourceIdentifier
from handcart.domain.scope import sites_sharing_with
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import CurrentKey, find_current_cart, insert_cart
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


class CurrentCartDraft(Draft):
    """Which of the shopper's carts: its name (``Default``), and under some cart providers the bill-to and ship-to."""

    name: str | None = None
    business_unit: ResourceIdentifier | None = None
    ship_to: str | None = None


def current_key(access: Access, draft: CurrentCartDraft) -> CurrentKey:
    """The key that the draft's cart is found under. Raises ResourceNotFound for a caller that is no shopper."""
    caller, catalogue, site = access.caller, access.catalogue, access.site
    owner = caller.owner
    if owner is None:
        raise ResourceNotFound(id="current-cart")
    is_anonymous = caller.customer_id is None
    unit = catalogue.business_unit_of(draft.business_unit).key if draft.business_unit is not None else None
    assignment = assignment_of(
        provider_of(catalogue, site),
        bill_to=unit,
        ship_to=draft.ship_to,
        device=caller.device,
        is_anonymous=is_anonymous,
        is_operator=False,
    )
    sites = sites_sharing_with(
        SiteKey(site.key if site is not None else ""),
        is_anonymous=is_anonymous,
        sites=catalogue.sites,
        groups=catalogue.groups,
    )
    return CurrentKey(
        owner=owner,
        sites=frozenset(sites),
        name=draft.name or DEFAULT_CART_NAME,
        bill_to=assignment.bill_to,
        ship_to=assignment.ship_to,
        device=assignment.device,
    )


async def open_current_cart(
    stores: Stores, access: Access, draft: CurrentCartDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The current cart as stored, created where there is none (then ``created``)."""
    caller, project = access.caller, access.caller.project
    key = current_key(access, draft)
    found = await find_current_cart(stores.database, project, key)
    if found is not None:
        answer = Answer(found.document)
        await insert_answer(stores.database, project, idempotency, answer, stores.clock.utc_now())
        return answer
    acting = await gather(
        stores, caller=caller, catalogue=access.catalogue, site=access.site, skus=set(), product_ids=set()
    )
    async with stores.database.transaction() as transaction:
        owner = await lock_owner(
            transaction,
            project,
            customer_id=caller.customer_id,
            anonymous_id=caller.anonymous_id,
            now=stores.clock.utc_now(),
        )
        found = await find_current_cart(transaction, project, key)
        if found is not None:
            answer = Answer(found.document)
            await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
            return answer
        cart = empty_cart(
            acting=acting,
            owner=owner,
            currency=currency_on(access.site, acting, None),
            store=access.site,
            name=draft.name,
            business_unit=key.bill_to,
            ship_to=key.ship_to,
        )
        priced = price_cart(cart, catalogue=acting.catalogue, site=access.site, now=acting.now)
        write = written(stores, caller=caller, kind="CartCreated", before=None, priced=priced, acting=acting)
        write = replace(write, device=key.device or "")
        await insert_cart(transaction, project, write, idempotency)
    return Answer(write.document, created=True)
