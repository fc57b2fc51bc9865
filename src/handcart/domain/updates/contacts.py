"""The alternate contact of a cart with something to pick up: entered, saved, removed (S2-19 … S2-23)."""

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.contact import ContactFields, entered_contact, has_pickup, saved_contact
from handcart.domain.updates.action import CartAction


class _EnteredContact(CartAction):
    """What the actions that enter a contact say."""

    needs_base = False

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None

    def fields(self) -> ContactFields:
        """What was entered."""
        return ContactFields(first_name=self.first_name, last_name=self.last_name, email=self.email, phone=self.phone)


class SetAlternateContact(_EnteredContact, tag="setAlternateContact"):
    """Enter a part of the alternate contact, or all of it; it is a draft until it is saved."""

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises NoPickupLine, InvalidField."""
        is_pickup = has_pickup(cart.line_items, acting.catalogue)
        after = entered_contact(cart.alternate_contact, self.fields(), is_pickup=is_pickup)
        return cart if after is cart.alternate_contact else replace(cart, alternate_contact=after)


class SaveAlternateContact(_EnteredContact, tag="saveAlternateContact"):
    """Save the alternate contact, with what is entered by the same action."""

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises NoPickupLine, InvalidField, RequiredField."""
        is_pickup = has_pickup(cart.line_items, acting.catalogue)
        after = saved_contact(entered_contact(cart.alternate_contact, self.fields(), is_pickup=is_pickup))
        return cart if after == cart.alternate_contact else replace(cart, alternate_contact=after)


class RemoveAlternateContact(CartAction, tag="removeAlternateContact"):
    """Have no alternate contact."""

    needs_base = False

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Where there is none nothing changes."""
        return cart if cart.alternate_contact is None else replace(cart, alternate_contact=None)
