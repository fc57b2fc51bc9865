"""What an administrator's reports read in pages: nothing is left out at the edge of one, nothing comes twice."""

from uuid import uuid4

import pytest

from handcart.store.carts_in_use import list_carts_in_use
from handcart.store.published_products import list_published_products
from handcart.store.stores import Stores
from tests.builders import add, open_cart
from tests.project import Project


@pytest.mark.parametrize("page", [1, 2, 3, 4, 5, 6, 7, 100])
async def test_all_carts_of_an_owner_come_together_whatever_the_page(project: Project, stores: Stores, page: int):
    expected = {}
    for shopper in (project.customer("alice"), project.guest(), project.customer("bob")):
        carts = [open_cart(shopper, site, add("MUG"), name=str(uuid4())) for site in ("siteA", "siteB")]
        open_cart(shopper, "siteD", add("MUG"))
        expected[frozenset(each["id"] for each in carts)] = {each["siteId"] for each in carts}
    ended = open_cart(project.customer("wade"), "siteA", add("MUG"))
    project.backend.delete(f"/carts/{ended['id']}", params={"version": ended["version"]})
    found = [owned async for owned in list_carts_in_use(stores.database, project.key, ["siteB", "siteA"], page=page)]
    assert {frozenset(each.id for each in owned): {each.site for each in owned} for owned in found} == expected
    assert len(found) == 3


@pytest.mark.parametrize("page", [1, 2, 5, 6])
async def test_every_published_product_comes_once_whatever_the_page(project: Project, stores: Stores, page: int):
    pages = [some async for some in list_published_products(stores.database, project.key, page=page)]
    keys = [each.key or "" for some in pages for each in some]
    assert sorted(keys) == ["MUG", "NOLIST", "PEN", "SHIRT", "TEE"]
    assert all(len(some) <= page for some in pages)
