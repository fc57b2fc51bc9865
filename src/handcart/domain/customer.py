"""A customer is one document; the hash of its password lies beside it, and never within."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from handcart.domain.address import Address
from handcart.domain.cart import Actor
from handcart.domain.custom_fields import CustomFields
from handcart.domain.document import Document, KeywordOnly, Timestamp, timestamp_of
from handcart.domain.errors import InvalidField, InvalidInput
from handcart.domain.references import KeyReference, Reference

AuthenticationMode = Literal["Password", "ExternalAuth"]

EMAIL_LENGTH_MAX = 254
NUMBER_LENGTH_MAX = 256
PASSWORD_LENGTH_MAX = 1_000
TTL_MINUTES_MAX = 31 * 24 * 60


class PersonFields(msgspec.Struct, metaclass=KeywordOnly, frozen=True, omit_defaults=True, rename="camel"):
    """What is said of a person, whether a client sends it or Handcart answers it."""

    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    title: str | None = None
    salutation: str | None = None
    date_of_birth: date | None = None
    company_name: str | None = None
    vat_id: str | None = None
    locale: str | None = None


class CustomerGroupAssignment(Document):
    """One of the groups that a customer is in."""

    customer_group: Reference


class Customer(PersonFields, Document, kw_only=True):
    """A customer as stored and answered. Without ``stores`` it is at home in every store."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    email: str
    addresses: tuple[Address, ...]
    shipping_address_ids: tuple[str, ...]
    billing_address_ids: tuple[str, ...]
    is_email_verified: bool
    customer_group_assignments: tuple[CustomerGroupAssignment, ...]
    stores: tuple[KeyReference, ...]
    authentication_mode: AuthenticationMode
    key: str | None = None
    customer_number: str | None = None
    external_id: str | None = None
    default_shipping_address_id: str | None = None
    default_billing_address_id: str | None = None
    customer_group: Reference | None = None
    custom: CustomFields | None = None
    created_by: Actor | None = None
    last_modified_by: Actor | None = None

    def belongs_to(self, store: str | None) -> bool:
        """Whether the customer is there for requests in a store; None stands for the whole project (S1-38)."""
        return store is None or not self.stores or any(each.key == store for each in self.stores)


customer_decoder = msgspec.json.Decoder(Customer)


class CustomerToken(Document):
    """What resets a password or confirms an e-mail address; ``value`` is told once and never kept."""

    id: str
    customer_id: str
    value: str
    created_at: Timestamp
    last_modified_at: Timestamp
    expires_at: Timestamp
    invalidate_older_tokens: bool


class CustomerPath(msgspec.Struct, frozen=True, kw_only=True):
    """How a request names a customer: by id or by key; ``store`` is that of an in-store path."""

    id: str | None = None
    key: str | None = None
    store: str | None = None

    @property
    def named(self) -> str:
        """What the client called the customer."""
        return self.id or self.key or ""


def stamped(customer: Customer, *, now: Timestamp, actor: Actor, **changes: Any) -> Customer:
    """The customer after one more change."""
    return replace(customer, version=customer.version + 1, last_modified_at=now, last_modified_by=actor, **changes)


def token_of(
    customer_id: str, *, token_id: str, value: str, now: datetime, ttl_minutes: int, invalidate_older: bool
) -> CustomerToken:
    """A new token for the customer. Raises InvalidField for a life of less than a minute or more than 31 days."""
    if not 1 <= ttl_minutes <= TTL_MINUTES_MAX:
        raise InvalidField(field="ttlMinutes", invalid_value=ttl_minutes)
    created_at = timestamp_of(now)
    return CustomerToken(
        id=token_id,
        customer_id=customer_id,
        value=value,
        created_at=created_at,
        last_modified_at=created_at,
        expires_at=timestamp_of(now + timedelta(minutes=ttl_minutes)),
        invalidate_older_tokens=invalidate_older,
    )


def check_email(email: str, *, field: str = "email") -> None:
    """Refuse what cannot be an e-mail address; whether it reaches anybody is for the confirmation to show."""
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or len(email) > EMAIL_LENGTH_MAX or not email.isprintable() or " " in email:
        raise InvalidField(field=field, invalid_value=email)


def check_texts(sent: msgspec.Struct) -> None:
    """Refuse a text with a NUL in it, which no database column and few other systems take. Passwords are not shown."""
    for name, field in zip(sent.__struct_fields__, sent.__struct_encode_fields__, strict=True):
        value = getattr(sent, name)
        if isinstance(value, str) and "\0" in value and name != "password":
            raise InvalidField(field=field, invalid_value=value)


def check_customer_number(number: str | None) -> None:
    """Refuse a customer number that is empty, too long or not printable."""
    if number is not None and (not 1 <= len(number) <= NUMBER_LENGTH_MAX or not number.isprintable()):
        raise InvalidField(field="customerNumber", invalid_value=number)


def check_password(password: str, *, field: str = "password") -> None:
    """Refuse an empty password, and one so long that hashing it is work for nothing. It is never repeated."""
    if not 1 <= len(password) <= PASSWORD_LENGTH_MAX:
        raise InvalidInput(detail=f"The field {field} has 1 to {PASSWORD_LENGTH_MAX} characters.")
