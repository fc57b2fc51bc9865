"""The contacts for picking up, as checkout shows them (S2-19): the customer's, and who else may come."""

from msgspec.structs import replace

from handcart.domain.access import Access
from handcart.domain.cart import Cart
from handcart.domain.contact import has_pickup, primary_contact
from handcart.domain.document import encode
from handcart.domain.order import Order
from handcart.store.customers import load_customer
from handcart.store.database import Querying


async def with_contacts(querying: Querying, access: Access, shown: Cart | Order, document: bytes) -> bytes:
    """The document with ``primaryContact``, and with ``alternateContact`` null where there may be one and is none.

    Where nothing is picked up it is the very same.
    """
    if not has_pickup(shown.line_items, access.catalogue):
        return document
    contact = primary_contact(shown.billing_address, shown.shipping_address, email=shown.customer_email)
    if shown.customer_id is not None:
        stored = await load_customer(querying, access.caller.project, shown.customer_id)
        if stored is not None:
            who = stored.customer
            contact = replace(contact, first_name=who.first_name, last_name=who.last_name, email=who.email)
    alternate = b',"alternateContact":null' if shown.alternate_contact is None else b""
    return document[:-1] + b',"primaryContact":' + encode(contact) + alternate + b"}"
