"""Submitting a cart: it becomes an order, once, in one statement."""

from handcart.actions.deciding import gather_for, hold_of, written
from handcart.actions.holding import check_no_other_hand, keep_hold
from handcart.actions.ordering import order_write
from handcart.actions.submitting import Asked, submit_prepared
from handcart.actions.submitting_for_shoppers import submit_for_shopper
from handcart.domain.access import Access, acting_site_for, check_access
from handcart.domain.errors import (
    BehaviourMissing,
    ConcurrentModification,
    InvalidField,
    RequiredField,
    ResourceNotFound,
    UseAddItemsToOrder,
)
from handcart.domain.ids import is_uuid
from handcart.domain.order import OrderFromCartDraft, out_of_stock, plan_submission
from handcart.domain.references import check_identifier
from handcart.domain.site import Site
from handcart.store.answers import Answer, Idempotency
from handcart.store.carts import StoredCart, load_cart, lock_carts
from handcart.store.orders import OrderWrite, Submitted, load_cart_and_order_number
from handcart.store.orders import submit_cart as write_submission
from handcart.store.stores import Stores


async def submit_cart(
    stores: Stores, access: Access, draft: OrderFromCartDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The order as JSON. Raises ResourceNotFound, ConcurrentModification, OutOfStock, PriceChanged,
    CartAlreadySubmitted (S3-69), UseAddItemsToOrder (S2-12) and whatever else keeps the cart from being ordered; then
    nothing has changed.
    """
    project = access.caller.project
    cart_id, key = _named(draft)
    found = await load_cart_and_order_number(stores.database, project, cart_id=cart_id, key=key)
    named = cart_id or key or ""
    if found is None:
        raise ResourceNotFound(id=named)
    stored, order_number = found
    check_access(access, thing_id=named, owner=stored.owner, site=stored.site, cart_id=stored.id)
    if access.caller.staff_id is not None or draft.agent_enters_payment:
        _check_agent(access, stored, draft)
    if draft.version != stored.version:
        raise ConcurrentModification(id=stored.id, expected=draft.version, current_version=stored.version)
    asked = Asked(draft, order_number, idempotency)
    if draft.agent_enters_payment:
        return await submit_for_shopper(stores, access, stored, asked)
    if stored.cart.offline_order_id is not None and stored.state in ("Active", "Frozen"):
        answer = await submit_prepared(stores, access, stored, asked)
        if answer is not None:
            return answer
    acting = await gather_for(stores, access, _site_of(access, stored), stored.cart)
    submission = plan_submission(
        stored.cart, draft, acting=acting, order_id=stores.clock.new_uuid(), order_number=order_number
    )
    cart_write = written(
        stores, caller=access.caller, kind="CartOrdered", before=stored, priced=submission.cart, acting=acting
    )
    write = order_write(stores, submission, cart_write=cart_write, actor=acting.actor)
    done = await _write(stores, access, stored, write, idempotency)
    if done.is_done:
        return Answer(write.document, created=True)
    if done.short:
        raise out_of_stock(submission.cart.cart, done.short, acting)
    raise await _overtaken(stores, access, stored)


def _check_agent(access: Access, stored: StoredCart, draft: OrderFromCartDraft) -> None:
    """Refuse a checkout within a takeover (S2-12), unless the agent says to enter the payment. Raises
    UseAddItemsToOrder, BehaviourMissing, InvalidField where nothing is taken over.
    """
    hold = hold_of(access.caller, stored.cart)
    if hold is not None and hold.kind == "takeover":
        if not draft.agent_enters_payment:
            raise UseAddItemsToOrder()
        return
    if draft.agent_enters_payment:
        raise InvalidField(field="agentEntersPayment", invalid_value=True)
    if "cart:submit" not in access.caller.behaviours:
        raise BehaviourMissing(needed="cart:submit")


async def _write(
    stores: Stores, access: Access, stored: StoredCart, write: OrderWrite, idempotency: Idempotency | None
) -> Submitted:
    """One statement; for a member of staff within a transaction that keeps its hand on the cart."""
    caller = access.caller
    if caller.staff_id is None:
        return await write_submission(stores.database, caller.project, write, idempotency)
    async with stores.database.transaction() as transaction:
        await keep_hold(stores, transaction, caller, cart_id=stored.id, owner=stored.owner)
        await lock_carts(transaction, caller.project, [stored.id])
        await check_no_other_hand(stores, transaction, caller, cart_id=stored.id)
        return await write_submission(transaction, caller.project, write, idempotency)


def _named(draft: OrderFromCartDraft) -> tuple[str | None, str | None]:
    """The id or the key of the cart that a draft names; ``id`` is the older name of ``cart``."""
    if draft.cart is not None:
        check_identifier(draft.cart, type_id="cart", field="cart")
        cart_id, key = draft.cart.id, draft.cart.key
    else:
        cart_id, key = draft.id, None
    if cart_id is None and key is None:
        raise RequiredField(field="cart")
    if cart_id is not None and not is_uuid(cart_id):
        raise ResourceNotFound(id=cart_id)
    return cart_id, key


def _site_of(access: Access, stored: StoredCart) -> Site | None:
    """The submitting site: the one that the request names, else where checkout was started, else the cart's."""
    checkout = stored.cart.checkout
    if access.site is None and checkout is not None and checkout.site_id is not None:
        return access.catalogue.sites.get(checkout.site_id)
    return acting_site_for(access, owner=stored.owner, site=stored.site)


async def _overtaken(stores: Stores, access: Access, stored: StoredCart) -> Exception:
    """What became of a cart that another hand was faster with."""
    now = await load_cart(stores.database, access.caller.project, stored.id)
    if now is None:
        return ResourceNotFound(id=stored.id)
    return ConcurrentModification(id=stored.id, expected=stored.version, current_version=now.version)
