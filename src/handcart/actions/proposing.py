"""What the actions on proposals share: the circumstances of accepting one, and how it is shown."""

from msgspec.structs import replace

from handcart.actions.basing import changes_since
from handcart.actions.deciding import gather, is_priced_for
from handcart.domain.access import Access, acting_site_for
from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.document import timestamp_of
from handcart.domain.limits import NOTHING_ALLOWED, Allowance
from handcart.domain.price import price_cart
from handcart.domain.proposal import Proposal, parts_seen, steps_in
from handcart.domain.references import Reference
from handcart.domain.shown_proposal import ShownProposal, shown, with_previews
from handcart.domain.updates.adjustments import AdjustLineItemPrice
from handcart.domain.updates.apply import products_of, skus_of
from handcart.store.carts import StoredCart
from handcart.store.database import Transaction
from handcart.store.powers import load_powers
from handcart.store.stores import Stores


async def acting_on_proposal(
    stores: Stores,
    access: Access,
    stored: StoredCart,
    proposal: Proposal,
    *,
    staff_id: str,
    within: Transaction | None = None,
) -> Acting:
    """The circumstances of accepting: the shopper acts, with what a shopper may choose, and the agent is named too."""
    steps = steps_in(proposal, stored.cart)
    acting = await gather(
        stores,
        caller=access.caller,
        catalogue=access.catalogue,
        site=acting_site_for(access, owner=stored.owner, site=stored.site),
        skus=skus_of(steps),
        product_ids=products_of(stored.cart, steps),
        within=within,
    )
    actor = replace(acting.actor, operator=Reference(type_id="staff", id=staff_id))
    return replace(acting, is_shopper=True, actor=actor)


async def allowance_of_agent(
    stores: Stores, project: str, proposal: Proposal, cart: Cart, *, staff_id: str, within: Transaction | None = None
) -> Allowance:
    """How far the agent may go with prices at this moment; not asked for where no line is about them."""
    if not any(isinstance(each, AdjustLineItemPrice) for each in steps_in(proposal, cart)):
        return NOTHING_ALLOWED
    powers = await load_powers(
        within or stores.database, project, staff_id=staff_id, device="", now=stores.clock.utc_now()
    )
    return powers.allowance


async def shown_now(
    stores: Stores,
    access: Access,
    proposal: Proposal,
    stored: StoredCart | None,
    *,
    staff_id: str,
    within: Transaction | None = None,
) -> ShownProposal:
    """The proposal with what its open lines would do now. ``stored`` is None where there is no such cart any more, and
    where the caller may not know of it: then nothing is told of it.
    """
    project, now = access.caller.project, stores.clock.utc_now()
    if stored is None:
        return shown(proposal, timestamp_of(now))
    answer = shown(proposal, timestamp_of(now), cart_version=stored.version, cart_state=stored.state)
    if answer.state != "Open" or stored.state not in ("Active", "Frozen"):
        return answer
    acting = await acting_on_proposal(stores, access, stored, proposal, staff_id=staff_id, within=within)
    since = await changes_since(within or stores.database, project, stored, proposal.base_version)
    allowance = await allowance_of_agent(stores, project, proposal, stored.cart, staff_id=staff_id, within=within)
    cart = stored.cart
    if not is_priced_for(stored, site=acting.site, epoch=acting.catalogue.epoch, now=now):
        cart = price_cart(cart, catalogue=acting.catalogue, site=acting.site, now=acting.now).cart
    base = parts_seen(proposal, stored.cart, since)
    return with_previews(answer, proposal, cart, base, acting=acting, allowance=allowance)
