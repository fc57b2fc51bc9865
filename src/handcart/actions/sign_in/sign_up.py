"""Signing up: the new customer, and what the guest had, in one transaction."""

from handcart.actions.claim_rules import Guest
from handcart.actions.claiming import claim, current_cart_of, sign_in_result
from handcart.actions.deciding import gather_for
from handcart.actions.holding import keep_hold
from handcart.domain.access import Access
from handcart.domain.caller import Caller, owner_of
from handcart.domain.cart_owner import CartOwner
from handcart.domain.customers.draft import CustomerDraft, customer_from, new_password_in
from handcart.domain.document import encode
from handcart.domain.errors import ReferencedResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.references import ResourceIdentifier
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import StoredCart, find_cart_by_key, load_cart
from handcart.store.customers import insert_customer
from handcart.store.database import Transaction
from handcart.store.owners import lock_owner
from handcart.store.stores import Stores


async def sign_up(
    stores: Stores,
    access: Access,
    draft: CustomerDraft,
    guest: Guest,
    *,
    store: str | None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """``CustomerSignInResult`` as JSON, created. The guest's cart is the new customer's, under its own id (S1-23).

    ``store`` is that of an in-store path: the customer belongs to it unless the draft says otherwise (B-C12).
    Members of staff, who never know a password, need none: the customer sets one by a token, and cannot sign in before.
    Of guests they can name only those whom they serve. Raises DuplicateField for an e-mail address that is taken, in
    whatever case (S1-37), and ReferencedResourceNotFound; then nothing has changed.
    """
    project = access.caller.project
    acting = await gather_for(stores, access, access.site)
    customer = customer_from(draft, acting, customer_id=stores.clock.new_uuid(), store=store)
    password = new_password_in(draft, is_optional=access.caller.staff_id is not None)
    password_hash = await stores.passwords.hash(password) if password is not None else None
    async with stores.database.transaction() as transaction:
        now = stores.clock.utc_now()
        await _keep_guest(stores, transaction, access.caller, guest)
        await insert_customer(transaction, project, customer, password_hash=password_hash)
        if guest.anonymous_id is not None:
            await lock_owner(transaction, project, customer_id=None, anonymous_id=guest.anonymous_id, now=now)
        owner = CartOwner(customer_id=customer.id, email=customer.email, customer_group=customer.customer_group)
        claimed = await claim(stores, transaction, access, owner, guest)
        cart = await current_cart_of(stores, transaction, access, owner, claimed)
        answer = Answer(sign_in_result(encode(customer), cart, claimed), created=True)
        await insert_answer(transaction, project, idempotency, answer, now)
    return answer


async def _keep_guest(stores: Stores, transaction: Transaction, caller: Caller, guest: Guest) -> None:
    """Keep the hand of a member of staff on the guest whose things are claimed.

    A claim takes them away from whoever has the guest's token: so a paired shopper's cart is not to be claimed here,
    and least of all one whose id was guessed. Raises ReferencedResourceNotFound.
    """
    if caller.staff_id is None:
        return
    if guest.anonymous_id is not None:
        owner = owner_of(customer_id=None, anonymous_id=guest.anonymous_id)
        if caller.reach.desk is None or not caller.reach.desk.serves(owner):
            raise ReferencedResourceNotFound(type_id="anonymous-session", id=guest.anonymous_id)
        await keep_hold(stores, transaction, caller, cart_id="", owner=owner)
    if guest.cart is not None:
        stored = await _named_cart(transaction, caller.project, guest.cart)
        hold = caller.reach.hold_on(cart_id=stored.id, owner=stored.owner) if stored is not None else None
        if stored is None or hold is None or hold.kind == "pairing":
            raise ReferencedResourceNotFound(type_id="cart", id=guest.cart.id, key=guest.cart.key)
        await keep_hold(stores, transaction, caller, cart_id=stored.id, owner=stored.owner)


async def _named_cart(transaction: Transaction, project: str, named: ResourceIdentifier) -> StoredCart | None:
    if named.id is None:
        return await find_cart_by_key(transaction, project, named.key or "")
    return await load_cart(transaction, project, named.id) if is_uuid(named.id) else None
