"""Line items: adding, quantities, removal, order, channels, custom fields, external prices, shipping details."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, ItemShippingTarget, LineItem
from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.errors import InvalidField, InvalidInput, RequiredField
from handcart.domain.line import (
    ExternalTotalDraft,
    ItemShippingDetailsDraft,
    ItemShippingTargetDraft,
    LineFields,
    add_line,
    check_quantity,
    external_money,
    new_line,
    shipping_details_of,
    with_quantity,
)
from handcart.domain.money import MoneyDraft
from handcart.domain.price_selection import circumstances_of
from handcart.domain.references import ResourceIdentifier
from handcart.domain.updates.action import CartAction


def address_keys_of(cart: Cart) -> frozenset[str]:
    """The keys of the cart's item shipping addresses."""
    return frozenset(each.key for each in cart.item_shipping_addresses if each.key is not None)


def with_line_added(cart: Cart, fields: LineFields, acting: Acting) -> Cart:
    """The cart with one more line; the acting site becomes the cart's, and its first one stays on record (S4-19…21)."""
    line = new_line(
        fields,
        acting=acting,
        wanted=circumstances_of(cart, acting.site, acting.now),
        address_keys=address_keys_of(cart),
    )
    return replace(
        cart,
        line_items=add_line(cart.line_items, line, quantity_max=acting.quantity_max, now=acting.now),
        site_id=acting.site_key,
        create_site_id=cart.create_site_id or acting.site_key,
        item_added_at=acting.now,
    )


def with_line(cart: Cart, line: LineItem, changed: LineItem | None) -> Cart:
    """The cart with one line replaced, or removed where ``changed`` is None."""
    if changed is line:
        return cart
    lines = cart.line_items
    index = next(at for at, each in enumerate(lines) if each.id == line.id)
    middle = () if changed is None else (changed,)
    return replace(cart, line_items=(*lines[:index], *middle, *lines[index + 1 :]))


class AddLineItem(LineFields, CartAction, tag="addLineItem"):
    """Add units of a variant; to the same line where there is one (S3-1, S4-25)."""

    commutes = True
    touches_frozen = True

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput for an unknown variant, MatchingPriceNotFound, QuantityLimitExceeded."""
        return with_line_added(cart, self, acting)


class LineAction(CartAction):
    """An action on one line, named by id or by key."""

    line_item_id: str | None = None
    line_item_key: str | None = None

    def find(self, cart: Cart) -> LineItem:
        """The line, or InvalidInput."""
        if self.line_item_id is None and self.line_item_key is None:
            raise RequiredField(field="lineItemId")
        for each in cart.line_items:
            if each.id == self.line_item_id or (self.line_item_id is None and each.key == self.line_item_key):
                return each
        raise InvalidInput(detail=f"The cart has no line item '{self.line_item_id or self.line_item_key}'.")


def with_external_price(
    cart: Cart,
    line: LineItem,
    *,
    price: MoneyDraft | None,
    total: ExternalTotalDraft | None,
    acting: Acting,
) -> LineItem:
    """The line with an external unit price or total; without either it is priced by the platform again."""
    if total is not None:
        unit = external_money(total.price, field="externalTotalPrice.price", currency=cart.currency)
        whole = external_money(total.total_price, field="externalTotalPrice.totalPrice", currency=cart.currency)
        return replace(line, price_mode="ExternalTotal", price=replace(line.price, value=unit), total_price=whole)
    if price is not None:
        unit = external_money(price, field="externalPrice", currency=cart.currency)
        own = replace(line.price, id=acting.new_id(), value=unit, discounted=None, tiers=None)
        return replace(line, price_mode="ExternalPrice", price=own)
    return line if line.price_mode == "Platform" else replace(line, price_mode="Platform")


class ChangeLineItemQuantity(LineAction, kw_only=True, tag="changeLineItemQuantity"):
    """Set a line's quantity; zero removes it."""

    touches_frozen = True

    quantity: int
    external_price: MoneyDraft | None = None
    external_total_price: ExternalTotalDraft | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises QuantityLimitExceeded, also beyond an adjustment; RequiredField for an ExternalPrice without price."""
        line = self.find(cart)
        given_for = line.price_adjustment.quantity if line.price_adjustment is not None else acting.quantity_max
        check_quantity(self.quantity, min(given_for, acting.quantity_max), sku=line.variant.sku)
        if self.quantity == 0:
            return with_line(cart, line, None)
        if line.price_mode == "ExternalPrice" and self.external_price is None:
            raise RequiredField(field="externalPrice")
        priced = with_external_price(
            cart, line, price=self.external_price, total=self.external_total_price, acting=acting
        )
        return with_line(cart, line, with_quantity(priced, self.quantity, acting.now))


class RemoveLineItem(LineAction, tag="removeLineItem"):
    """Remove a line, or some of its units."""

    NOT_YET = ("shipping_details_to_remove",)
    touches_frozen = True

    quantity: int | None = None
    external_price: MoneyDraft | None = None
    external_total_price: ExternalTotalDraft | None = None
    shipping_details_to_remove: Any = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Removing at least as many units as there are removes the line."""
        line = self.find(cart)
        if self.quantity is None or self.quantity >= line.quantity:
            return with_line(cart, line, None)
        check_quantity(self.quantity, acting.quantity_max, sku=line.variant.sku, minimum=1)
        price, total = self.external_price, self.external_total_price
        if price is not None or total is not None or line.price_mode == "ExternalTotal":
            changed = with_external_price(cart, line, price=price, total=total, acting=acting)
        else:
            changed = line
        return with_line(cart, line, with_quantity(changed, line.quantity - self.quantity, acting.now))


