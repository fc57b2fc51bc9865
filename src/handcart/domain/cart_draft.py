"""What a client sends to create a cart, and the cart that it gets."""

from typing import Any, ClassVar

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.address import AddressDraft
from handcart.domain.cart import DEFAULT_CART_NAME, Cart, PricedFor
from handcart.domain.cart_owner import CartOwner
from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import PartialDraft
from handcart.domain.errors import InvalidField, InvalidInput, NotImplementedYet
from handcart.domain.line import LineFields, check_names_no_price
from handcart.domain.money import RoundingMode, is_currency, money_of
from handcart.domain.price import Priced, price_cart
from handcart.domain.references import KeyReference, ResourceIdentifier
from handcart.domain.site import Site
from handcart.domain.updates.addresses import address_of, check_store_country, keyed_address
from handcart.domain.updates.attributes import (
    SetShippingMethod,
    check_country,
    check_delete_days,
    check_key,
    check_locale,
)
from handcart.domain.updates.custom_lines import CustomLineFields, with_custom_line_added
from handcart.domain.updates.discount_codes import with_code
from handcart.domain.updates.lines import with_line_added


class LineItemDraft(LineFields):
    """A line of a new cart."""


class CustomLineItemDraft(CustomLineFields):
    """A custom line of a new cart."""


class CartDraft(PartialDraft):
    """A new cart. Beside the published fields, ``name`` tells several carts of one owner apart."""

    NOT_YET: ClassVar[tuple[str, ...]] = (
        "shipping_rate_input",
        "custom_shipping",
        "shipping",
        "external_tax_rate_for_shipping_method",
    )

    currency: str
    key: str | None = None
    name: str | None = None
    customer_id: str | None = None
    customer_email: str | None = None
    customer_group: ResourceIdentifier | None = None
    anonymous_id: str | None = None
    business_unit: ResourceIdentifier | None = None
    ship_to: str | None = None
    store: ResourceIdentifier | None = None
    line_items: tuple[LineItemDraft, ...] | None = None
    custom_line_items: tuple[CustomLineItemDraft, ...] | None = None
    tax_mode: str | None = None
    price_rounding_mode: str | None = None
    tax_rounding_mode: str | None = None
    tax_calculation_mode: str | None = None
    inventory_mode: str | None = None
    billing_address: AddressDraft | None = None
    shipping_address: AddressDraft | None = None
    shipping_method: ResourceIdentifier | None = None
    shipping_mode: str | None = None
    item_shipping_addresses: tuple[AddressDraft, ...] | None = None
    country: str | None = None
    locale: str | None = None
    origin: str | None = None
    delete_days_after_last_modification: int | None = None
    custom: CustomFieldsDraft | None = None
    purchase_order_number: str | None = None
    discount_codes: tuple[str, ...] | None = None
    shipping_rate_input: Any = None
    custom_shipping: Any = None
    shipping: Any = None
    external_tax_rate_for_shipping_method: Any = None


NOT_MINE = frozenset(
    """key customerId customerGroup anonymousId customLineItems priceRoundingMode taxRoundingMode taxCalculationMode
    origin purchaseOrderNumber""".split()
)
"""What the published draft of a shopper's own cart does not have."""


def check_my_draft(draft: CartDraft) -> None:
    """Refuse what a shopper may not say of an own cart: whose it is, and what anything in it costs."""
    for name, wire in zip(draft.__struct_fields__, draft.__struct_encode_fields__, strict=True):
        value = getattr(draft, name)
        if wire in NOT_MINE and value is not None:
            raise InvalidField(field=wire, invalid_value=value)
    for index, line in enumerate(draft.line_items or ()):
        check_names_no_price(line, field=f"lineItems[{index}]")


class Choice:
    """Which values of a field are known, and which of these are built."""

    def __init__(self, field: str, built: tuple[str, ...], *published: str) -> None:
        self.field = field
        self.built = built
        self.published = published

    def of(self, value: str | None, default: str) -> str:
        """The value, or the default where none is given. Raises InvalidField, NotImplementedYet."""
        if value is None:
            return default
        if value in self.published:
            raise NotImplementedYet(feature=f"{self.field} {value}")
        if value not in self.built:
            raise InvalidField(field=self.field, invalid_value=value, allowed_values=list(self.built))
        return value


_ROUNDING = tuple(each.value for each in RoundingMode)
TAX_MODE = Choice("taxMode", ("Platform", "Disabled"), "External", "ExternalAmount")
PRICE_ROUNDING = Choice("priceRoundingMode", _ROUNDING)
TAX_ROUNDING = Choice("taxRoundingMode", _ROUNDING)
TAX_CALCULATION = Choice("taxCalculationMode", ("LineItemLevel", "UnitPriceLevel"))
INVENTORY_MODE = Choice("inventoryMode", ("None", "TrackOnly", "ReserveOnOrder"), "ReserveOnCart")
SHIPPING_MODE = Choice("shippingMode", ("Single",), "Multiple")
ORIGIN = Choice("origin", ("Customer", "Merchant"), "Quote", "RecurringOrder")


NAME_LENGTH_MAX = 256


def _checked_name(name: str | None) -> str:
    if name is not None and len(name) > NAME_LENGTH_MAX:
        raise InvalidField(field="name", invalid_value=name)
    return name or DEFAULT_CART_NAME


