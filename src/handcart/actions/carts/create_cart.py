"""Creating a cart from a draft."""

from msgspec.structs import replace

from handcart.actions.deciding import gather, written
from handcart.domain.access import Access
from handcart.domain.assignment import assignment_of, provider_of
from handcart.domain.cart_draft import CartDraft, cart_from, check_my_draft
from handcart.domain.errors import InvalidField, InvalidInput, ResourceNotFound
from handcart.domain.updates.apply import products_of, skus_of
from handcart.store.answers import Answer, Idempotency
from handcart.store.carts import insert_cart
from handcart.store.owners import load_owner
from handcart.store.stores import Stores


async def create_cart(
    stores: Stores, access: Access, draft: CartDraft, idempotency: Idempotency | None = None
) -> Answer:
    """The new cart as JSON. Through ``me`` it belongs to the token's customer or anonymous session.

    Raises what a draft can be refused for, ReferencedResourceNotFound for an unknown customer, DuplicateField.
    """
    caller, catalogue, site = access.caller, access.catalogue, access.site
    if caller.staff_id is not None:
        # An agent's carts are those of its desk; it makes none beside them.
        raise ResourceNotFound(id=draft.customer_id or "")
    if access.is_mine:
        check_my_draft(draft)
        draft = replace(draft, customer_id=caller.customer_id, anonymous_id=caller.anonymous_id)
        if caller.customer_id is not None:
            draft = replace(draft, anonymous_id=None)
    if draft.customer_id is not None and draft.anonymous_id is not None:
        raise InvalidInput(detail="A cart has either a customerId or an anonymousId.")
    if draft.store is not None:
        named = catalogue.site_of(draft.store)
        if site is not None and named.key != site.key:
            raise InvalidField(field="store", invalid_value=named.key, allowed_values=[site.key])
        site = named
    owner = await load_owner(
        stores.database, caller.project, customer_id=draft.customer_id, anonymous_id=draft.anonymous_id
    )
    lines = draft.line_items or ()
    acting = await gather(
        stores,
        caller=caller,
        catalogue=catalogue,
        site=site,
        skus=skus_of(lines),
        product_ids=products_of(None, lines),
    )
    if draft.customer_group is not None and owner.customer_id is None:
        owner = replace(owner, customer_group=catalogue.customer_group_of(draft.customer_group))
    priced = cart_from(draft, acting=acting, owner=owner)
    write = written(
        stores, caller=caller, kind="CartCreated", before=None, priced=priced, acting=acting, actions=[draft]
    )
    assignment = assignment_of(
        provider_of(catalogue, site),
        bill_to=None,
        ship_to=None,
        device=caller.device if access.is_mine else "",
        is_anonymous=owner.customer_id is None,
        is_operator=False,
    )
    write = replace(write, device=assignment.device or "")
    await insert_cart(stores.database, caller.project, write, idempotency)
    return Answer(write.document, created=True)
