"""What may come back to a cart, once one knows what is wanted back: today's shop decides, and what the caller may do.

Whatever does not come back as it was is named with a reason, never dropped silently.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.address import Address
from handcart.domain.cart import Cart, CustomLineItem, LineItem
from handcart.domain.custom_fields import CustomFields, CustomFieldsDraft
from handcart.domain.discounted import DiscountCodeInfo
from handcart.domain.errors import CountryNotConfiguredInStore, Missing, Refusal
from handcart.domain.leave import Leave, LeftOut, LeftReason
from handcart.domain.line import with_quantity
from handcart.domain.price import Priced, price_cart
from handcart.domain.price_selection import circumstances_of
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.updates.addresses import check_store_country


class Returned(msgspec.Struct, frozen=True):
    """The cart with what came back, priced for today, and what did not."""

    priced: Priced
    left: tuple[LeftOut, ...]


def returned(present: Cart, wanted: Cart, acting: Acting, leave: Leave) -> Returned:
    """The wanted cart as far as it can be today, on the acting site. What the present cart has already needs no leave
    to stay.
    """
    coming = _Coming(present, wanted, acting, leave)
    after = coming.checked()
    priced = _priced(after, acting)
    gone = [each for each in priced.cart.line_items if each.pricing_error is not None and present.line(each.id) is None]
    for line in gone:
        coming.leave_line(line, "MatchingPriceNotFound")
    if gone:
        kept = tuple(each for each in after.line_items if all(each.id != line.id for line in gone))
        after = replace(after, line_items=kept)
        priced = _priced(after, acting)
    shipping = priced.cart.shipping_info
    if (
        shipping is not None
        and shipping.shipping_method_state == "DoesNotMatchCart"
        and _method(present) != _method(priced.cart)
    ):
        coming.leave("shippingInfo", "ShippingMethodNotAvailable")
        priced = _priced(replace(after, shipping_info=None), acting)
    return Returned(priced, tuple(coming.left))


def _priced(cart: Cart, acting: Acting) -> Priced:
    return price_cart(cart, catalogue=acting.catalogue, site=acting.site, now=acting.now)


def _method(cart: Cart) -> Reference | None:
    return cart.shipping_info.shipping_method if cart.shipping_info is not None else None


class _Coming:
    """One wanted cart being checked, part by part."""

    def __init__(self, present: Cart, wanted: Cart, acting: Acting, leave: Leave) -> None:
        self._present = present
        self._wanted = wanted
        self._acting = acting
        self._leave = leave
        self._currency = circumstances_of(wanted, acting.site, acting.now).currency
        self.left: list[LeftOut] = []

    def leave(self, path: str, reason: LeftReason) -> None:
        """Note a part that does not come back."""
        self.left.append(LeftOut(path=path, reason=reason))

    def leave_line(self, line: LineItem | CustomLineItem, reason: LeftReason, *, after: int = 0) -> None:
        """Note a line that does not come back, or not whole."""
        kind = "lineItems" if isinstance(line, LineItem) else "customLineItems"
        self.left.append(
            LeftOut(
                path=f"{kind}/{line.id}",
                reason=reason,
                line_item_id=line.id,
                sku=line.variant.sku if isinstance(line, LineItem) else None,
                quantity=line.quantity,
                quantity_after=after,
            )
        )

    def checked(self) -> Cart:
        """The wanted cart without what cannot come back."""
        wanted, present = self._wanted, self._present
        lines = tuple(each for each in map(self._line, wanted.line_items) if each is not None)
        customs = wanted.custom_line_items
        if self._leave.any_price:
            customs = tuple(each for each in map(self._custom_line, customs) if each is not None)
        else:
            customs = self._present_customs()
        changes: dict[str, Any] = {}
        if not self._leave.is_backend:
            changes = {name: self._backends_alone(name, path) for name, path in _BACKENDS_ALONE.items()}
        return replace(
            wanted,
            line_items=lines,
            custom_line_items=customs,
            shipping_address=self._shipping_address(),
            billing_address=self._address(wanted.billing_address, present.billing_address, "billingAddress"),
            item_shipping_addresses=tuple(map(self._item_address, wanted.item_shipping_addresses)),
            discount_codes=self._codes(),
            shipping_info=present.shipping_info if _method(wanted) == _method(present) else wanted.shipping_info,
            custom=self._custom(wanted.custom, present.custom, kind="order", path="custom"),
            **changes,
        )

    def _line(self, line: LineItem) -> LineItem | None:
        now = self._present.line(line.id)
        if now is not None:
            line = replace(line, **{name: getattr(now, name) for name in _following(line)})
        if now == line:
            return now
        path = f"lineItems/{line.id}"
        if now is None and (line.product_id, line.variant.id) not in self._acting.catalogue.offers_by_variant:
            self.leave_line(line, "ProductNotAvailable")
            return None
        line = self._with_own_price(line, now)
        line = self._with_channels(line, now)
        custom = self._custom(
            line.custom, now.custom if now is not None else None, kind="line-item", path=f"{path}/custom"
        )
        line = replace(line, custom=custom, last_modified_at=self._acting.now)
        most = max(self._acting.quantity_max, now.quantity if now is not None else 0)
        if line.quantity <= most:
            return line
        self.leave_line(line, "QuantityLimit", after=most)
        return with_quantity(line, most, self._acting.now)

    def _with_own_price(self, line: LineItem, now: LineItem | None) -> LineItem:
        """A price of one's own does not come back at the word of somebody who could not set it."""
        line = self._adjusted(line, now)
        if self._leave.any_price or line.price_mode == "Platform":
            return line
        if now is not None and (now.price_mode, now.price) == (line.price_mode, line.price):
            return line
        self.leave(f"lineItems/{line.id}/price", "NotAllowed")
        if now is None:
            return replace(line, price_mode="Platform")
        return replace(line, price_mode=now.price_mode, price=now.price, total_price=now.total_price)

    def _adjusted(self, line: LineItem, now: LineItem | None) -> LineItem:
        wanted, there = line.price_adjustment, now.price_adjustment if now is not None else None
        if wanted is None or wanted == there or wanted.permyriad <= 100 * self._leave.off_price_percent_max:
            return line
        self.leave(f"lineItems/{line.id}/priceAdjustment", "NotAllowed")
        return replace(line, price_adjustment=there)

    def _with_channels(self, line: LineItem, now: LineItem | None) -> LineItem:
        path, catalogue = f"lineItems/{line.id}", self._acting.catalogue
        supply, distribution = line.supply_channel, line.distribution_channel
        if supply is not None and supply.id not in catalogue.channels and (now is None or now.supply_channel != supply):
            self.leave(f"{path}/supplyChannel", "ChannelNotAvailable")
            supply = None
        if distribution is not None and (now is None or now.distribution_channel != distribution):
            try:
                self._acting.price_channel_of(ResourceIdentifier(type_id="channel", id=distribution.id))
            except Missing:
                self.leave(f"{path}/distributionChannel", "ChannelNotAvailable")
                distribution = None
            except Refusal:
                self.leave(f"{path}/distributionChannel", "NotAllowed")
                distribution = None
        return replace(line, supply_channel=supply, distribution_channel=distribution)

    def _custom_line(self, line: CustomLineItem) -> CustomLineItem | None:
        now = next((each for each in self._present.custom_line_items if each.id == line.id), None)
        if now is not None and _said(line) == _said(now):
            return now
        if now is None and line.money.currency_code != self._currency:
            self.leave_line(line, "OtherCurrency")
            return None
        custom = self._custom(
            line.custom,
            now.custom if now is not None else None,
            kind="custom-line-item",
            path=f"customLineItems/{line.id}/custom",
        )
        return replace(line, custom=custom)

    def _present_customs(self) -> tuple[CustomLineItem, ...]:
        """The present custom lines: neither their coming nor their going is the caller's doing."""
        now = {each.id: each for each in self._present.custom_line_items}
        then = {each.id: each for each in self._wanted.custom_line_items}
        for line_id in dict.fromkeys([*then, *now]):
            line, there = then.get(line_id), now.get(line_id)
            if line is None or there is None or _said(line) != _said(there):
                self.leave_line(line or now[line_id], "NotAllowed", after=there.quantity if there else 0)
        return self._present.custom_line_items

    def _backends_alone(self, name: str, path: str) -> Any:
        now = getattr(self._present, name)
        if getattr(self._wanted, name) != now:
            self.leave(path, "NotAllowed")
        return now

    def _codes(self) -> tuple[DiscountCodeInfo, ...]:
        known = self._acting.catalogue.discount_codes
        there = {each.discount_code.id: each for each in self._present.discount_codes}
        codes: list[DiscountCodeInfo] = []
        for each in self._wanted.discount_codes:
            code_id = each.discount_code.id
            if code_id in there or code_id in known:
                codes.append(there.get(code_id, each))
            else:
                self.leave(f"discountCodes/{code_id}", "DiscountCodeNotFound")
        return tuple(codes)

    def _shipping_address(self) -> Address | None:
        wanted, now = self._wanted.shipping_address, self._present.shipping_address
        if wanted is not None and (now is None or wanted.country != now.country):
            try:
                check_store_country(wanted.country, self._acting.site)
            except CountryNotConfiguredInStore:
                self.leave("shippingAddress", "CountryNotConfigured")
                return now
        return self._address(wanted, now, "shippingAddress")

    def _item_address(self, wanted: Address) -> Address:
        now = next((each for each in self._present.item_shipping_addresses if each.key == wanted.key), None)
        address = self._address(wanted, now, f"itemShippingAddresses/{wanted.key}")
        assert address is not None
        return address

    def _address(self, wanted: Address | None, now: Address | None, path: str) -> Address | None:
        if wanted is None or wanted == now:
            return wanted
        custom = self._custom(
            wanted.custom, now.custom if now is not None else None, kind="address", path=f"{path}/custom"
        )
        return wanted if custom is wanted.custom else replace(wanted, custom=custom)

    def _custom(
        self, wanted: CustomFields | None, now: CustomFields | None, *, kind: str, path: str
    ) -> CustomFields | None:
        """Custom fields that their type still has; where it has changed meanwhile they stay away as a whole."""
        if wanted is None or wanted == now:
            return wanted
        draft = CustomFieldsDraft(
            type=ResourceIdentifier(type_id="type", id=wanted.type.id), fields=dict(wanted.fields)
        )
        try:
            self._acting.catalogue.types.custom_of(draft, kind=kind)
        except Refusal:
            self.leave(path, "CustomFieldsNotValid")
            return None
        return wanted


_BACKENDS_ALONE = {"customer_group": "customerGroup", "purchase_order_number": "purchaseOrderNumber"}


_FOLLOWING = (
    *("name", "product_key", "product_slug", "product_type", "variant", "tax_rate", "taxed_price", "price_passport"),
    *("taxed_price_portions", "per_method_tax_rate", "discounted_price_per_quantity", "pricing_error"),
    *("added_at", "last_modified_at"),
)


def _following(line: LineItem) -> tuple[str, ...]:
    """The fields of a line that nobody says: the shop does."""
    priced = {"Platform": ("price", "total_price"), "ExternalPrice": ("total_price",), "ExternalTotal": ()}
    return (*_FOLLOWING, *priced[line.price_mode])


def _said(line: CustomLineItem) -> Any:
    """What somebody has said of a custom line; the rest follows from it."""
    said = (line.name, line.slug, line.key, line.money, line.quantity)
    return (*said, line.tax_category, line.shipping_details, line.custom)
