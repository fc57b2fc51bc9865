"""What a caller must not get: others' carts, sessions and sign-ins, by roundabout ways."""

from tests.builders import add, open_cart
from tests.client import refused
from tests.conftest import Project


def test_the_shops_own_client_resolves_nobodys_carts(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    draft = {"currency": "USD", "lineItems": [{"sku": "TEE"}]}
    other = project.customer().in_store("siteA").create("/me/carts", draft)
    rows = [project.cart_row(each["id"]) for each in (mine, other)]
    for strategy in ("Prompt", "MergeLineItems", "KeepMostRecent"):
        body = {"strategy": strategy, "cartIds": [mine["id"], other["id"]]}
        refused(project.storefront.post("/carts/resolve", body), 404, "ResourceNotFound")
    assert [project.cart_row(each["id"]) for each in (mine, other)] == rows
