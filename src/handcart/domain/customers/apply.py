"""Applying update actions to a customer: in order, all or nothing."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.customer import Customer
from handcart.domain.customers import addresses, attributes, memberships
from handcart.domain.customers.action import CustomerAction
from handcart.domain.document import Draft
from handcart.domain.errors import InvalidField

MyCustomerAction: TypeAlias = (
    addresses.AddAddress
    | addresses.ChangeAddress
    | addresses.RemoveAddress
    | addresses.AddShippingAddressId
    | addresses.AddBillingAddressId
    | addresses.RemoveShippingAddressId
    | addresses.RemoveBillingAddressId
    | addresses.SetDefaultShippingAddress
    | addresses.SetDefaultBillingAddress
    | attributes.ChangeEmail
    | attributes.SetFirstName
    | attributes.SetLastName
    | attributes.SetMiddleName
    | attributes.SetTitle
    | attributes.SetSalutation
    | attributes.SetDateOfBirth
    | attributes.SetCompanyName
    | attributes.SetVatId
    | attributes.SetLocale
    | attributes.SetCustomType
    | attributes.SetCustomField
)

AnyCustomerAction: TypeAlias = (
    MyCustomerAction
    | addresses.SetAddressCustomType
    | addresses.SetAddressCustomField
    | attributes.SetKey
    | attributes.SetCustomerNumber
    | attributes.SetExternalId
    | attributes.SetAuthenticationMode
    | memberships.SetCustomerGroup
    | memberships.SetCustomerGroupAssignments
    | memberships.AddCustomerGroupAssignment
    | memberships.RemoveCustomerGroupAssignment
    | memberships.SetStores
    | memberships.AddStore
    | memberships.RemoveStore
)


class CustomerUpdate(Draft):
    """A request to change a customer at a version."""

    version: int
    actions: tuple[AnyCustomerAction, ...]


def check_mine(update: CustomerUpdate) -> None:
    """Refuse the actions that are not a shopper's to do through ``me``."""
    for index, action in enumerate(update.actions):
        if not isinstance(action, MyCustomerAction):
            raise InvalidField(field=f"actions[{index}].action", invalid_value=action.__struct_config__.tag)


def sets_authentication(actions: Sequence[CustomerAction]) -> bool:
    """Whether one of the actions says how the customer signs in."""
    return any(isinstance(each, attributes.SetAuthenticationMode) for each in actions)


def new_password_among(actions: Sequence[CustomerAction]) -> str | None:
    """The password that the actions set in the end, to be hashed before anything is locked."""
    passwords = [each.password for each in actions if isinstance(each, attributes.SetAuthenticationMode)]
    return passwords[-1] if passwords else None


def apply_customer_actions(customer: Customer, actions: Sequence[CustomerAction], acting: Acting) -> Customer:
    """The customer after all actions; its version rises by one for each that changed something.

    A request that changes nothing answers the very same customer.
    """
    changed, version = customer, customer.version
    for action in actions:
        after = action.apply(changed, acting)
        if after is not changed:
            version += 1
            changed = after
    if changed is customer:
        return customer
    return replace(changed, version=version, last_modified_at=acting.now, last_modified_by=acting.actor)


def without_passwords(actions: Sequence[AnyCustomerAction]) -> tuple[AnyCustomerAction, ...]:
    """The actions as they may be shown and remembered."""
    return tuple(
        replace(each, password=None) if isinstance(each, attributes.SetAuthenticationMode) else each for each in actions
    )