def empty_cart(
    *,
    acting: Acting,
    owner: CartOwner,
    currency: str,
    store: Site | None,
    name: str | None = None,
    business_unit: str | None = None,
    ship_to: str | None = None,
) -> Cart:
    """A cart without lines: version 1, Active, priced at nothing. ``createSiteId`` waits for the first item (S4-19).

    Raises InvalidField for a name of more than NAME_LENGTH_MAX characters.
    """
    settings = acting.catalogue.settings
    mode = (store.inventory_mode if store is not None else None) or settings.inventory_mode
    return Cart(
        id=acting.new_id(),
        version=1,
        created_at=acting.now,
        last_modified_at=acting.now,
        line_items=(),
        custom_line_items=(),
        total_price=money_of(0, currency),
        tax_mode="Platform",
        price_rounding_mode="HalfEven",
        tax_rounding_mode="HalfEven",
        tax_calculation_mode="LineItemLevel",
        inventory_mode=mode,
        cart_state="Active",
        shipping_mode="Single",
        shipping=(),
        item_shipping_addresses=(),
        discount_codes=(),
        direct_discounts=(),
        refused_gifts=(),
        origin="Customer",
        name=_checked_name(name),
        status="Cart",
        priced_for=PricedFor(currency=currency, at=acting.now, site_id=acting.site_key),
        scope="",
        customer_id=owner.customer_id,
        customer_email=owner.email,
        customer_group=owner.customer_group,
        anonymous_id=owner.anonymous_id if owner.customer_id is None else None,
        business_unit=KeyReference(type_id="business-unit", key=business_unit) if business_unit else None,
        ship_to=ship_to,
        store=KeyReference(type_id="store", key=store.key) if store is not None else None,
        delete_days_after_last_modification=settings.delete_days_after_last_modification,
        created_by=acting.actor,
        last_modified_by=acting.actor,
    )


def currency_on(site: Site | None, acting: Acting, asked: str | None) -> str:
    """The currency of a new cart. Raises InvalidField for one that the site or the project does not sell in."""
    if asked is not None:
        if not is_currency(asked):
            raise InvalidField(field="currency", invalid_value=asked)
        acting.catalogue.check_currency(asked, site)
        return asked
    if site is not None and site.currency:
        return site.currency
    if acting.catalogue.settings.currencies:
        return acting.catalogue.settings.currencies[0]
    raise InvalidInput(detail="The project has no currency: name one.")


def cart_from(draft: CartDraft, *, acting: Acting, owner: CartOwner) -> Priced:
    """The new cart of a draft, priced on the acting site. Raises whatever an update action would raise for its part."""
    check_key(draft.key)
    check_country(draft.country)
    check_locale(draft.locale, acting)
    check_delete_days(draft.delete_days_after_last_modification)
    store = acting.catalogue.site_of(draft.store) if draft.store is not None else acting.site
    check_store_country(draft.country, store)
    cart = empty_cart(
        acting=acting,
        owner=owner,
        currency=currency_on(store, acting, draft.currency),
        store=store,
        name=draft.name,
        business_unit=_business_unit(draft, acting),
        ship_to=draft.ship_to,
    )
    if acting.is_shopper:
        _check_is_sites(draft.tax_mode, cart.tax_mode, field="taxMode")
        _check_is_sites(draft.inventory_mode, cart.inventory_mode, field="inventoryMode")
    cart = replace(
        cart,
        key=draft.key,
        customer_email=draft.customer_email or owner.email,
        country=draft.country,
        locale=draft.locale,
        tax_mode=TAX_MODE.of(draft.tax_mode, cart.tax_mode),
        price_rounding_mode=PRICE_ROUNDING.of(draft.price_rounding_mode, cart.price_rounding_mode),
        tax_rounding_mode=TAX_ROUNDING.of(draft.tax_rounding_mode, cart.tax_rounding_mode),
        tax_calculation_mode=TAX_CALCULATION.of(draft.tax_calculation_mode, cart.tax_calculation_mode),
        inventory_mode=INVENTORY_MODE.of(draft.inventory_mode, cart.inventory_mode),
        shipping_mode=SHIPPING_MODE.of(draft.shipping_mode, cart.shipping_mode),
        origin=ORIGIN.of(draft.origin, cart.origin),
        delete_days_after_last_modification=draft.delete_days_after_last_modification
        or cart.delete_days_after_last_modification,
        purchase_order_number=draft.purchase_order_number,
        custom=acting.catalogue.types.custom_of(draft.custom, kind="order"),
        billing_address=address_of(draft.billing_address, acting, field="billingAddress"),
        shipping_address=address_of(draft.shipping_address, acting, field="shippingAddress"),
        item_shipping_addresses=tuple(
            keyed_address(address_of(each, acting, field="itemShippingAddresses"))
            for each in draft.item_shipping_addresses or ()
        ),
    )
    return _with_contents(cart, draft, acting)


def _check_is_sites(asked: str | None, of_site: str, *, field: str) -> None:
    """Refuse what a shopper asks for unless it is what the site does anyway."""
    if asked not in (None, of_site):
        raise InvalidField(field=field, invalid_value=asked, allowed_values=[of_site])


def _business_unit(draft: CartDraft, acting: Acting) -> str | None:
    if draft.business_unit is None:
        return None
    return acting.catalogue.business_unit_of(draft.business_unit).key


def _with_contents(cart: Cart, draft: CartDraft, acting: Acting) -> Priced:
    """The lines and the shipping method of a draft, and the price of it all."""
    check_store_country(cart.shipping_address.country if cart.shipping_address else None, acting.site)
    for line in draft.line_items or ():
        cart = with_line_added(cart, line, acting)
    for custom_line in draft.custom_line_items or ():
        cart = with_custom_line_added(cart, custom_line, acting)
    for code in draft.discount_codes or ():
        cart = with_code(cart, code, acting)
    if draft.shipping_method is not None:
        cart = SetShippingMethod(shipping_method=draft.shipping_method).apply(cart, acting)
    priced = price_cart(cart, catalogue=acting.catalogue, site=acting.site, now=acting.now)
    if priced.problems:
        raise priced.problems[0]
    return priced
