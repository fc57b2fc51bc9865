"""What shoppers see of a product: one of its faces, each variant with its price here and what is on stock."""

from collections.abc import Mapping, Sequence

from msgspec.structs import asdict

from handcart.domain.document import Document, Draft, LocalizedString, Timestamp
from handcart.domain.errors import InvalidInput
from handcart.domain.inventory import InventoryEntry
from handcart.domain.money import is_currency
from handcart.domain.price_selection import Circumstances, select_price
from handcart.domain.product import Attribute, Price, Product, ProductFacts, ProductVariant
from handcart.domain.references import Reference
from handcart.domain.site import Site

Stock = Mapping[str, Sequence[InventoryEntry]]
"""Stock entries by SKU."""


class ChannelAvailability(Document):
    """What is on stock at one place. ``id`` and ``version`` are those of the inventory entry."""

    is_on_stock: bool
    available_quantity: int
    id: str
    version: int
    restockable_in_days: int | None = None


class VariantAvailability(Document):
    """What is on stock without a channel, and at each channel by its id."""

    is_on_stock: bool | None = None
    available_quantity: int | None = None
    id: str | None = None
    version: int | None = None
    restockable_in_days: int | None = None
    channels: dict[str, ChannelAvailability] | None = None


class ProjectedVariant(ProductVariant):
    """A variant with the one price that holds for who asks, and its stock."""

    price: Price | None = None
    availability: VariantAvailability | None = None


class ProductProjection(Document):
    """One face of a product."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    product_type: Reference
    name: LocalizedString
    slug: LocalizedString
    categories: tuple[Reference, ...]
    master_variant: ProjectedVariant
    variants: tuple[ProjectedVariant, ...]
    search_keywords: dict[str, object]
    attributes: tuple[Attribute, ...]
    published: bool
    has_staged_changes: bool
    key: str | None = None
    description: LocalizedString | None = None
    category_order_hints: dict[str, str] | None = None
    meta_title: LocalizedString | None = None
    meta_description: LocalizedString | None = None
    meta_keywords: LocalizedString | None = None
    tax_category: Reference | None = None
    price_mode: str | None = None


def face_of(product: Product, *, is_staged: bool) -> ProductFacts:
    """The staged or the current face."""
    return product.master_data.staged if is_staged else product.master_data.current


def projection_of(
    product: Product, *, is_staged: bool, wanted: Circumstances | None, stock: Stock
) -> ProductProjection:
    """The product as one face shows it; variants have a ``price`` where one matches what is wanted (S4-22)."""
    facts, master = face_of(product, is_staged=is_staged), product.master_data
    shown = {name: value for name, value in asdict(facts).items() if name not in ("master_variant", "variants")}
    return ProductProjection(
        **shown,
        id=product.id,
        version=product.version,
        created_at=product.created_at,
        last_modified_at=product.last_modified_at,
        product_type=product.product_type,
        master_variant=projected_variant(facts.master_variant, wanted, stock),
        variants=tuple(projected_variant(each, wanted, stock) for each in facts.variants),
        published=master.published,
        has_staged_changes=master.has_staged_changes,
        key=product.key,
        tax_category=product.tax_category,
        price_mode=product.price_mode,
    )


def projected_variant(variant: ProductVariant, wanted: Circumstances | None, stock: Stock) -> ProjectedVariant:
    """The variant with its price and its stock."""
    return ProjectedVariant(
        **asdict(variant),
        price=select_price(variant, wanted, wanted.channel) if wanted is not None else None,
        availability=availability_of(stock.get(variant.sku or "", ())),
    )


def availability_of(entries: Sequence[InventoryEntry]) -> VariantAvailability | None:
    """The entries of one SKU as a variant shows them; None where nobody keeps its stock."""
    if not entries:
        return None
    channels = {each.supply_channel.id: _at_channel(each) for each in entries if each.supply_channel is not None}
    own = next((_at_channel(each) for each in entries if each.supply_channel is None), None)
    if own is None:
        return VariantAvailability(channels=channels)
    return VariantAvailability(
        is_on_stock=own.is_on_stock,
        available_quantity=own.available_quantity,
        id=own.id,
        version=own.version,
        restockable_in_days=own.restockable_in_days,
        channels=channels or None,
    )


def _at_channel(entry: InventoryEntry) -> ChannelAvailability:
    return ChannelAvailability(
        is_on_stock=entry.available_quantity > 0,
        available_quantity=entry.available_quantity,
        id=entry.id,
        version=entry.version,
        restockable_in_days=entry.restockable_in_days,
    )


class PriceSelection(Draft):
    """What a request says about the price it wants to see; channel and customer group are ids."""

    currency: str | None = None
    country: str | None = None
    customer_group: str | None = None
    channel: str | None = None


def circumstances_on(site: Site | None, selection: PriceSelection, at: Timestamp) -> Circumstances | None:
    """What selects a price: what was asked for, else what the site says; None where nobody says anything (S4-15).

    Raises InvalidInput for a selection without a currency.
    """
    currency = selection.currency or (site.currency if site is not None else None)
    if currency is None:
        if selection != PriceSelection():
            raise InvalidInput(detail="priceCountry, priceCustomerGroup and priceChannel need a priceCurrency.")
        return None
    if not is_currency(currency):
        raise InvalidInput(detail=f"priceCurrency: {currency!r} is no currency.")
    price_channel = site.price_channel.id if site is not None and site.price_channel is not None else None
    return Circumstances(
        currency=currency,
        at=at,
        country=selection.country or (site.country if site is not None else None),
        customer_group=selection.customer_group,
        channel=selection.channel or price_channel,
    )


class FoundVariant(Document):
    """One result of a product search, priced and counted for the site."""

    product_id: str
    variant_id: int
    sku: str
    name: LocalizedString
    slug: LocalizedString
    product_key: str | None = None
    price: Price | None = None
    available_quantity: int | None = None
    attributes: tuple[Attribute, ...] = ()
    images: tuple[dict[str, object], ...] = ()


def found_variant(
    product: Product, variant: ProductVariant, *, wanted: Circumstances | None, available: int | None
) -> FoundVariant:
    """A variant as a search shows it; without a ``price`` it cannot be added to a cart here."""
    facts = product.master_data.current
    return FoundVariant(
        product_id=product.id,
        variant_id=variant.id,
        sku=variant.sku or "",
        name=facts.name,
        slug=facts.slug,
        product_key=product.key,
        price=select_price(variant, wanted, wanted.channel) if wanted is not None else None,
        available_quantity=available,
        attributes=variant.attributes,
        images=variant.images,
    )
