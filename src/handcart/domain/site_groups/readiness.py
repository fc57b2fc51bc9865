"""Whether sites are ready to share a cart: what lacks a price, stock or tax on one of them, and which prices differ.

S4-22 asks that every product has at least a list price for every site of the group, and S4-29 advises the same price
on all of them. A gap makes a line unpriced or an order refused; advice is only told.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import chain, islice
from typing import Literal

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Document, Timestamp
from handcart.domain.inventory import InventoryEntry
from handcart.domain.money import Money
from handcart.domain.price_selection import Circumstances, select_price, unit_money
from handcart.domain.product import Product, ProductVariant
from handcart.domain.site import Site, TaxRate

SHOWN_MAX = 250
"""So many gaps and so much advice are listed; all are counted."""

WARNINGS_MAX = 20
"""So many gaps are told beside the answer to a change of a group."""


class Gap(Document):
    """Something that a site of the group lacks; ``sku`` where it lacks it for one product."""

    code: Literal["MissingListPrice", "MissingStockEntry", "MissingTaxConfiguration", "MissingTaxRate"]
    site_id: str
    sku: str | None = None
    product_id: str | None = None
    currency: str | None = None
    tax_category: str | None = None
    country: str | None = None


class SitePrice(Document):
    """What one unit costs on a site."""

    site_id: str
    value: Money


class PriceDifference(Document):
    """A variant whose price is not the same on all sites of one currency (S4-29)."""

    product_id: str
    prices: tuple[SitePrice, ...]
    sku: str | None = None


class Readiness(Document):
    """What was found. ``isComplete`` is false where there are more products than were looked at."""

    sites: tuple[str, ...]
    ready: bool
    products: int
    is_complete: bool
    total_gaps: int
    gaps: tuple[Gap, ...]
    total_advice: int
    advice: tuple[PriceDifference, ...]


class ReadinessCheck:
    """A check under way: it is shown the published products one after another."""

    def __init__(
        self, sites: Collection[Site], catalogue: Catalogue, now: Timestamp, *, only: str | None = None
    ) -> None:
        self._sites = sorted(sites, key=lambda each: each.key)
        self._catalogue = catalogue
        self._now = now
        self._only = only
        self._products = 0
        self._total_gaps = self._total_advice = 0
        self._gaps: list[Gap] = []
        self._advice: list[PriceDifference] = []
        self._rates_looked_at: set[tuple[str, str]] = set()
        self._sold = 0
        self._lacking: Counter[str] = Counter()
        self._unpriced: dict[str, list[Gap]] = {}
        self._skus = 0
        self._unstocked: Counter[str] = Counter()
        self._untaxed: list[Gap] = []
        self._without_stock: list[Gap] = []
        for site in self._sites:
            self._look_at_taxes(site)

    @property
    def needs_products(self) -> bool:
        """Whether any of the sites sells anything: a site may name no catalogue at all."""
        return any(each.catalogs != () for each in self._sites)

    def look_at(self, product: Product, stock: Mapping[str, Collection[InventoryEntry]]) -> None:
        """One more published product, and the stock entries of its SKUs."""
        self._products += 1
        for variant in product.master_data.current.all_variants():
            self._look_at_prices(product, variant)
            if variant.sku is not None:
                self._skus += 1
                places = {
                    entry.supply_channel.id if entry.supply_channel else "" for entry in stock.get(variant.sku, ())
                }
                for site in self._sites:
                    self._look_at_stock(site, product, variant.sku, places)
        if product.tax_category is not None:
            for site in self._sites:
                if site.tax_rates is None and site.tax_category is None:
                    self._look_at_rate(site, product.tax_category.id)

    def readiness(self, *, is_complete: bool) -> Readiness:
        """What was found."""
        return Readiness(
            sites=tuple(each.key for each in self._sites),
            ready=not self._total_gaps,
            products=self._products,
            is_complete=is_complete,
            total_gaps=self._total_gaps,
            gaps=tuple(self._gaps),
            total_advice=self._total_advice,
            advice=tuple(self._advice),
        )

    @property
    def unpriced(self) -> Mapping[str, Collection[Gap]]:
        """By product, the sites that lack a price of what others of them sell."""
        return self._unpriced

    @property
    def warnings(self) -> tuple[Gap, ...]:
        """The first gaps of each kind that is told beside the answer to a change: taxes, prices, stock."""
        unpriced = chain.from_iterable(self._unpriced.values())
        return tuple(islice(chain(self._untaxed, unpriced, self._without_stock), WARNINGS_MAX))

    def barring(self, in_carts: Collection[str]) -> list[Gap]:
        """The gaps over which sites should not come to share a cart: of taxes; of the products in open carts, whose
        lines would lose their price; of a site that has no price for most of what the others sell, or no stock of most
        of it. That single products lack a price or stock on single sites is usual, and only told.
        """
        bare = {site for site, lacking in self._lacking.items() if 2 * lacking > self._sold}
        empty = {site for site, lacking in self._unstocked.items() if 2 * lacking > self._skus}
        unpriced = [
            gap
            for product, gaps in self._unpriced.items()
            for gap in gaps
            if gap.site_id in bare or product in in_carts
        ]
        return [*self._untaxed, *unpriced, *(each for each in self._without_stock if each.site_id in empty)]

    def _found(self, gap: Gap) -> None:
        if self._only in (None, gap.site_id):
            self._total_gaps += 1
            if len(self._gaps) < SHOWN_MAX:
                self._gaps.append(gap)

    def _lacks_tax(self, gap: Gap) -> None:
        self._untaxed.append(gap)
        self._found(gap)

    def _look_at_prices(self, product: Product, variant: ProductVariant) -> None:
        by_currency: dict[str, list[SitePrice]] = {}
        missing: dict[str, Gap] = {}
        for site in self._sites:
            for currency in (site.currency,) if site.currency else self._catalogue.settings.currencies:
                channel = site.price_channel.id if site.price_channel is not None else None
                wanted = Circumstances(currency, self._now, site.country, None, channel)
                price = select_price(variant, wanted, channel)
                if price is not None:
                    paid = SitePrice(site_id=site.key, value=unit_money(price, 1))
                    by_currency.setdefault(currency, []).append(paid)
                    continue
                missing[site.key] = Gap(
                    code="MissingListPrice",
                    site_id=site.key,
                    sku=variant.sku,
                    product_id=product.id,
                    currency=currency,
                )
                self._found(missing[site.key])
        if by_currency:
            self._sold += 1
            sold_on = {each.site_id for prices in by_currency.values() for each in prices}
            lacking = {site: gap for site, gap in missing.items() if site not in sold_on}
            self._lacking.update(lacking.keys())
            if lacking:
                self._unpriced.setdefault(product.id, []).extend(lacking.values())
        for prices in by_currency.values():
            if len({each.value.cent_amount for each in prices}) > 1:
                self._advise(PriceDifference(product_id=product.id, sku=variant.sku, prices=tuple(prices)))

    def _advise(self, difference: PriceDifference) -> None:
        if self._only is None or any(each.site_id == self._only for each in difference.prices):
            self._total_advice += 1
            if len(self._advice) < SHOWN_MAX:
                self._advice.append(difference)

    def _look_at_stock(self, site: Site, product: Product, sku: str, places: Collection[str]) -> None:
        """A site that counts its stock needs an entry where it takes the stock from."""
        place = site.stock_channel.id if site.stock_channel is not None else ""
        mode = site.inventory_mode or self._catalogue.settings.inventory_mode
        if mode != "None" and place not in places:
            gap = Gap(code="MissingStockEntry", site_id=site.key, sku=sku, product_id=product.id)
            self._found(gap)
            self._unstocked[site.key] += 1
            self._without_stock.append(gap)

    def _look_at_taxes(self, site: Site) -> None:
        """A site without any taxes beside one that has some, and taxes that do not hold in the site's own country."""
        is_taxed = site.tax_rates is not None or site.tax_category is not None
        if not is_taxed and any(each.tax_rates is not None or each.tax_category is not None for each in self._sites):
            self._lacks_tax(Gap(code="MissingTaxConfiguration", site_id=site.key))
        if site.tax_rates:
            if not _holds_in(site.tax_rates, site.country):
                self._lacks_tax(Gap(code="MissingTaxRate", site_id=site.key, country=site.country))
        elif site.tax_rates is None and site.tax_category is not None:
            self._look_at_rate(site, site.tax_category.id)

    def _look_at_rate(self, site: Site, category_id: str) -> None:
        if (site.key, category_id) in self._rates_looked_at:
            return
        self._rates_looked_at.add((site.key, category_id))
        category = self._catalogue.tax_categories.get(category_id)
        if category is None or not _holds_in(category.rates, site.country):
            name = (category.key if category is not None else None) or category_id
            self._lacks_tax(Gap(code="MissingTaxRate", site_id=site.key, tax_category=name, country=site.country))


def _holds_in(rates: Collection[TaxRate], country: str | None) -> bool:
    """A site that names no country is not held to one."""
    return country is None or any(each.country == country for each in rates)
