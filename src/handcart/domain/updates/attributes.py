"""The cart's own attributes: owner, e-mail, locale, country, key, custom fields, shipping method, retention."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.errors import InvalidField, OwnedCart, ReferencedResourceNotFound, ShippingAddressMissing
from handcart.domain.ids import is_uuid
from handcart.domain.references import ResourceIdentifier, check_identifier, resolve
from handcart.domain.shipping import ShippingMethod
from handcart.domain.shipping_price import shipping_of
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.addresses import check_store_country

KEY_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def check_key(key: str | None, *, field: str = "key") -> None:
    """Refuse a key that is not 2 to 256 of ``A-Za-z0-9_-``."""
    if key is not None and (not 2 <= len(key) <= 256 or not KEY_ALPHABET.issuperset(key)):
        raise InvalidField(field=field, invalid_value=key)


def check_delete_days(days: int | None) -> None:
    """Refuse a retention outside 1 to 365,250 days (B-C14)."""
    if days is not None and not 1 <= days <= 365_250:
        raise InvalidField(field="deleteDaysAfterLastModification", invalid_value=days)


def method_of(identifier: ResourceIdentifier, acting: Acting) -> ShippingMethod:
    """The shipping method that the identifier names."""
    methods = acting.catalogue.shipping_methods
    return resolve(identifier, type_id="shipping-method", field="shippingMethod", by_id=methods, by_key=methods.by_key)


class SetCustomerId(CartAction, tag="setCustomerId"):
    """Make a customer the cart's owner, or nobody (S1-5). It never merges (S1-8).

    Whether the customer exists, and which group it is in, is looked up by the action that writes the cart.
    """

    is_mine = False

    customer_id: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The anonymous session loses the cart, and so does an offline order: that stays whose it is."""
        if self.customer_id == cart.customer_id:
            return cart
        if self.customer_id is not None and not is_uuid(self.customer_id):
            raise ReferencedResourceNotFound(type_id="customer", id=self.customer_id)
        return replace(
            cart, customer_id=self.customer_id, anonymous_id=None, customer_group=None, offline_order_id=None
        )


class SetAnonymousId(CartAction, tag="setAnonymousId"):
    """Give an ownerless cart to an anonymous session."""

    is_mine = False

    anonymous_id: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises OwnedCart for a cart that a customer owns (B-C14)."""
        if cart.customer_id is not None:
            raise OwnedCart()
        if self.anonymous_id == cart.anonymous_id:
            return cart
        return replace(cart, anonymous_id=self.anonymous_id, offline_order_id=None)


class SetCustomerEmail(CartAction, tag="setCustomerEmail"):
    """Set or remove the e-mail address; it gives nobody any right to the cart."""

    needs_base = False

    email: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The same address changes nothing."""
        return cart if self.email == cart.customer_email else replace(cart, customer_email=self.email)


class SetCustomerGroup(CartAction, tag="setCustomerGroup"):
    """Price the cart for a customer group; only for carts without a customer."""

    is_mine = False

    customer_group: ResourceIdentifier | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises OwnedCart for a cart that a customer owns: its group is the customer's."""
        if cart.customer_id is not None:
            raise OwnedCart()
        reference = acting.catalogue.customer_group_of(self.customer_group) if self.customer_group else None
        return cart if reference == cart.customer_group else replace(cart, customer_group=reference)


class SetLocale(CartAction, tag="setLocale"):
    """Set or remove the language of the cart."""

    locale: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for what is no language tag, or none of the acting site's."""
        check_locale(self.locale, acting)
        return cart if self.locale == cart.locale else replace(cart, locale=self.locale)


def check_locale(locale: str | None, acting: Acting) -> None:
    """Refuse a malformed language tag, and one that neither the acting site nor the project speaks."""
    if locale is None:
        return
    known = (acting.site.languages if acting.site else ()) or acting.catalogue.settings.languages
    if not locale.replace("-", "").isalnum() or not locale.isascii() or (known and locale not in known):
        raise InvalidField(field="locale", invalid_value=locale, allowed_values=list(known) or None)


class SetCountry(CartAction, tag="setCountry"):
    """Set or remove the country that prices are selected for."""

    country: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises CountryNotConfiguredInStore."""
        check_country(self.country)
        check_store_country(self.country, acting.site)
        return cart if self.country == cart.country else replace(cart, country=self.country)


def check_country(country: str | None) -> None:
    """Refuse what does not have the form of an ISO 3166-1 alpha-2 code."""
    if country is not None and not (
        len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
    ):
        raise InvalidField(field="country", invalid_value=country)


class SetShippingMethod(CartAction, tag="setShippingMethod"):
    """Ship by a method that has a rate for the address, or by none."""

    NOT_YET = ("external_tax_rate", "estimated_delivery")
    touches_hard_frozen = True

    shipping_method: ResourceIdentifier | None = None
    external_tax_rate: Any = None
    estimated_delivery: Any = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises ShippingAddressMissing; InvalidField for a method without a rate here."""
        if self.shipping_method is None:
            return cart if cart.shipping_info is None else replace(cart, shipping_info=None)
        check_identifier(self.shipping_method, type_id="shipping-method", field="shippingMethod")
        if cart.shipping_address is None:
            raise ShippingAddressMissing()
        method = method_of(self.shipping_method, acting)
        currency = acting.site.currency if acting.site and acting.site.currency else cart.currency
        subtotal = sum(each.total_price.cent_amount for each in cart.line_items if each.pricing_error is None)
        shipping = shipping_of(method, cart, catalogue=acting.catalogue, currency=currency, subtotal=subtotal)
        if shipping is None:
            raise InvalidField(field="shippingMethod", invalid_value=method.key or method.id)
        before = cart.shipping_info
        if before is not None and before.shipping_method == shipping.shipping_method:
            return cart
        return replace(cart, shipping_info=shipping)


class SetCustomType(CartAction, tag="setCustomType"):
    """Give the cart custom fields of a type, or take them away."""

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for a field that the type does not have."""
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        custom = acting.catalogue.types.custom_of(draft, kind="order")
        return cart if custom == cart.custom else replace(cart, custom=custom)


class SetCustomField(CartAction, tag="setCustomField"):
    """Set one custom field of the cart, or remove it."""

    name: str
    value: Any = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for a field that the cart's type does not have."""
        custom = acting.catalogue.types.custom_with(cart.custom, name=self.name, value=self.value)
        return cart if custom == cart.custom else replace(cart, custom=custom)


class SetKey(CartAction, tag="setKey"):
    """Set or remove the cart's key, unique in the project."""

    is_mine = False

    key: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for a malformed key; a duplicate is found by the database."""
        check_key(self.key)
        return cart if self.key == cart.key else replace(cart, key=self.key)


class SetDeleteDaysAfterLastModification(CartAction, tag="setDeleteDaysAfterLastModification"):
    """Say how many days after its last change the cart is deleted."""

    delete_days_after_last_modification: int | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Left out, the project's default holds again."""
        days = self.delete_days_after_last_modification
        check_delete_days(days)
        days = days or acting.catalogue.settings.delete_days_after_last_modification
        if days == cart.delete_days_after_last_modification:
            return cart
        return replace(cart, delete_days_after_last_modification=days)


class SetPurchaseOrderNumber(CartAction, tag="setPurchaseOrderNumber"):
    """Set or remove the customer's own number for the purchase."""

    is_mine = False

    purchase_order_number: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The same number changes nothing."""
        if self.purchase_order_number == cart.purchase_order_number:
            return cart
        return replace(cart, purchase_order_number=self.purchase_order_number)
