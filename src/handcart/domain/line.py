"""A line's identity, and how lines are made. One fingerprint serves adding, merging, copying and reordering."""

from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import ItemShippingDetails, ItemShippingTarget, ItemState, LineItem, LineVariant
from handcart.domain.catalogue import Catalogue
from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import Draft, PartialDraft, Timestamp, timestamp_from
from handcart.domain.errors import (
    DuplicateField,
    InvalidField,
    InvalidInput,
    MatchingPriceNotFound,
    MaxResourceLimitExceeded,
    QuantityLimitExceeded,
    RequiredField,
)
from handcart.domain.money import Money, MoneyDraft, money_from, money_of
from handcart.domain.price_selection import Circumstances, select_price
from handcart.domain.product import Offer, Price
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.updates.attributes import check_key

LINE_ITEMS_MAX = 500
"""A cart is read, decided on and written whole; nobody shops for more."""

INITIAL_STATE = Reference(type_id="state", id="00000000-0000-4000-8000-000000000001")
"""The state that every unit of a new line is in."""


class ItemShippingTargetDraft(Draft):
    """How much of a line goes to which item shipping address."""

    address_key: str
    quantity: int
    shipping_method_key: str | None = None


class ItemShippingDetailsDraft(Draft):
    """Where the parts of a line go."""

    targets: tuple[ItemShippingTargetDraft, ...] = ()


class ExternalTotalDraft(Draft):
    """A unit price and a total that the client answers for."""

    price: MoneyDraft
    total_price: MoneyDraft


class LineFields(PartialDraft):
    """What adding a line says, in a draft or in an update action. ``quantity`` counts units, 1 unless given."""

    NOT_YET = ("external_tax_rate", "per_method_external_tax_rate", "recurrence_info", "inventory_mode")

    key: str | None = None
    product_id: str | None = None
    variant_id: int | None = None
    sku: str | None = None
    quantity: int | None = None
    added_at: str | None = None
    distribution_channel: ResourceIdentifier | None = None
    supply_channel: ResourceIdentifier | None = None
    external_price: MoneyDraft | None = None
    external_total_price: ExternalTotalDraft | None = None
    shipping_details: ItemShippingDetailsDraft | None = None
    custom: CustomFieldsDraft | None = None
    external_tax_rate: Any = None
    per_method_external_tax_rate: Any = None
    recurrence_info: Any = None
    inventory_mode: Any = None


def check_names_no_price(fields: object, *, field: str) -> None:
    """Refuse a line draft or an action that brings its own price: a shopper's does not."""
    for name, wire in (("external_price", "externalPrice"), ("external_total_price", "externalTotalPrice")):
        value = getattr(fields, name, None)
        if value is not None:
            raise InvalidField(field=f"{field}.{wire}", invalid_value=msgspec.to_builtins(value))


def is_same_line(one: LineItem, other: LineItem) -> bool:
    """Whether two lines are one: variant, site, channels, custom fields and price mode agree (S1-31, S4-25).

    A line with an external price, or with one that staff adjusted, is only ever itself.
    """
    return (
        one.product_id == other.product_id
        and one.variant.id == other.variant.id
        and one.site_id == other.site_id
        and one.price_mode == other.price_mode == "Platform"
        and one.price_adjustment is None
        and other.price_adjustment is None
        and one.supply_channel == other.supply_channel
        and one.distribution_channel == other.distribution_channel
        and one.custom == other.custom
    )


def stock_place(line: LineItem, catalogue: Catalogue) -> tuple[str, str] | None:
    """Where a line's units are taken from, as SKU and channel id: its supply channel, else the stock location of the
    site that it was added on (S4-32, S4-33), else the stock without a place (""). None for a line without an SKU.
    """
    if line.variant.sku is None:
        return None
    site = catalogue.sites.get(line.site_id) if line.site_id is not None else None
    channel = line.supply_channel or (site.stock_channel if site is not None else None)
    return line.variant.sku, channel.id if channel is not None else ""


def check_quantity(quantity: int, quantity_max: int, *, sku: str | None, minimum: int = 0) -> None:
    """Refuse a quantity below the minimum or above the limit (S3-1)."""
    if quantity < minimum:
        raise InvalidField(field="quantity", invalid_value=quantity)
    if quantity > quantity_max:
        raise QuantityLimitExceeded(quantity=quantity, quantity_max=quantity_max, sku=sku)


def find_offer(fields: LineFields, acting: Acting) -> Offer:
    """The offer that a draft names by SKU, or by product and variant (the master variant unless given)."""
    catalogue = acting.catalogue
    if fields.sku is not None:
        offer = catalogue.offers_by_sku.get(fields.sku)
        named = f"SKU '{fields.sku}'"
    elif fields.product_id is not None:
        offer = catalogue.offers_by_variant.get((fields.product_id, fields.variant_id or 1))
        named = f"ID '{fields.product_id}' and variant {fields.variant_id or 1}"
    else:
        raise RequiredField(field="sku")
    if offer is None:
        raise InvalidInput(detail=f"A published product with {named} was not found.")
    return offer


def shipping_details_of(
    draft: ItemShippingDetailsDraft | None, *, quantity: int, address_keys: frozenset[str]
) -> ItemShippingDetails | None:
    """The checked targets; a target at an address that the cart does not have is refused."""
    if draft is None:
        return None
    for each in draft.targets:
        if each.address_key not in address_keys:
            raise InvalidField(field="addressKey", invalid_value=each.address_key)
        check_quantity(each.quantity, quantity_max=2**53, sku=None)
    targets = tuple(
        ItemShippingTarget(
            address_key=each.address_key, quantity=each.quantity, shipping_method_key=each.shipping_method_key
        )
        for each in draft.targets
    )
    return ItemShippingDetails(targets=targets, valid=sum(each.quantity for each in targets) == quantity)


