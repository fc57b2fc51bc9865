"""The carts of a project file: whose they are, where, and the update actions that fill them."""

from handcart.domain.document import Draft
from handcart.domain.updates.apply import AnyCartAction


class ActionsElsewhere(Draft):
    """Update actions on another site that shares the cart: what they add belongs to that site."""

    site: str
    actions: tuple[AnyCartAction, ...]


class CartEntry(Draft):
    """A cart, made once and left alone from then on; ``order`` submits it.

    Its owner is a ``customer``, by key, or a guest: whoever knows the ``anonymousId`` has that guest's carts. ``site``
    is where it is made and, in the end, ordered; ``shipTo`` is the key of an address of the ``businessUnit``.
    """

    key: str
    site: str
    customer: str | None = None
    anonymous_id: str | None = None
    name: str | None = None
    business_unit: str | None = None
    ship_to: str | None = None
    actions: tuple[AnyCartAction, ...] = ()
    elsewhere: tuple[ActionsElsewhere, ...] = ()
    checkout: bool = False
    order: bool = False
