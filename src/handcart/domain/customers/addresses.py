"""A customer's addresses: each has an id of Handcart's, and may serve for shipping, for billing, or as default."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.address import Address, AddressDraft
from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.customer import Customer, check_texts
from handcart.domain.customers.action import CustomerAction
from handcart.domain.errors import DuplicateField, InvalidInput, RequiredField
from handcart.domain.references import ResourceIdentifier
from handcart.domain.updates.addresses import address_of
from handcart.domain.updates.attributes import check_key


def new_address(draft: AddressDraft, acting: Acting, *, field: str) -> Address:
    """The checked address with an id of its own; one that the client sent is replaced."""
    return _checked(draft, acting, field=field, address_id=acting.new_id())


def _checked(draft: AddressDraft, acting: Acting, *, field: str, address_id: str) -> Address:
    check_texts(draft)
    check_key(draft.key, field=f"{field}.key")
    address = address_of(draft, acting, field=field)
    assert address is not None
    return replace(address, id=address_id)


def check_distinct_keys(addresses: Sequence[Address]) -> None:
    """Refuse two addresses of one customer with the same key."""
    seen: set[str] = set()
    for key in filter(None, (each.key for each in addresses)):
        if key in seen:
            raise DuplicateField(field="address.key", duplicate_value=key)
        seen.add(key)


class AddAddress(CustomerAction, tag="addAddress"):
    """Add an address after the others."""

    address: AddressDraft

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises DuplicateField for a key that another address has."""
        addresses = (*customer.addresses, new_address(self.address, acting, field="address"))
        check_distinct_keys(addresses)
        return replace(customer, addresses=addresses)


class NamedAddress(CustomerAction):
    """An action on one of the addresses, named by its id or else by its key."""

    address_id: str | None = None
    address_key: str | None = None

    def named(self, customer: Customer) -> tuple[Address, str]:
        """The address and its id. Raises RequiredField, and InvalidInput where there is no such address."""
        if self.address_id is None and self.address_key is None:
            raise RequiredField(field="addressId")
        for each in customer.addresses:
            wanted = each.key == self.address_key if self.address_id is None else each.id == self.address_id
            if wanted and each.id is not None:
                return each, each.id
        raise InvalidInput(detail=f"The customer has no address '{self.address_id or self.address_key}'.")


class ChangeAddress(NamedAddress, tag="changeAddress", kw_only=True):
    """Replace an address; its id and what it serves for stay."""

    address: AddressDraft

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises DuplicateField for a key that another address has."""
        before, address_id = self.named(customer)
        after = _checked(self.address, acting, field="address", address_id=address_id)
        return _with_address(customer, before, after)


class RemoveAddress(NamedAddress, tag="removeAddress"):
    """Remove an address, and with it all that it served for."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidInput where there is no such address."""
        removed, address_id = self.named(customer)
        for role in ("shipping", "billing"):
            customer = _without_role(customer, role, address_id)
        return replace(customer, addresses=tuple(each for each in customer.addresses if each is not removed))


class AddShippingAddressId(NamedAddress, tag="addShippingAddressId"):
    """Let an address serve for shipping."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """One that does already changes nothing."""
        return _with_role(customer, "shipping", self.named(customer)[1])


class AddBillingAddressId(NamedAddress, tag="addBillingAddressId"):
    """Let an address serve for billing."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """One that does already changes nothing."""
        return _with_role(customer, "billing", self.named(customer)[1])


class RemoveShippingAddressId(NamedAddress, tag="removeShippingAddressId"):
    """Let an address no longer serve for shipping, nor be the default for it."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """One that does not changes nothing."""
        return _without_role(customer, "shipping", self.named(customer)[1])


class RemoveBillingAddressId(NamedAddress, tag="removeBillingAddressId"):
    """Let an address no longer serve for billing, nor be the default for it."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """One that does not changes nothing."""
        return _without_role(customer, "billing", self.named(customer)[1])


class SetDefaultShippingAddress(NamedAddress, tag="setDefaultShippingAddress"):
    """Make an address the default for shipping, which it then serves for; or, naming none, have no default."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidInput where there is no such address."""
        return _with_default(customer, "shipping", self)


class SetDefaultBillingAddress(NamedAddress, tag="setDefaultBillingAddress"):
    """Make an address the default for billing, which it then serves for; or, naming none, have no default."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidInput where there is no such address."""
        return _with_default(customer, "billing", self)


class SetAddressCustomType(CustomerAction, tag="setAddressCustomType"):
    """Give an address custom fields, or take them away."""

    address_id: str
    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidInput where there is no such address."""
        address, _ = NamedAddress(address_id=self.address_id).named(customer)
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        custom = acting.catalogue.types.custom_of(draft, kind="address")
        return _with_address(customer, address, replace(address, custom=custom))


class SetAddressCustomField(CustomerAction, tag="setAddressCustomField"):
    """Set one custom field of an address, or remove it."""

    address_id: str
    name: str
    value: Any = None

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidInput where there is no such address."""
        address, _ = NamedAddress(address_id=self.address_id).named(customer)
        custom = acting.catalogue.types.custom_with(address.custom, name=self.name, value=self.value)
        return _with_address(customer, address, replace(address, custom=custom))


def _with_address(customer: Customer, before: Address, after: Address) -> Customer:
    if after == before:
        return customer
    addresses = tuple(after if each is before else each for each in customer.addresses)
    check_distinct_keys(addresses)
    return replace(customer, addresses=addresses)


def _with_role(customer: Customer, role: str, address_id: str) -> Customer:
    ids = getattr(customer, f"{role}_address_ids")
    return customer if address_id in ids else replace(customer, **{f"{role}_address_ids": (*ids, address_id)})


def _without_role(customer: Customer, role: str, address_id: str) -> Customer:
    ids = getattr(customer, f"{role}_address_ids")
    if address_id not in ids:
        return customer
    default = getattr(customer, f"default_{role}_address_id")
    changes = {
        f"{role}_address_ids": tuple(each for each in ids if each != address_id),
        f"default_{role}_address_id": None if default == address_id else default,
    }
    return replace(customer, **changes)


def _with_default(customer: Customer, role: str, naming: NamedAddress) -> Customer:
    is_none = naming.address_id is None and naming.address_key is None
    address_id = None if is_none else naming.named(customer)[1]
    if address_id is not None:
        customer = _with_role(customer, role, address_id)
    field = f"default_{role}_address_id"
    return customer if getattr(customer, field) == address_id else replace(customer, **{field: address_id})
