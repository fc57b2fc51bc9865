"""What is refused to staff who have their hands on a shopper's cart, and to the shopper meanwhile."""

from dataclasses import dataclass

from handcart.domain.errors.refusal import Stale, StateRefusal, Unauthorised


@dataclass(eq=False)
class ActionNotAllowed(Unauthorised):
    """The roles do not allow the action {action} on a shopper's cart."""

    action: str


@dataclass(eq=False)
class PriceAdjustmentBeyondLimit(Unauthorised):
    """The roles allow the action {action} to take at most {percent_max} % off a price."""

    action: str
    percent_max: int


@dataclass(eq=False)
class ActiveCustomerMismatch(Stale):
    """The desk's active customer is another one than the request says."""

    active_customer_id: str | None
    named: str | None


@dataclass(eq=False)
class TakeoverHeld(StateRefusal):
    """The cart is taken over by {holder} until {lease_until}."""

    holder: str
    lease_until: str


@dataclass(eq=False)
class TakeoverEnded(StateRefusal):
    """The takeover is over: it is {state}."""

    state: str


@dataclass(eq=False)
class OtherOrderInTakeover(StateRefusal):
    """The cart is taken over for another offline order already: {order_id}."""

    order_id: str
    takeover_id: str


class CartNotOfOrder(StateRefusal):
    """The cart is no longer the one of the offline order."""


class UseAddItemsToOrder(StateRefusal):
    """A cart is not checked out within a takeover: add its items to the order, and the shopper checks out."""


@dataclass(eq=False)
class OrderNotPending(StateRefusal):
    """The order is no draft any more: it is {state}."""

    state: str


class OrderNotPrepared(StateRefusal):
    """Nothing was added to the order yet."""


class OrderHasCart(StateRefusal):
    """A cart was taken over for this order, so its customer stays as it is."""


class OrderHasCustomer(StateRefusal):
    """The order is a customer's, who finds it at checkout; only anonymous shoppers need a link."""


class PairingCodeUnknown(StateRefusal):
    """The code is not right, has expired or was used before; ask for a new one."""


class ProposalExpired(StateRefusal):
    """The proposal has expired."""


class ProposalOfAnotherAgent(StateRefusal):
    """Only the agent who made a proposal withdraws it."""


class AdjustmentNotAllowed(StateRefusal):
    """The agent who proposed to take this off a price may not do so any more."""
