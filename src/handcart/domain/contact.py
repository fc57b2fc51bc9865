"""The alternate contact: who else may pick an order up. While it is being entered it is a draft, which holds submitting
back until it is saved or removed (S2-21).
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from handcart.domain.address import Address
from handcart.domain.document import Document, Draft
from handcart.domain.errors import AlternateContactNotSaved, InvalidField, NoPickupLine, RequiredField

if TYPE_CHECKING:
    # Carts hold contacts, so that at run time this module comes first.
    from handcart.domain.cart import LineItem
    from handcart.domain.catalogue import Catalogue

CONTACT_TEXT_MAX = 256


class AlternateContact(Document):
    """The second person; ``saved`` once it was saved as it is here."""

    saved: bool
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None


class PrimaryContact(Document):
    """The first person: the customer, or whoever the addresses name."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None


class ContactFields(Draft):
    """What is said of an alternate contact; what is left out stays as it is."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None


def has_pickup(lines: "tuple[LineItem, ...]", catalogue: "Catalogue") -> bool:
    """Whether one of the lines is picked up: it is supplied by a channel that is a shop's counter."""
    channels = catalogue.channels
    return any(
        each.supply_channel is not None and (found := channels.get(each.supply_channel.id)) is not None and found.pickup
        for each in lines
    )


def entered_contact(
    contact: AlternateContact | None, fields: ContactFields, *, is_pickup: bool
) -> AlternateContact | None:
    """The contact with what was entered: a draft again, unless that changes nothing (S2-22).

    Raises NoPickupLine where nothing is picked up (S2-19), InvalidField.
    """
    if not is_pickup:
        raise NoPickupLine()
    said = {name: getattr(fields, name) for name in ContactFields.__struct_fields__}
    given = {name: _checked(name, text) for name, text in said.items() if text is not None}
    before = contact if contact is not None else AlternateContact(saved=False)
    after = replace(before, **given)
    return contact if after == contact else replace(after, saved=False)


def saved_contact(contact: AlternateContact | None) -> AlternateContact:
    """The contact, saved. Raises RequiredField without first name, last name or e-mail address (S2-20)."""
    for name, wire in (("first_name", "firstName"), ("last_name", "lastName"), ("email", "email")):
        if contact is None or not (getattr(contact, name) or "").strip():
            raise RequiredField(field=wire)
    assert contact is not None
    return contact if contact.saved else replace(contact, saved=True)


def contact_to_order(
    contact: AlternateContact | None, lines: "tuple[LineItem, ...]", catalogue: "Catalogue"
) -> AlternateContact | None:
    """The contact that an order has: none where nothing is picked up. Raises AlternateContactNotSaved (S2-21)."""
    if contact is None or not has_pickup(lines, catalogue):
        return None
    if not contact.saved:
        raise AlternateContactNotSaved()
    return contact


def primary_contact(*addresses: Address | None, email: str | None) -> PrimaryContact:
    """The contact that the first of these addresses names, with the owner's e-mail address."""
    for each in addresses:
        if each is not None and (each.first_name or each.last_name):
            return PrimaryContact(
                first_name=each.first_name,
                last_name=each.last_name,
                email=each.email or email,
                phone=each.phone or each.mobile,
            )
    return PrimaryContact(email=email)


def _checked(name: str, text: str) -> str:
    field = {"first_name": "firstName", "last_name": "lastName"}.get(name, name)
    if len(text) > CONTACT_TEXT_MAX or not text.isprintable() or (name == "email" and not _is_email(text)):
        raise InvalidField(field=field, invalid_value=text)
    return text


def _is_email(text: str) -> bool:
    """As for customers: something on both sides of one @. An emptied field is for saving to complain about."""
    local, at, domain = text.partition("@")
    return not text or (bool(local and at and domain) and "@" not in domain and " " not in text)
