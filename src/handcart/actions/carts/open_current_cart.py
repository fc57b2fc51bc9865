"""The current cart of a shopper: found, or created. Twenty first requests at once create one (S3-3)."""

from msgspec.structs import replace

from handcart.actions.current_key import CurrentCartDraft, current_key
from handcart.actions.deciding import gather_for, view_of, written
from handcart.actions.unifying import unify
from handcart.domain.access import Access
from handcart.domain.cart import Cart
from handcart.domain.cart_draft import currency_on, empty_cart
from handcart.domain.price import price_cart
from handcart.domain.separation import begun_apart, parted_sites
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import CurrentKey, StoredCart, find_current_cart, insert_cart, list_current_carts
from handcart.store.database import Transaction
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def open_current_cart(
    stores: Stores, access: Access, draft: CurrentCartDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The current cart at the acting site's prices (S4-27), created where there is none (then ``created``)."""
    caller, project = access.caller, access.caller.project
    key = current_key(access, draft)
    found = await find_current_cart(stores.database, project, key)
    # The current one says nothing of the others: one of them may be from before sites joined or left.
    is_aged = found is not None and found.oldest_epoch < _changed_at(access, key)
    if is_aged and access.site is not None and await unify(stores, access, key, site=access.site.key):
        found = await find_current_cart(stores.database, project, key)
    if found is not None:
        answer = await _found(stores, access, found)
        await insert_answer(stores.database, project, idempotency, answer, stores.clock.utc_now())
        return answer
    acting = await gather_for(stores, access, access.site)
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
            answer = await _found(stores, access, found, within=transaction)
            await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
            return answer
        cart = empty_cart(
            acting=acting,
            owner=owner,
            currency=currency_on(access.site, acting, None),
            store=access.site,
            name=draft.name,
            business_unit=key.bill_to or None,
            ship_to=key.ship_to or None,
        )
        cart = await _begun(transaction, access, key, cart)
        priced = price_cart(cart, catalogue=acting.catalogue, site=access.site, now=acting.now)
        write = written(stores, caller=caller, kind="CartCreated", before=None, priced=priced, acting=acting)
        write = replace(write, device=key.device or "")
        await insert_cart(transaction, project, write, idempotency)
    return Answer(write.document, created=True)


def _changed_at(access: Access, key: CurrentKey) -> int:
    if access.site is None:
        return 0
    is_anonymous = key.owner.startswith("anonymous:")
    return access.catalogue.sharing.changed_at(access.site.key, is_anonymous=is_anonymous)


async def _begun(transaction: Transaction, access: Access, key: CurrentKey, cart: Cart) -> Cart:
    """A new cart; where sites have parted from this one, it tells of the owner's carts there."""
    site, catalogue = access.site, access.catalogue
    if site is None:
        return cart
    parted = parted_sites(catalogue, site=site.key, is_anonymous=cart.customer_id is None)
    if not parted:
        return cart
    there = await list_current_carts(transaction, access.caller.project, replace(key, sites=parted))
    return begun_apart(cart, [(each.cart, each.settled) for each in there], site=site.key, catalogue=catalogue)


async def _found(stores: Stores, access: Access, stored: StoredCart, *, within: Transaction | None = None) -> Answer:
    return Answer(
        await view_of(
            stores, caller=access.caller, catalogue=access.catalogue, stored=stored, site=access.site, within=within
        )
    )
