"""What an agent does to an offline order besides adding items: whose it is, who else may pick it up, giving it up."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart_owner import CartOwner
from handcart.domain.contact import ContactFields, entered_contact, has_pickup, saved_contact
from handcart.domain.document import Draft
from handcart.domain.errors import OrderHasCart
from handcart.domain.offline_order import cancelled, check_pending, stamped, touched_by
from handcart.domain.order import Order


class OrderAction(Draft, tag_field="action"):
    """One change of a draft."""

    def apply(self, order: Order, acting: Acting) -> Order:
        """The order after this change; its version follows."""
        raise NotImplementedError


class SetCustomer(OrderAction, tag="setCustomer"):
    """Say whose order it is, as long as no cart was taken over for it (S2-25); without an id, an anonymous shopper's.

    Who that is, is looked up by the action that writes the order.
    """

    customer_id: str | None = None

    def apply(self, order: Order, acting: Acting) -> Order:
        """Raises OrderHasCart."""
        if order.original_cart_id is not None:
            raise OrderHasCart()
        return replace(order, customer_id=self.customer_id, customer_email=None, customer_group=None)


class _EnteredContact(OrderAction):
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None

    def entered(self, order: Order, acting: Acting) -> Order:
        """The order with what was entered. Raises NoPickupLine, InvalidField."""
        fields = ContactFields(first_name=self.first_name, last_name=self.last_name, email=self.email, phone=self.phone)
        is_pickup = has_pickup(order.line_items, acting.catalogue)
        return replace(order, alternate_contact=entered_contact(order.alternate_contact, fields, is_pickup=is_pickup))


class SetAlternateContact(_EnteredContact, tag="setAlternateContact"):
    """Enter a part of the alternate contact; it is a draft until it is saved."""

    def apply(self, order: Order, acting: Acting) -> Order:
        """Raises NoPickupLine, InvalidField."""
        return self.entered(order, acting)


class SaveAlternateContact(_EnteredContact, tag="saveAlternateContact"):
    """Save the alternate contact, with what is entered by the same action."""

    def apply(self, order: Order, acting: Acting) -> Order:
        """Raises NoPickupLine, InvalidField, RequiredField."""
        after = self.entered(order, acting)
        return replace(after, alternate_contact=saved_contact(after.alternate_contact))


class RemoveAlternateContact(OrderAction, tag="removeAlternateContact"):
    """Have no alternate contact."""

    def apply(self, order: Order, acting: Acting) -> Order:
        """Where there is none nothing changes."""
        return replace(order, alternate_contact=None)


class Cancel(OrderAction, tag="cancel"):
    """Give the draft up; a takeover for it ends, and the cart is an ordinary one again."""

    def apply(self, order: Order, acting: Acting) -> Order:
        """Raises OrderNotPending."""
        return replace(cancelled(order, acting), version=order.version)


AnyOrderAction = SetCustomer | SetAlternateContact | SaveAlternateContact | RemoveAlternateContact | Cancel


class OfflineOrderUpdate(Draft):
    """Actions on a draft at a version, all or none."""

    version: int
    actions: tuple[AnyOrderAction, ...]

    @property
    def customer_id(self) -> str | None:
        """Whom the last ``setCustomer`` names."""
        named = [each.customer_id for each in self.actions if isinstance(each, SetCustomer)]
        return named[-1] if named else None

    @property
    def cancels(self) -> bool:
        """Whether the draft is given up."""
        return any(isinstance(each, Cancel) for each in self.actions)


def updated(order: Order, actions: Sequence[OrderAction], acting: Acting, *, owner: CartOwner | None) -> Order:
    """The draft after all actions, one version on; the very same order where nothing changes.

    ``owner`` is the customer that a ``setCustomer`` names, as the database knows it. Raises OrderNotPending, and what
    the actions raise.
    """
    after = order
    for each in actions:
        check_pending(after)
        after = each.apply(after, acting)
    known: dict[str, Any] = {}
    if owner is not None and after.customer_id == owner.customer_id:
        known = {"customer_email": owner.email, "customer_group": owner.customer_group}
    after = replace(after, **known)
    if not touched_by(order, after):
        return order
    return replace(stamped(after, acting), version=order.version + 1)
