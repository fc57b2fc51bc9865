"""Looking through a project's products for what keeps sites from sharing a cart; outside of any transaction."""

from collections.abc import Callable

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import timestamp_of
from handcart.domain.errors import LockedField, SitesNotReady
from handcart.domain.site import SiteGroup
from handcart.domain.site_groups.readiness import Readiness, ReadinessCheck
from handcart.domain.site_groups.requests import group_named, is_joining
from handcart.store.inventory import list_stock
from handcart.store.published_products import list_published_products
from handcart.store.stores import Stores

PRODUCTS_MAX = 100_000


async def readiness_of(
    stores: Stores, catalogue: Catalogue, sites: tuple[str, ...], *, only: str | None = None
) -> Readiness:
    """What these sites lack, or one of them; read in pages, and no further than ``PRODUCTS_MAX`` products."""
    project = catalogue.settings.key
    known = [catalogue.sites[each] for each in sites if each in catalogue.sites]
    check = ReadinessCheck(known, catalogue, timestamp_of(stores.clock.utc_now()), only=only)
    seen = 0
    if check.needs_products:
        async for products in list_published_products(stores.database, project):
            if seen >= PRODUCTS_MAX:
                return check.readiness(is_complete=False)
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
    return check.readiness(is_complete=True)


async def check_readiness(
    stores: Stores, project: str, plan: Callable[[Catalogue], SiteGroup], *, is_forced: bool
) -> int | None:
    """Refuse sites that would come to share a cart with gaps, where the project asks for that and nobody forces it.

    ``plan`` is the group that is about to be saved. Answers the epoch that was looked at: the group may only be saved
    while the catalogue is still that one. None where nothing was looked at. Raises SitesNotReady.
    """
    if is_forced:
        return None
    catalogue = await stores.catalogues.fresh(project)
    if not catalogue.settings.require_site_readiness:
        return None
    group = plan(catalogue)
    if not is_joining(group_named(catalogue, group.id), group):
        return None
    found = await readiness_of(stores, catalogue, group.sites)
    if not found.ready:
        raise SitesNotReady(total_gaps=found.total_gaps, gaps=[msgspec.to_builtins(each) for each in found.gaps])
    return catalogue.epoch


def check_unchanged(looked_at: int | None, epoch: int) -> None:
    """Refuse to save on a catalogue that changed since it was looked at; ``epoch`` is the one just begun."""
    if looked_at is not None and epoch != looked_at + 1:
        raise LockedField(field="sites")
