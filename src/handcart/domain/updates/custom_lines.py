"""Custom line items: what no product stands behind."""

from typing import Any, Literal

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, CustomLineItem, ItemState
from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.document import LocalizedString, PartialDraft
from handcart.domain.errors import DuplicateField, InvalidInput, RequiredField
from handcart.domain.line import (
    INITIAL_STATE,
    ItemShippingDetailsDraft,
    check_quantity,
    shipping_details_of,
)
from handcart.domain.money import Money, MoneyDraft, money_from, money_of
from handcart.domain.price_selection import circumstances_of
from handcart.domain.references import Reference, ResourceIdentifier, resolve
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.attributes import check_key
from handcart.domain.updates.lines import address_keys_of


class CustomLineFields(PartialDraft):
    """What adding a custom line says, in a draft or in an update action."""

    NOT_YET = ("external_tax_rate", "recurrence_info")

    name: LocalizedString
    money: MoneyDraft
    slug: str
    key: str | None = None
    quantity: int | None = None
    tax_category: ResourceIdentifier | None = None
    shipping_details: ItemShippingDetailsDraft | None = None
    custom: CustomFieldsDraft | None = None
    price_mode: Literal["Standard", "External"] | None = None
    external_tax_rate: Any = None
    recurrence_info: Any = None


def is_same_custom_line(one: CustomLineItem, other: CustomLineItem) -> bool:
    """Whether two custom lines are one: slug, price, tax, price mode and custom fields agree."""
    return (
        one.slug == other.slug
        and one.money == other.money
        and one.price_mode == other.price_mode
        and one.tax_category == other.tax_category
        and one.custom == other.custom
    )


def check_currency(money: Money, cart: Cart, acting: Acting) -> None:
    """Refuse money in another currency than the one that the cart is about to be priced in: the acting site's."""
    currency = circumstances_of(cart, acting.site, acting.now).currency
    if money.currency_code != currency:
        raise InvalidInput(detail=f"The cart's currency is {currency}, not {money.currency_code}.")


def new_custom_line(fields: CustomLineFields, cart: Cart, acting: Acting) -> CustomLineItem:
    """The custom line that a draft asks for, in the acting site's currency."""
    check_key(fields.key)
    quantity = 1 if fields.quantity is None else fields.quantity
    check_quantity(quantity, acting.quantity_max, sku=None, minimum=1)
    money = money_from(fields.money, field="money")
    check_currency(money, cart, acting)
    category = None
    if fields.tax_category is not None:
        index = acting.catalogue.tax_categories
        found = resolve(
            fields.tax_category, type_id="tax-category", field="taxCategory", by_id=index, by_key=index.by_key
        )
        category = Reference(type_id="tax-category", id=found.id)
    return CustomLineItem(
        id=acting.new_id(),
        name=fields.name,
        slug=fields.slug,
        money=money,
        quantity=quantity,
        total_price=money_of(money.cent_amount * quantity, money.currency_code),
        price_mode=fields.price_mode or "Standard",
        state=(ItemState(quantity=quantity, state=INITIAL_STATE),),
        taxed_price_portions=(),
        per_method_tax_rate=(),
        discounted_price_per_quantity=(),
        key=fields.key,
        tax_category=category,
        shipping_details=shipping_details_of(
            fields.shipping_details, quantity=quantity, address_keys=address_keys_of(cart)
        ),
        custom=acting.catalogue.types.custom_of(fields.custom, kind="custom-line-item"),
    )


def with_custom_line_added(cart: Cart, fields: CustomLineFields, acting: Acting) -> Cart:
    """The cart with one more custom line; a slug is there once."""
    if any(each.slug == fields.slug for each in cart.custom_line_items):
        raise DuplicateField(field="slug", duplicate_value=fields.slug)
    return replace(cart, custom_line_items=(*cart.custom_line_items, new_custom_line(fields, cart, acting)))


class AddCustomLineItem(CustomLineFields, CartAction, tag="addCustomLineItem"):
    """Add a custom line."""

    is_mine = False
    touches_frozen = True

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises DuplicateField for a slug that is there already."""
        return with_custom_line_added(cart, self, acting)


class CustomLineAction(CartAction):
    """An action on one custom line, named by id or by key."""

    is_mine = False

    custom_line_item_id: str | None = None
    custom_line_item_key: str | None = None

    def find(self, cart: Cart) -> CustomLineItem:
        """The custom line, or InvalidInput."""
        if self.custom_line_item_id is None and self.custom_line_item_key is None:
            raise RequiredField(field="customLineItemId")
        for each in cart.custom_line_items:
            by_key = self.custom_line_item_id is None and each.key == self.custom_line_item_key
            if each.id == self.custom_line_item_id or by_key:
                return each
        named = self.custom_line_item_id or self.custom_line_item_key
        raise InvalidInput(detail=f"The cart has no custom line item '{named}'.")


def _with(cart: Cart, line: CustomLineItem, changed: CustomLineItem | None) -> Cart:
    kept = [changed if each is line else each for each in cart.custom_line_items]
    lines = tuple(each for each in kept if each is not None)
    return cart if lines == cart.custom_line_items else replace(cart, custom_line_items=lines)


class RemoveCustomLineItem(CustomLineAction, tag="removeCustomLineItem"):
    """Remove a custom line."""

    commutes = True
    touches_frozen = True

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput for a line that is not there."""
        return _with(cart, self.find(cart), None)


class ChangeCustomLineItemQuantity(CustomLineAction, kw_only=True, tag="changeCustomLineItemQuantity"):
    """Set a custom line's quantity; zero removes it."""

    touches_frozen = True

    quantity: int

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises QuantityLimitExceeded."""
        line = self.find(cart)
        check_quantity(self.quantity, acting.quantity_max, sku=None)
        if self.quantity == 0:
            return _with(cart, line, None)
        state = (ItemState(quantity=self.quantity, state=INITIAL_STATE),)
        return _with(cart, line, replace(line, quantity=self.quantity, state=state))


class ChangeCustomLineItemMoney(CustomLineAction, kw_only=True, tag="changeCustomLineItemMoney"):
    """Set a custom line's unit price."""

    touches_frozen = True

    money: MoneyDraft

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput for another currency than the acting site's."""
        line = self.find(cart)
        money = money_from(self.money, field="money")
        check_currency(money, cart, acting)
        return _with(cart, line, replace(line, money=money))


class SetCustomLineItemCustomType(CustomLineAction, tag="setCustomLineItemCustomType"):
    """Give a custom line custom fields of a type, or take them away."""

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for a field that the type does not have."""
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        custom = acting.catalogue.types.custom_of(draft, kind="custom-line-item")
        line = self.find(cart)
        return _with(cart, line, replace(line, custom=custom))


class SetCustomLineItemCustomField(CustomLineAction, kw_only=True, tag="setCustomLineItemCustomField"):
    """Set one custom field of a custom line, or remove it."""

    name: str
    value: Any = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for a field that the line's type does not have."""
        line = self.find(cart)
        custom = acting.catalogue.types.custom_with(line.custom, name=self.name, value=self.value)
        return _with(cart, line, replace(line, custom=custom))
