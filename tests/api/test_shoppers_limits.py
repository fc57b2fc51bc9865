"""What is the site's to decide is not a shopper's: tax, stock, and the price group."""

from tests.builders import action, add, money, open_cart
from tests.client import refused
from tests.conftest import Project


def test_a_shopper_does_not_choose_tax_or_stock(project: Project):
    guest = project.guest().in_store("siteA")
    for field, value in (("taxMode", "Disabled"), ("inventoryMode", "None")):
        response = guest.post("/me/carts", {"currency": "USD", field: value})
        refused(response, 400, "InvalidField", field=field)
    draft = {"currency": "USD", "taxMode": "Platform", "inventoryMode": "ReserveOnOrder"}
    assert guest.create("/me/carts", draft)["taxMode"] == "Platform"
    assert project.counts()["carts"] == 1


def test_a_shopper_is_priced_by_the_site_and_by_no_other_price_group(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteB", add("TEE"))
    before = project.cart_row(cart["id"])
    cheaper = {"typeId": "channel", "key": "pgA"}
    path = f"/me/carts/{cart['id']}"
    actions = (
        add("TEE", distributionChannel=cheaper),
        action("setLineItemDistributionChannel", lineItemId=cart["lineItems"][0]["id"], distributionChannel=cheaper),
    )
    for each in actions:
        response = guest.in_store("siteB").post(path, {"version": cart["version"], "actions": [each]})
        refused(response, 400, "InvalidField", field="distributionChannel")
    assert project.cart_row(cart["id"]) == before
    own = {"typeId": "channel", "key": "pgB"}
    assert guest.in_store("siteB").change_my_cart(cart, add("MUG", distributionChannel=own))["totalPrice"] == money(
        5800
    )
