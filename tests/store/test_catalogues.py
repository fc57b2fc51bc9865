"""The cache of catalogues when it is full."""

import pytest

from handcart.store import catalogues
from handcart.store.stores import Stores
from tests.conftest import Project


async def test_a_decision_under_way_keeps_its_offers_when_the_cache_is_emptied(
    project: Project, stores: Stores, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(catalogues, "PRODUCTS_CACHED_MAX", 1)
    cache = stores.catalogues
    decided_on = await cache.catalogue(project.key)
    await cache.load_offers(decided_on, skus={"TEE", "MUG"}, product_ids=set())
    following = await cache.catalogue(project.key)
    assert (following.epoch, set(following.offers_by_sku)) == (decided_on.epoch, set())
    await cache.load_offers(following, skus={"PEN"}, product_ids=set())
    assert set(decided_on.offers_by_sku) == {"TEE", "MUG"}
    assert set(following.offers_by_sku) == {"PEN"}
    assert await cache.catalogue(project.key) is following