class ChangeLineItemsOrder(CartAction, tag="changeLineItemsOrder"):
    """Put the lines in another order: every line's id, once."""

    line_item_order: tuple[str, ...]

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField unless the ids are those of the cart's lines."""
        by_id = {each.id: each for each in cart.line_items}
        if sorted(by_id) != sorted(self.line_item_order):
            raise InvalidField(field="lineItemOrder", invalid_value=list(self.line_item_order))
        ordered = tuple(by_id[each] for each in self.line_item_order)
        return cart if ordered == cart.line_items else replace(cart, line_items=ordered)


class SetLineItemPrice(LineAction, tag="setLineItemPrice"):
    """Set a line's external unit price, or give pricing back to the platform."""

    is_mine = False
    touches_frozen = True

    external_price: MoneyDraft | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The line's price mode follows."""
        line = self.find(cart)
        changed = with_external_price(cart, line, price=self.external_price, total=None, acting=acting)
        return with_line(cart, line, changed)


class SetLineItemTotalPrice(LineAction, tag="setLineItemTotalPrice"):
    """Set a line's external unit price and total, or give pricing back to the platform."""

    is_mine = False
    touches_frozen = True

    external_total_price: ExternalTotalDraft | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The line's price mode follows."""
        line = self.find(cart)
        changed = with_external_price(cart, line, price=None, total=self.external_total_price, acting=acting)
        return with_line(cart, line, changed)


class SetLineItemDistributionChannel(LineAction, tag="setLineItemDistributionChannel"):
    """Price a line by another channel, or by the site's again."""

    touches_frozen = True

    distribution_channel: ResourceIdentifier | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises ReferencedResourceNotFound for an unknown channel."""
        line = self.find(cart)
        channel = acting.price_channel_of(self.distribution_channel)
        changed = line if channel == line.distribution_channel else replace(line, distribution_channel=channel)
        return with_line(cart, line, changed)


class SetLineItemSupplyChannel(LineAction, tag="setLineItemSupplyChannel"):
    """Take a line's stock from another place, such as a shop where it is picked up."""

    touches_frozen = True

    supply_channel: ResourceIdentifier | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises ReferencedResourceNotFound for an unknown channel."""
        line = self.find(cart)
        channel = acting.catalogue.channel_of(self.supply_channel, field="supplyChannel")
        return with_line(cart, line, line if channel == line.supply_channel else replace(line, supply_channel=channel))


class SetLineItemCustomType(LineAction, tag="setLineItemCustomType"):
    """Give a line custom fields of a type, or take them away."""

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for a field that the type does not have."""
        line = self.find(cart)
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        custom = acting.catalogue.types.custom_of(draft, kind="line-item")
        return with_line(cart, line, line if custom == line.custom else replace(line, custom=custom))


class SetLineItemCustomField(LineAction, kw_only=True, tag="setLineItemCustomField"):
    """Set one custom field of a line, or remove it."""

    name: str
    value: Any = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for a field that the line's type does not have."""
        line = self.find(cart)
        custom = acting.catalogue.types.custom_with(line.custom, name=self.name, value=self.value)
        return with_line(cart, line, line if custom == line.custom else replace(line, custom=custom))


class SetLineItemShippingDetails(LineAction, tag="setLineItemShippingDetails"):
    """Say where the parts of a line go."""

    shipping_details: ItemShippingDetailsDraft | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidField for an address that the cart does not have."""
        line = self.find(cart)
        details = shipping_details_of(self.shipping_details, quantity=line.quantity, address_keys=address_keys_of(cart))
        changed = line if details == line.shipping_details else replace(line, shipping_details=details)
        return with_line(cart, line, changed)


class ApplyDeltaToLineItemShippingDetailsTargets(
    LineAction, kw_only=True, tag="applyDeltaToLineItemShippingDetailsTargets"
):
    """Add to, or take from, what goes to each address."""

    targets_delta: tuple[ItemShippingTargetDraft, ...]

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """A target that comes to nothing is dropped; one below nothing is InvalidField."""
        line = self.find(cart)
        amounts: dict[str, ItemShippingTarget] = {
            each.address_key: each for each in (line.shipping_details.targets if line.shipping_details else ())
        }
        for delta in self.targets_delta:
            before = amounts.get(delta.address_key)
            quantity = (before.quantity if before else 0) + delta.quantity
            amounts[delta.address_key] = ItemShippingTarget(
                address_key=delta.address_key, quantity=quantity, shipping_method_key=delta.shipping_method_key
            )
        draft = ItemShippingDetailsDraft(
            targets=tuple(
                ItemShippingTargetDraft(
                    address_key=each.address_key, quantity=each.quantity, shipping_method_key=each.shipping_method_key
                )
                for each in amounts.values()
                if each.quantity != 0
            )
        )
        details = shipping_details_of(draft, quantity=line.quantity, address_keys=address_keys_of(cart))
        changed = line if details == line.shipping_details else replace(line, shipping_details=details)
        return with_line(cart, line, changed)
