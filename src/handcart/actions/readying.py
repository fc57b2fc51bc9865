"""Looking ahead of a change of a group or of a site in it, outside of any transaction: which carts it touches, and what
keeps sites from sharing a cart.
"""

from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import timestamp_of
from handcart.domain.errors import LockedField, SitesNotReady
from handcart.domain.scope import sharing_group
from handcart.domain.sharing import sharing_of
from handcart.domain.site import Site, SiteGroup
from handcart.domain.site_groups.preview import Preview, PreviewCheck
from handcart.domain.site_groups.readiness import SHOWN_MAX, Gap, ReadinessCheck
from handcart.domain.site_groups.requests import PlannedGroup, group_named, is_joining
from handcart.store.carts_in_use import list_carts_in_use, list_products_in_carts
from handcart.store.inventory import list_stock
from handcart.store.published_products import list_published_products
from handcart.store.stores import Stores

CARTS_MAX = 200_000
PRODUCTS_MAX = 100_000


class Ahead(msgspec.Struct, frozen=True):
    """What was seen ahead of a change. It may only be saved while the catalogue is of that ``epoch``, if any."""

    counted: Preview | None = None
    warnings: tuple[Gap, ...] = ()
    epoch: int | None = None


async def preview_of(stores: Stores, catalogue: Catalogue, before: SiteGroup, planned: PlannedGroup) -> Preview:
    """The carts that would come together and those that would be separated; ``CARTS_MAX`` are looked at, in pages."""
    check = PreviewCheck(before, planned, catalogue)
    seen = 0
    sites = {*before.sites, *planned.group.sites}
    async for carts in list_carts_in_use(stores.database, catalogue.settings.key, sites):
        if seen >= CARTS_MAX:
            return check.preview(is_complete=False)
        check.look_at(carts)
        seen += len(carts)
    return check.preview(is_complete=True)


async def check_readiness(
    stores: Stores, catalogue: Catalogue, sites: Iterable[Site], *, only: str | None = None
) -> tuple[ReadinessCheck, bool]:
    """A check that was shown the products, and whether it was shown all: no more than ``PRODUCTS_MAX``, in pages."""
    project = catalogue.settings.key
    check = ReadinessCheck(list(sites), catalogue, timestamp_of(stores.clock.utc_now()), only=only)
    seen = 0
    if check.needs_products:
        async for products in list_published_products(stores.database, project):
            if seen >= PRODUCTS_MAX:
                return check, False
            seen += len(products)
            skus = [
                variant.sku
                for product in products
                for variant in product.master_data.current.all_variants()
                if variant.sku is not None
            ]
            stock = await list_stock(stores.database, project, skus)
            for each in products:
                check.look_at(each, stock)
    return check, True


async def look_ahead(
    stores: Stores, project: str, plan: Callable[[Catalogue], PlannedGroup | None], *, is_forced: bool
) -> Ahead:
    """What comes of saving what ``plan`` makes; nothing where it is None, or all shoppers share as now.

    Raises SitesNotReady where sites would come to share a cart over gaps that bar them, and nobody forces it; in a
    project that asks for readiness (``requireSiteReadiness``), over any gap.
    """
    catalogue = await stores.catalogues.fresh(project)
    planned = plan(catalogue)
    if planned is None:
        return Ahead()
    former = group_named(catalogue, planned.group.id) or replace(planned.group, sites=())
    before = sharing_group(former, catalogue.sites)
    after = sharing_group(planned.group, planned.sites)
    if sharing_of([before], catalogue.sites) == sharing_of([after], planned.sites):
        return Ahead()
    warnings: tuple[Gap, ...] = ()
    epoch = None
    if is_joining(before, after):
        check, is_complete = await check_readiness(stores, catalogue, [planned.sites[each] for each in after.sites])
        if catalogue.settings.require_site_readiness and not is_forced:
            found = check.readiness(is_complete=is_complete)
            if not found.ready:
                raise _not_ready(found.gaps, found.total_gaps)
            epoch = catalogue.epoch
        elif not is_forced and not catalogue.sharing.have_shared(after.sites):
            await _check_not_barred(stores, project, check, after)
        warnings = check.warnings
    return Ahead(await preview_of(stores, catalogue, former, planned), warnings, epoch)


async def _check_not_barred(stores: Stores, project: str, check: ReadinessCheck, group: SiteGroup) -> None:
    """Sites that have shared a cart before are not kept apart by gaps that they had then; all others may be."""
    in_carts: set[str] = set()
    if check.unpriced:
        in_carts = await list_products_in_carts(stores.database, project, group.sites, among=check.unpriced.keys())
    barring = check.barring(in_carts)
    if barring:
        raise _not_ready(tuple(barring[:SHOWN_MAX]), len(barring))


def _not_ready(gaps: tuple[Gap, ...], total: int) -> SitesNotReady:
    return SitesNotReady(total_gaps=total, gaps=[msgspec.to_builtins(each) for each in gaps])


def check_unchanged(looked_at: int | None, epoch: int, *, field: str = "sites") -> None:
    """Refuse to save on a catalogue that changed since it was looked at; ``epoch`` is the one just begun. Raises
    LockedField for the ``field`` whose change would be decided on what is no longer so.
    """
    if looked_at is not None and epoch != looked_at + 1:
        raise LockedField(field=field)
