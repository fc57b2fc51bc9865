"""What clients send to make a customer, and the customer that it makes."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict

from handcart.domain.acting import Acting
from handcart.domain.address import Address, AddressDraft
from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.customer import (
    AuthenticationMode,
    Customer,
    PersonFields,
    check_customer_number,
    check_email,
    check_password,
    check_texts,
)
from handcart.domain.customers.addresses import check_distinct_keys, new_address
from handcart.domain.customers.memberships import (
    CustomerGroupAssignmentDraft,
    assignments_of,
    group_of,
    store_references,
)
from handcart.domain.document import Draft
from handcart.domain.errors import InvalidField, InvalidInput, RequiredField
from handcart.domain.references import KeyReference, ResourceIdentifier
from handcart.domain.updates.attributes import check_key, check_locale


class SignUpFields(PersonFields, Draft, kw_only=True):
    """What a backend and a shopper may both say of a new customer. Addresses are named by their place in the list."""

    email: str
    addresses: tuple[AddressDraft, ...] | None = None
    default_shipping_address: int | None = None
    default_billing_address: int | None = None
    custom: CustomFieldsDraft | None = None
    stores: tuple[ResourceIdentifier, ...] | None = None
    anonymous_cart_sign_in_mode: Any = None
    """Without meaning at a sign-up, where there is nothing to merge with: accepted and ignored."""


class CustomerDraft(SignUpFields):
    """A new customer as a backend sends it."""

    password: str | None = None
    key: str | None = None
    customer_number: str | None = None
    external_id: str | None = None
    anonymous_cart_id: str | None = None
    anonymous_cart: ResourceIdentifier | None = None
    anonymous_id: str | None = None
    shipping_addresses: tuple[int, ...] | None = None
    billing_addresses: tuple[int, ...] | None = None
    is_email_verified: bool | None = None
    customer_group: ResourceIdentifier | None = None
    customer_group_assignments: tuple[CustomerGroupAssignmentDraft, ...] | None = None
    authentication_mode: AuthenticationMode | None = None


class MyCustomerDraft(SignUpFields, kw_only=True):
    """A new customer as the shopper sends it."""

    password: str

    def as_customer_draft(self) -> CustomerDraft:
        """The same, where a backend's draft is expected."""
        return CustomerDraft(**asdict(self))


def new_password_in(draft: CustomerDraft, *, is_optional: bool = False) -> str | None:
    """The password to hash for the new customer; None for one that signs in elsewhere, or is to set one itself.

    Raises RequiredField, and InvalidInput for a password that would not be used.
    """
    if (draft.authentication_mode or "Password") == "Password":
        if draft.password is None and not is_optional:
            raise RequiredField(field="password")
        if draft.password is not None:
            check_password(draft.password)
    elif draft.password is not None:
        raise InvalidInput(detail="A customer with the authenticationMode ExternalAuth has no password.")
    return draft.password


def customer_from(draft: CustomerDraft, acting: Acting, *, customer_id: str, store: str | None = None) -> Customer:
    """The customer that the draft describes; its password is the business of ``new_password_in``.

    ``store`` is that of an in-store path, which new customers belong to if they name none (B-C12). Raises InvalidField,
    RequiredField, ReferencedResourceNotFound.
    """
    check_texts(draft)
    check_email(draft.email)
    check_key(draft.key)
    check_customer_number(draft.customer_number)
    check_locale(draft.locale, acting)
    catalogue = acting.catalogue
    addresses = tuple(
        new_address(each, acting, field=f"addresses[{place}]") for place, each in enumerate(draft.addresses or ())
    )
    check_distinct_keys(addresses)
    shipping, default_shipping = _role_of(
        addresses, role="shipping", places=draft.shipping_addresses, default=draft.default_shipping_address
    )
    billing, default_billing = _role_of(
        addresses, role="billing", places=draft.billing_addresses, default=draft.default_billing_address
    )
    person = {name: getattr(draft, name) for name in PersonFields.__struct_fields__}
    return Customer(
        **person,
        id=customer_id,
        version=1,
        created_at=acting.now,
        last_modified_at=acting.now,
        created_by=acting.actor,
        last_modified_by=acting.actor,
        email=draft.email,
        key=draft.key,
        customer_number=draft.customer_number,
        external_id=draft.external_id,
        addresses=addresses,
        shipping_address_ids=shipping,
        billing_address_ids=billing,
        default_shipping_address_id=default_shipping,
        default_billing_address_id=default_billing,
        is_email_verified=bool(draft.is_email_verified),
        customer_group=group_of(draft.customer_group, catalogue),
        customer_group_assignments=assignments_of(draft.customer_group_assignments or (), catalogue),
        custom=catalogue.types.custom_of(draft.custom, kind="customer"),
        stores=_stores(draft, acting, store),
        authentication_mode=draft.authentication_mode or "Password",
    )


def _role_of(
    addresses: Sequence[Address], *, role: str, places: Sequence[int] | None, default: int | None
) -> tuple[tuple[str, ...], str | None]:
    """The ids of the addresses with a role, and that of the default one, which always has the role."""
    ids: dict[str, None] = {}
    for place in places or ():
        ids[_address_at(addresses, place, field=f"{role}Addresses")] = None
    if default is None:
        return tuple(ids), None
    default_id = _address_at(addresses, default, field=f"default{role.capitalize()}Address")
    return tuple(ids | {default_id: None}), default_id


def _address_at(addresses: Sequence[Address], place: int, *, field: str) -> str:
    if not 0 <= place < len(addresses):
        raise InvalidField(field=field, invalid_value=place)
    address_id = addresses[place].id
    assert address_id is not None
    return address_id


def _stores(draft: CustomerDraft, acting: Acting, store: str | None) -> tuple[KeyReference, ...]:
    stores = store_references(draft.stores or (), acting.catalogue)
    if store is None:
        return stores
    if stores and all(each.key != store for each in stores):
        raise InvalidField(field="stores", invalid_value=[each.key for each in stores], allowed_values=[store])
    return stores or (KeyReference(type_id="store", key=store),)