def with_quantity(line: LineItem, quantity: int, now: Timestamp) -> LineItem:
    """The line with another quantity: its unit states and shipping details follow; prices follow at pricing."""
    if quantity == line.quantity:
        return line
    details = line.shipping_details
    if details is not None:
        details = replace(details, valid=sum(each.quantity for each in details.targets) == quantity)
    return replace(
        line,
        quantity=quantity,
        state=(ItemState(quantity=quantity, state=INITIAL_STATE),),
        shipping_details=details,
        last_modified_at=now,
    )


def new_line(fields: LineFields, *, acting: Acting, wanted: Circumstances, address_keys: frozenset[str]) -> LineItem:
    """The line that a draft asks for, with its price; raises MatchingPriceNotFound where there is none."""
    check_key(fields.key)
    offer = find_offer(fields, acting)
    quantity = 1 if fields.quantity is None else fields.quantity
    check_quantity(quantity, acting.quantity_max, sku=offer.sku, minimum=1)
    channel = acting.price_channel_of(fields.distribution_channel)
    price, total = _price_of(fields, offer, quantity=quantity, wanted=wanted, channel=channel, acting=acting)
    return LineItem(
        id=acting.new_id(),
        key=fields.key,
        product_id=offer.product_id,
        product_key=offer.product_key,
        name=offer.name,
        product_slug=offer.slug,
        product_type=offer.product_type,
        variant=variant_of(offer),
        price=price,
        quantity=quantity,
        total_price=total,
        discounted_price_per_quantity=(),
        taxed_price_portions=(),
        state=(ItemState(quantity=quantity, state=INITIAL_STATE),),
        per_method_tax_rate=(),
        price_mode=price_mode_of(fields.external_price, fields.external_total_price),
        line_item_mode="Standard",
        added_at=timestamp_from(fields.added_at, field="addedAt") or acting.now,
        last_modified_at=acting.now,
        supply_channel=acting.catalogue.channel_of(fields.supply_channel, field="supplyChannel"),
        distribution_channel=channel,
        shipping_details=shipping_details_of(fields.shipping_details, quantity=quantity, address_keys=address_keys),
        custom=acting.catalogue.types.custom_of(fields.custom, kind="line-item"),
        site_id=acting.site_key,
    )


def variant_of(offer: Offer) -> LineVariant:
    """What a line remembers of its variant."""
    return LineVariant(
        id=offer.variant_id,
        sku=offer.sku,
        key=offer.variant_key,
        prices=(),
        attributes=offer.attributes,
        images=offer.images,
        assets=offer.assets,
    )


def price_mode_of(external_price: MoneyDraft | None, external_total_price: ExternalTotalDraft | None) -> Any:
    """The price mode that a draft's external prices ask for; a total goes before a unit price."""
    if external_total_price is not None:
        return "ExternalTotal"
    return "ExternalPrice" if external_price is not None else "Platform"


def external_money(draft: MoneyDraft, *, field: str, currency: str) -> Money:
    """A client's own amount: in the cart's currency and not negative."""
    money = money_from(draft, field=field)
    if money.currency_code != currency:
        raise InvalidField(field=f"{field}.currencyCode", invalid_value=money.currency_code, allowed_values=[currency])
    if money.cent_amount < 0:
        raise InvalidField(field=f"{field}.centAmount", invalid_value=money.cent_amount)
    return money


def _price_of(
    fields: LineFields, offer: Offer, *, quantity: int, wanted: Circumstances, channel: Reference | None, acting: Acting
) -> tuple[Price, Money]:
    external = fields.external_total_price
    if external is not None:
        unit = external_money(external.price, field="externalTotalPrice.price", currency=wanted.currency)
        total = external_money(external.total_price, field="externalTotalPrice.totalPrice", currency=wanted.currency)
        return Price(id=acting.new_id(), value=unit), total
    if fields.external_price is not None:
        unit = external_money(fields.external_price, field="externalPrice", currency=wanted.currency)
        return Price(id=acting.new_id(), value=unit), money_of(unit.cent_amount * quantity, wanted.currency)
    price = select_price(offer, wanted, channel.id if channel is not None else wanted.channel)
    if price is None:
        raise MatchingPriceNotFound(
            product_id=offer.product_id,
            variant_id=offer.variant_id,
            sku=offer.sku,
            site_id=acting.site_key,
            currency=wanted.currency,
            country=wanted.country,
        )
    return price, money_of(price.value.cent_amount * quantity, wanted.currency)


def add_line(lines: tuple[LineItem, ...], line: LineItem, *, quantity_max: int, now: Timestamp) -> tuple[LineItem, ...]:
    """The lines with one more: its quantity goes to the same line where there is one, else it comes last."""
    for index, each in enumerate(lines):
        if is_same_line(each, line):
            quantity = each.quantity + line.quantity
            check_quantity(quantity, quantity_max, sku=each.variant.sku)
            return (*lines[:index], with_quantity(each, quantity, now), *lines[index + 1 :])
    if line.key is not None and any(each.key == line.key for each in lines):
        raise DuplicateField(field="key", duplicate_value=line.key)
    if len(lines) >= LINE_ITEMS_MAX:
        raise MaxResourceLimitExceeded(exceeded_resource="lineItems", resource_max=LINE_ITEMS_MAX)
    return (*lines, line)
