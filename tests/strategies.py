"""Random shops, carts and lines, small enough to collide: few products, few sites, few words.

A drawn cart is priced as a stored one is; ids are told apart by a counter, so that an example can be read.
"""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.address import Address
from handcart.domain.cart import (
    Actor,
    Cart,
    CartLock,
    Checkout,
    CustomLineItem,
    ItemShippingDetails,
    ItemShippingTarget,
    ItemState,
    LineItem,
    LineVariant,
    ShippingInfo,
)
from handcart.domain.cart_draft import empty_cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.catalogue import Catalogue, ProjectSettings
from handcart.domain.claim import ClaimRules
from handcart.domain.custom_fields import CustomFields, FieldDefinition, FieldType, Type
from handcart.domain.document import Timestamp
from handcart.domain.ids import SiteKey
from handcart.domain.line import INITIAL_STATE
from handcart.domain.money import money_of
from handcart.domain.price import price_cart
from handcart.domain.product import Offer, Price
from handcart.domain.references import KeyReference, Reference
from handcart.domain.scope import scope_name
from handcart.domain.shipping import Channel, ShippingMethod, ShippingRate
from handcart.domain.site import QuantityPolicy, Site, SiteGroup

THEN = Timestamp("2026-01-01T00:00:00.000Z")
NOW = Timestamp("2026-06-01T12:00:00.000Z")
ALICE = CartOwner(customer_id="alice", email="alice@example.com")
POLICIES: tuple[QuantityPolicy, ...] = ("max", "sum", "guest", "customer", "separate")
SITES = {"siteA": "USD", "siteB": "USD", "siteM": "MXN", "siteD": "USD"}
"""Site A, B and M share a group, D is alone."""

ON_OFFER, ONLY_IN_USD, OFF_OFFER = ("P1", "P2", "P3"), "P3", "P9"
STOCKED = "P2"
"""The product whose stock is short."""

QUANTITY_MAX = 12
CONFIGURATION = Reference(type_id="type", id="configuration")
EMPTY = msgspec.Raw(b"[]")


_sources = itertools.count(1)


def ids() -> Callable[[], str]:
    """A source of new ids, which no other source has."""
    source, numbers = next(_sources), itertools.count(1)
    return lambda: f"{source:08x}-0000-4000-8000-{next(numbers):012x}"


def _prices(product: str, cents: int) -> tuple[Price, ...]:
    mexican = () if product == ONLY_IN_USD else (Price(id=f"{product}-mxn", value=money_of(cents * 20, "MXN")),)
    return (Price(id=f"{product}-usd", value=money_of(cents, "USD")), *mexican)


def _offer(product: str, cents: int) -> Offer:
    return Offer(
        product_id=product,
        product_key=None,
        name=msgspec.Raw(b'{"en":"%s"}' % product.encode()),
        slug=msgspec.Raw(b'{"en":"%s"}' % product.encode()),
        product_type=Reference(type_id="product-type", id="plain"),
        tax_category=None,
        variant_id=1,
        sku=product,
        variant_key=None,
        attributes=EMPTY,
        images=EMPTY,
        assets=EMPTY,
        prices=_prices(product, cents),
        has_dates=False,
    )


def _site(key: str, currency: str) -> Site:
    return Site(
        id=f"id-{key}", version=1, created_at=THEN, last_modified_at=THEN, key=key, name={}, languages=(), countries=(),
        distribution_channels=(), supply_channels=(), product_selections=(), currency=currency,
        inventory_mode="ReserveOnOrder",
    )  # fmt: skip


def _shipping_method(key: str, *, active: bool) -> ShippingMethod:
    return ShippingMethod(
        id=key, version=1, created_at=THEN, last_modified_at=THEN, name=key, active=active, zone_rates=(),
        is_default=False, tax_category=Reference(type_id="tax-category", id="standard"),
    )  # fmt: skip


def catalogue() -> Catalogue:
    """Four sites, three products on offer, one short in stock, one type of custom fields."""
    settings = ProjectSettings(
        key="p", name="P", version=1, created_at=THEN, currencies=("USD", "MXN"), countries=(), languages=("en",),
        quantity_max=QUANTITY_MAX,
    )  # fmt: skip
    definition = FieldDefinition(name="engraving", type=FieldType(name="String"), label={}, required=False)
    configuration = Type(
        id="configuration", version=1, created_at=THEN, last_modified_at=THEN, key="configuration", name={},
        resource_type_ids=["line-item", "custom-line-item", "order", "address"], field_definitions=[definition],
    )  # fmt: skip
    channel = Channel(id="shop", version=1, created_at=THEN, last_modified_at=THEN, key="shop", roles=())
    made = Catalogue(
        epoch=1,
        settings=settings,
        sites={key: _site(key, currency) for key, currency in SITES.items()},
        groups=(SiteGroup(id="G1", display_name="G1", sites=("siteA", "siteB", "siteM"), shared_cart=True),),
        types={"configuration": configuration},
        channels={"shop": channel},
        customer_groups={},
        tax_categories={},
        zones={},
        shipping_methods={
            "post": _shipping_method("post", active=True),
            "gone": _shipping_method("gone", active=False),
        },
        business_units={},
    )
    made.offer(_offer(product, cents) for product, cents in zip(ON_OFFER, (1000, 250, 1), strict=True))
    return made


