"""Two carts of one customer, resolved as the customer chose."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from handcart.actions.claim_rules import claim_site
from handcart.actions.claiming import write_change
from handcart.actions.deciding import gather_for
from handcart.domain.access import Access, check_access
from handcart.domain.document import encode
from handcart.domain.errors import CartFrozen, CartsOfDifferentOwners, InvalidField, ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.resolve import ResolveDraft, Resolving, plan_resolution
from handcart.domain.updates.apply import check_open
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.carts import LockedCart, lock_carts
from handcart.store.merges import insert_merge
from handcart.store.stores import Stores


async def resolve_carts(
    stores: Stores, access: Access, draft: ResolveDraft, idempotency: Idempotency | None = None
) -> Answer:
    """``{cart, mergeId}`` after a strategy that changes something, ``{carts}`` of Prompt, as JSON (S1-9 … S1-11).

    Raises InvalidField unless two different carts are named, ResourceNotFound for another's cart (S1-39), what closes a
    cart to changes, CartsOfDifferentOwners, QuantityLimitExceeded; then nothing has changed.
    """
    if len(set(draft.cart_ids)) != 2 or not all(map(is_uuid, draft.cart_ids)):
        raise InvalidField(field="cartIds", invalid_value=list(draft.cart_ids))
    project = access.caller.project
    async with stores.database.transaction() as transaction:
        locked = await lock_carts(transaction, project, draft.cart_ids)
        one, other = _checked(access, locked, draft)
        acting = await gather_for(stores, access, access.site, one.cart, other.cart, within=transaction)
        resolving = Resolving(
            carts=(one.cart, other.cart),
            keep=draft.keep,
            guests_cart=_guests_cart(one, other),
            undo_window=timedelta(hours=access.catalogue.settings.merge_undo_hours),
            acting_on=lambda cart: replace(acting, site=claim_site(access, cart.home_site, owner=one.owner)),
        )
        plan = plan_resolution(draft.strategy, resolving)
        by_id = {each.id: each for each in locked}
        for change in plan.changes:
            await write_change(stores, transaction, access, by_id[change.before.id], change)
        for receipt in plan.receipts:
            await insert_merge(transaction, project, receipt)
        said: dict[str, Any] = {"carts": [one.cart, other.cart]}
        if plan.changes:
            said = {"cart": plan.changes[-1].after.cart, "mergeId": plan.receipts[0].id}
        answer = Answer(encode(said))
        await insert_answer(transaction, project, idempotency, answer, stores.clock.utc_now())
    return answer


def _checked(access: Access, locked: list[LockedCart], draft: ResolveDraft) -> tuple[LockedCart, LockedCart]:
    """Both carts, there for the caller, of one owner, and open."""
    there = {each.id: each for each in locked if not each.is_gone}
    for cart_id in draft.cart_ids:
        if cart_id not in there:
            raise ResourceNotFound(id=cart_id)
        check_access(access, thing_id=cart_id, owner=there[cart_id].owner, site=there[cart_id].site)
    one, other = (there[each] for each in draft.cart_ids)
    if one.owner is None or one.owner != other.owner or not one.owner.startswith("customer:"):
        raise CartsOfDifferentOwners()
    for each in (one, other):
        check_open(each.cart, is_locksmith=access.locks)
        if each.state == "Frozen":
            raise CartFrozen()
    return one, other


def _guests_cart(one: LockedCart, other: LockedCart) -> str | None:
    """The cart that was claimed from a guest, if exactly one of them was."""
    claimed = [each.id for each in (one, other) if each.former_anonymous_id is not None]
    return claimed[0] if len(claimed) == 1 else None
