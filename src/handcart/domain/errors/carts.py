"""What is refused about a cart, its checkout, and the merging of carts."""

from dataclasses import dataclass
from typing import Any

from handcart.domain.errors.refusal import Stale, StateRefusal, Unacceptable


@dataclass(eq=False)
class RebaseConflict(Stale):
    """The cart {id} was changed on the same lines since version {base_version}."""

    id: str
    base_version: int
    conflicts: list[dict[str, Any]]


@dataclass(eq=False)
class MergePlanStale(Stale):
    """The carts or prices are no longer those that the merge was planned on."""

    plan: dict[str, Any]


@dataclass(eq=False)
class CartMerged(StateRefusal):
    """The cart was merged into another one."""

    successor: str | None


@dataclass(eq=False)
class CartAlreadySubmitted(StateRefusal):
    """The cart was already ordered."""

    order_id: str | None


class CartFrozen(StateRefusal):
    """The cart is frozen."""


class CartLocked(StateRefusal):
    """The cart is locked."""


class CartEmpty(StateRefusal):
    """A cart without line items cannot be ordered or frozen."""


class OwnedCart(StateRefusal):
    """The cart belongs to a customer."""


@dataclass(eq=False)
class QuantityLimitExceeded(StateRefusal):
    """The quantity {quantity} is above the limit of {quantity_max} for one line item."""

    quantity: int
    quantity_max: int
    sku: str | None = None


class AlternateContactNotSaved(StateRefusal):
    """An alternate contact was entered and not saved; save or remove it."""


class NoPickupLine(StateRefusal):
    """Nothing is picked up, so there is nobody to name for it."""


@dataclass(eq=False)
class ShippingAddressMissing(StateRefusal):
    """The cart has no shipping address."""


@dataclass(eq=False)
class InvalidItemShippingDetails(Unacceptable):
    """The shipping details of {subject} {item_id} do not add up to its quantity."""

    subject: str
    item_id: str


@dataclass(eq=False)
class CountryNotConfiguredInStore(Unacceptable):
    """The country {country} is not configured for the store."""

    store_countries: list[str]
    country: str


class CartsOfDifferentOwners(StateRefusal):
    """The carts do not belong to the same customer."""


class AnonymousSessionMismatch(StateRefusal):
    """The anonymous cart does not belong to the given anonymous session."""


class MergeNotLatest(StateRefusal):
    """Something was merged into the cart since; that merge has to be taken back first."""


class UndoWindowClosed(StateRefusal):
    """The time in which this merge could be taken back is over."""


class MergeMeanwhileOrdered(StateRefusal):
    """The cart was ordered since; the merge can no longer be taken back."""


class MergeMeanwhilePutBack(StateRefusal):
    """The cart was put back to something else since, which cannot be done once more without the merge."""
