"""Replicating a cart or an order: a new Active cart with the same lines at today's prices."""

from msgspec.structs import replace

from handcart.actions.deciding import gather_for, written
from handcart.domain.access import Access, acting_site_for, check_access
from handcart.domain.assignment import assignment_of, provider_of
from handcart.domain.cart import Cart
from handcart.domain.errors import InvalidField, ReferencedResourceNotFound, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.order import Order
from handcart.domain.replica import ReplicaCartDraft, replica_of
from handcart.store.answers import Answer, Idempotency
from handcart.store.carts import StoredCart, insert_cart, load_cart
from handcart.store.orders import StoredOrder, load_order
from handcart.store.stores import Stores


async def replicate_cart(
    stores: Stores, access: Access, draft: ReplicaCartDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The new cart as JSON; lines whose product is no longer on offer here are left out.

    Raises ReferencedResourceNotFound, InvalidField for a reference to something else, DuplicateField.
    """
    caller = access.caller
    stored = await _origin(stores, access, draft)
    origin: Cart | Order = stored.cart if isinstance(stored, StoredCart) else stored.order
    acting = await gather_for(stores, access, acting_site_for(access, owner=stored.owner, site=stored.site), origin)
    priced = replica_of(origin, acting=acting, key=draft.key)
    write = written(
        stores, caller=caller, kind="CartReplicated", before=None, priced=priced, acting=acting, actions=[draft]
    )
    assignment = assignment_of(
        provider_of(access.catalogue, acting.site),
        bill_to=None,
        ship_to=None,
        device=caller.device if access.is_mine else "",
        is_anonymous=priced.cart.customer_id is None,
        is_operator=False,
    )
    write = replace(write, device=assignment.device or "")
    await insert_cart(stores.database, caller.project, write, idempotency)
    return Answer(write.document, created=True)


async def _origin(stores: Stores, access: Access, draft: ReplicaCartDraft) -> StoredCart | StoredOrder:
    reference = draft.reference
    if reference.type_id not in ("cart", "order"):
        raise InvalidField(field="reference.typeId", invalid_value=reference.type_id, allowed_values=["cart", "order"])
    named = reference.id or ""
    project = access.caller.project
    stored: StoredCart | StoredOrder | None = None
    if is_uuid(named):
        load = load_cart if reference.type_id == "cart" else load_order
        stored = await load(stores.database, project, named)
    if stored is None:
        raise ReferencedResourceNotFound(type_id=reference.type_id, id=named)
    check_access(access, thing_id=named, owner=stored.owner, site=stored.site)
    desk = access.caller.reach.desk
    if access.caller.staff_id is not None and (desk is None or not desk.serves(stored.owner)):
        # The copy is another cart, and a takeover or a pairing reaches only the one that it was given for.
        raise ResourceNotFound(id=named)
    return stored
