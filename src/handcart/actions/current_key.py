"""The key that a current cart is found under: (scope, owner, name), and what the cart provider asks for besides."""

from handcart.domain.access import Access, sites_around
from handcart.domain.assignment import assignment_of, provider_of
from handcart.domain.cart import DEFAULT_CART_NAME
from handcart.domain.document import Draft
from handcart.domain.errors import ResourceNotFound
from handcart.domain.references import ResourceIdentifier
from handcart.store.carts import CurrentKey


class CurrentCartDraft(Draft):
    """Which of the shopper's carts: its name (``Default``), and under some cart providers the bill-to and ship-to."""

    name: str | None = None
    business_unit: ResourceIdentifier | None = None
    ship_to: str | None = None


def current_key(access: Access, draft: CurrentCartDraft) -> CurrentKey:
    """The key of the shopper's own cart on the acting site. Raises ResourceNotFound for a caller that is no shopper."""
    caller, catalogue, site = access.caller, access.catalogue, access.site
    if caller.owner is None:
        raise ResourceNotFound(id="current-cart")
    unit = catalogue.business_unit_of(draft.business_unit).key if draft.business_unit is not None else None
    assignment = assignment_of(
        provider_of(catalogue, site),
        bill_to=unit,
        ship_to=draft.ship_to,
        device=caller.device,
        is_anonymous=caller.customer_id is None,
        is_operator=False,
    )
    return CurrentKey(
        owner=caller.owner,
        sites=frozenset(sites_around(catalogue, site.key if site is not None else "", owner=caller.owner)),
        name=draft.name or DEFAULT_CART_NAME,
        bill_to=assignment.bill_to,
        ship_to=assignment.ship_to,
        device=assignment.device,
    )


def key_of_customer(access: Access, customer_id: str) -> CurrentKey:
    """The key of a customer's cart as others ask for it: of any device, on the acting site or, without one, on any."""
    owner = f"customer:{customer_id}"
    site = access.site
    return CurrentKey(
        owner=owner,
        sites=frozenset[str](sites_around(access.catalogue, site.key, owner=owner)) if site is not None else None,
        name=DEFAULT_CART_NAME,
        bill_to=None,
        ship_to=None,
        device=None,
    )