CATALOGUE = catalogue()


def acting_on(site: str | None = "siteA", *, new_id: Callable[[], str] | None = None, now: Timestamp = NOW) -> Acting:
    """The circumstances of a decision on a site."""
    return Acting(
        catalogue=CATALOGUE,
        site=CATALOGUE.sites[site] if site else None,
        now=now,
        new_id=new_id or ids(),
        actor=Actor(client_id="storefront"),
        is_locksmith=True,
    )


def sharing_or_own(acting: str | None, home: SiteKey) -> str | None:
    """The site that a cart is priced for: the acting one where the cart is current there, else its own."""
    if acting is not None and scope_name(SiteKey(acting), CATALOGUE.groups) == scope_name(home, CATALOGUE.groups):
        return acting
    return home or None


quantities = st.integers(1, QUANTITY_MAX)
customs = st.sampled_from([None, None, None, "A", "B"]).map(
    lambda text: CustomFields(type=CONFIGURATION, fields={"engraving": text}) if text else None
)
channels = st.sampled_from([None, None, None, Reference(type_id="channel", id="shop")])


@st.composite
def lines(draw: st.DrawFn, number: int, currency: str, cart: str) -> LineItem:
    """A line of a cart, not yet priced by the platform."""
    product = draw(st.sampled_from([*ON_OFFER, *ON_OFFER, OFF_OFFER]))
    quantity = draw(quantities)
    mode = draw(st.sampled_from(["Platform", "Platform", "Platform", "ExternalPrice", "ExternalTotal"]))
    cents = draw(st.integers(0, 500))
    details = ItemShippingDetails(
        targets=(ItemShippingTarget(address_key=draw(st.sampled_from("hw")), quantity=quantity),), valid=True
    )
    return LineItem(
        id=f"{cart}-{number}",
        product_id=product,
        name=EMPTY,
        product_slug=EMPTY,
        product_type=Reference(type_id="product-type", id="plain"),
        variant=LineVariant(id=1, sku=product, prices=(), attributes=EMPTY, images=EMPTY, assets=EMPTY),
        price=Price(id="p", value=money_of(cents, currency)),
        quantity=quantity,
        total_price=money_of(cents * quantity, currency),
        discounted_price_per_quantity=(),
        taxed_price_portions=(),
        state=(ItemState(quantity=quantity, state=INITIAL_STATE),),
        per_method_tax_rate=(),
        price_mode=mode,
        line_item_mode="Standard",
        added_at=THEN,
        last_modified_at=THEN,
        supply_channel=draw(channels),
        shipping_details=draw(st.sampled_from([None, None, None, details])),
        custom=draw(customs),
        site_id=draw(st.sampled_from(["siteA", "siteA", "siteB"])),
    )


@st.composite
def custom_lines(draw: st.DrawFn, slug: str, currency: str, cart: str) -> CustomLineItem:
    """A custom line of a cart."""
    quantity, cents = draw(quantities), draw(st.sampled_from([100, 100, 300]))
    return CustomLineItem(
        id=f"{cart}-{slug}",
        name={"en": slug},
        slug=slug,
        key=draw(st.sampled_from([None, None, "k1"])),
        money=money_of(cents, currency),
        quantity=quantity,
        total_price=money_of(cents * quantity, currency),
        price_mode="Standard",
        state=(ItemState(quantity=quantity, state=INITIAL_STATE),),
        taxed_price_portions=(),
        per_method_tax_rate=(),
        discounted_price_per_quantity=(),
        custom=draw(customs),
    )


def addresses(key: str, city: str) -> Address:
    """An item shipping address."""
    return Address(key=key, city=city, country="US")


