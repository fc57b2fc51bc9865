"""Postal addresses as the wire has them."""

import msgspec

from handcart.domain.custom_fields import CustomFields, CustomFieldsDraft
from handcart.domain.document import Document, Draft, KeywordOnly


class AddressFields(msgspec.Struct, metaclass=KeywordOnly, frozen=True, omit_defaults=True, rename="camel"):
    """What an address says, whether a client sends it or Handcart answers it."""

    country: str
    id: str | None = None
    key: str | None = None
    title: str | None = None
    salutation: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    street_name: str | None = None
    street_number: str | None = None
    additional_street_info: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    state: str | None = None
    company: str | None = None
    department: str | None = None
    building: str | None = None
    apartment: str | None = None
    p_o_box: str | None = msgspec.field(name="pOBox", default=None)
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    fax: str | None = None
    additional_address_info: str | None = None
    external_id: str | None = None


class Address(AddressFields, Document):
    """An address in a stored document."""

    custom: CustomFields | None = None


class AddressDraft(AddressFields, Draft):
    """An address as a client sends it."""

    custom: CustomFieldsDraft | None = None
