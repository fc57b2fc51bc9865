"""Addresses of a cart: shipping, billing, and those that parts of lines go to."""

from typing import Any

from msgspec.structs import asdict, replace

from handcart.domain.acting import Acting
from handcart.domain.address import Address, AddressDraft
from handcart.domain.cart import Cart
from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.errors import (
    CountryNotConfiguredInStore,
    DuplicateField,
    InvalidField,
    InvalidInput,
    RequiredField,
)
from handcart.domain.references import ResourceIdentifier
from handcart.domain.site import Site
from handcart.domain.updates.action import CartAction


def address_of(draft: AddressDraft | None, acting: Acting, *, field: str) -> Address | None:
    """The checked address: a two-letter country, custom fields of a type for addresses."""
    if draft is None:
        return None
    country = draft.country
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise InvalidField(field=f"{field}.country", invalid_value=country)
    custom = acting.catalogue.types.custom_of(draft.custom, kind="address", field=f"{field}.custom")
    return Address(**{**asdict(draft), "custom": custom})


def check_store_country(country: str | None, site: Site | None) -> None:
    """Refuse a country that the site does not serve, where it says which ones it does."""
    if country is None or site is None or not site.countries:
        return
    codes = [each.code for each in site.countries]
    if country not in codes:
        raise CountryNotConfiguredInStore(store_countries=codes, country=country)


class SetShippingAddress(CartAction, tag="setShippingAddress"):
    """Set the shipping address, or remove it and with it the shipping method."""

    needs_base = False

    address: AddressDraft | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises CountryNotConfiguredInStore."""
        address = address_of(self.address, acting, field="address")
        check_store_country(address.country if address else None, acting.site)
        if address == cart.shipping_address:
            return cart
        return replace(cart, shipping_address=address, shipping_info=cart.shipping_info if address else None)


class SetBillingAddress(CartAction, tag="setBillingAddress"):
    """Set or remove the billing address."""

    needs_base = False

    address: AddressDraft | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The same address changes nothing."""
        address = address_of(self.address, acting, field="address")
        return cart if address == cart.billing_address else replace(cart, billing_address=address)


def keyed_address(address: Address | None) -> Address:
    """An item shipping address, which needs a key. Raises RequiredField."""
    assert address is not None
    if address.key is None:
        raise RequiredField(field="address.key")
    return address


class AddItemShippingAddress(CartAction, tag="addItemShippingAddress"):
    """Add an address that parts of lines can go to; it needs a key of its own."""

    commutes = True

    address: AddressDraft

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises DuplicateField for a key that is there already."""
        address = keyed_address(address_of(self.address, acting, field="address"))
        if any(each.key == address.key for each in cart.item_shipping_addresses):
            raise DuplicateField(field="address.key", duplicate_value=address.key)
        return replace(cart, item_shipping_addresses=(*cart.item_shipping_addresses, address))


class UpdateItemShippingAddress(CartAction, tag="updateItemShippingAddress"):
    """Replace the item shipping address that has the same key."""

    address: AddressDraft

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput where no address has that key."""
        address = keyed_address(address_of(self.address, acting, field="address"))
        return _with_item_address(cart, address.key or "", address)


class RemoveItemShippingAddress(CartAction, tag="removeItemShippingAddress"):
    """Remove an item shipping address; one that a line still goes to stays."""

    address_key: str

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput for an address that is in use or not there."""
        for line in cart.line_items:
            if line.shipping_details and any(x.address_key == self.address_key for x in line.shipping_details.targets):
                raise InvalidInput(detail=f"The address '{self.address_key}' is used by line item '{line.id}'.")
        return _with_item_address(cart, self.address_key, None)


def _with_item_address(cart: Cart, key: str, changed: Address | None) -> Cart:
    if all(each.key != key for each in cart.item_shipping_addresses):
        raise InvalidInput(detail=f"The cart has no item shipping address with the key '{key}'.")
    kept = [changed if each.key == key else each for each in cart.item_shipping_addresses]
    addresses = tuple(each for each in kept if each is not None)
    return cart if addresses == cart.item_shipping_addresses else replace(cart, item_shipping_addresses=addresses)


def _custom(kind: ResourceIdentifier | None, fields: FieldContainer | None, acting: Acting) -> Any:
    draft = CustomFieldsDraft(type=kind, fields=fields) if kind is not None else None
    return acting.catalogue.types.custom_of(draft, kind="address")


class SetShippingAddressCustomType(CartAction, tag="setShippingAddressCustomType"):
    """Give the shipping address custom fields, or take them away."""

    is_mine = False

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput where there is no shipping address."""
        address = _present(cart.shipping_address, "shipping")
        custom = _custom(self.type, self.fields, acting)
        return cart if custom == address.custom else replace(cart, shipping_address=replace(address, custom=custom))


class SetShippingAddressCustomField(CartAction, tag="setShippingAddressCustomField"):
    """Set one custom field of the shipping address."""

    is_mine = False

    name: str
    value: Any = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput where there is no shipping address."""
        address = _present(cart.shipping_address, "shipping")
        custom = acting.catalogue.types.custom_with(address.custom, name=self.name, value=self.value)
        return cart if custom == address.custom else replace(cart, shipping_address=replace(address, custom=custom))


class SetBillingAddressCustomType(CartAction, tag="setBillingAddressCustomType"):
    """Give the billing address custom fields, or take them away."""

    is_mine = False

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput where there is no billing address."""
        address = _present(cart.billing_address, "billing")
        custom = _custom(self.type, self.fields, acting)
        return cart if custom == address.custom else replace(cart, billing_address=replace(address, custom=custom))


class SetBillingAddressCustomField(CartAction, tag="setBillingAddressCustomField"):
    """Set one custom field of the billing address."""

    is_mine = False

    name: str
    value: Any = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput where there is no billing address."""
        address = _present(cart.billing_address, "billing")
        custom = acting.catalogue.types.custom_with(address.custom, name=self.name, value=self.value)
        return cart if custom == address.custom else replace(cart, billing_address=replace(address, custom=custom))


def _present(address: Address | None, which: str) -> Address:
    if address is None:
        raise InvalidInput(detail=f"The cart has no {which} address.")
    return address