@st.composite
def carts(draw: st.DrawFn, cart_id: str, owner: CartOwner, *, site: str | None = "siteA", lines_max: int = 4) -> Cart:
    """An Active cart, created on a site and priced for it."""
    acting = acting_on(site, now=THEN)
    currency = SITES[site] if site else "USD"
    store = CATALOGUE.sites[site] if site else None
    cart = replace(empty_cart(acting=acting, owner=owner, currency=currency, store=store), id=cart_id)
    items = [draw(lines(number, currency, cart_id)) for number in range(draw(st.integers(0, lines_max)))]
    keys = draw(st.permutations(["k1", "k2", *[None] * max(len(items), 2)]))
    slugs = draw(st.lists(st.sampled_from(["fee", "wrap"]), unique=True, max_size=2))
    fees = tuple(draw(custom_lines(slug, currency, cart_id)) for slug in slugs)
    fees = fees if len({each.key for each in fees if each.key}) == len([1 for each in fees if each.key]) else fees[:1]
    minute = draw(st.integers(0, 59))
    cart = replace(
        cart,
        version=draw(st.integers(1, 9)),
        line_items=tuple(replace(each, key=key) for each, key in zip(items, keys, strict=False)),
        custom_line_items=fees,
        item_shipping_addresses=(addresses("h", draw(st.sampled_from(["Here", "There"]))), addresses("w", "Work")),
        site_id=site if items else None,
        create_site_id=site if items else None,
        item_added_at=Timestamp(f"2026-02-01T00:{minute:02}:00.000Z") if items or fees else None,
        last_modified_at=Timestamp(f"2026-03-01T00:{draw(st.integers(0, 59)):02}:00.000Z"),
        shipping_address=draw(st.sampled_from([None, addresses("ship", "Here")])),
        custom=draw(customs),
    )
    return price_cart(cart, catalogue=CATALOGUE, site=acting.site, now=THEN).cart


def shipped_by(method: str, currency: str) -> ShippingInfo:
    """The shipping of a cart by a method, for nothing."""
    return ShippingInfo(
        shipping_method_name=method,
        price=money_of(0, currency),
        shipping_rate=ShippingRate(price=money_of(0, currency), tiers=()),
        shipping_method_state="MatchesCart",
        deliveries=(),
        shipping_method=Reference(type_id="shipping-method", id=method),
    )


PLAIN = ["plain"] * 6
CIRCUMSTANCES = [*PLAIN, "frozen", "locked", "in checkout", "gone method", "merchant", "for a business", "named"]


def under(cart: Cart, circumstance: str) -> Cart:
    """The cart in one of the circumstances that a claim has to cope with."""
    changes: dict[str, dict[str, Any]] = {
        "frozen": {"cart_state": "Frozen", "freeze_strategy": "SoftFreeze"},
        "locked": {"lock": CartLock(created_at=THEN, client_id="backend")},
        "in checkout": {"checkout": Checkout(site_id="siteA", started_at=THEN)},
        "gone method": {"shipping_info": shipped_by("gone", cart.currency)},
        "merchant": {"origin": "Merchant"},
        "for a business": {"business_unit": KeyReference(type_id="business-unit", key="acme")},
        "named": {"name": "Gifts"},
    }
    return replace(cart, **changes.get(circumstance, {}))


@st.composite
def claims(draw: st.DrawFn) -> tuple[list[Cart], list[Cart], ClaimRules]:
    """A customer's carts, a guest's, and the rules of a claim."""
    sites = st.sampled_from(["siteA", "siteA", "siteB", "siteM", "siteD", None])

    def some(owner: CartOwner, prefix: str, most: int) -> Sequence[Cart]:
        return [
            under(
                draw(carts(f"{prefix}{number}", owner, site=draw(sites), lines_max=3)),
                draw(st.sampled_from(CIRCUMSTANCES)),
            )
            for number in range(draw(st.integers(0, most)))
        ]

    mine = [each for each in some(ALICE, "mine", 2) if each.cart_state == "Active"]
    guests = list(some(CartOwner(anonymous_id="secret"), "guest", 3))
    return (
        mine,
        guests,
        rules(
            policy=draw(st.sampled_from(POLICIES)),
            mode=draw(st.sampled_from(["MergeWithExistingCustomerCart", "UseAsNewActiveCustomerCart"])),
            site=draw(st.sampled_from([None, "siteA", "siteM", "siteD"])),
            stock={(STOCKED, ""): draw(st.integers(0, 20))} if draw(st.booleans()) else {},
        ),
    )


def rules(
    *,
    policy: QuantityPolicy = "max",
    mode: Any = "MergeWithExistingCustomerCart",
    site: str | None = "siteA",
    stock: dict[tuple[str, str], int] | None = None,
) -> ClaimRules:
    """The rules of a claim by Alice."""
    new_id = ids()
    return ClaimRules(
        customer=ALICE,
        mode=mode,
        policy_on=lambda cart: policy,
        update_product_data=False,
        undo_window=timedelta(hours=24),
        stock=stock or {},
        scope_of=lambda cart: scope_name(cart.home_site, CATALOGUE.groups),
        acting_on=lambda cart: acting_on(sharing_or_own(site, cart.home_site), new_id=new_id),
    )
