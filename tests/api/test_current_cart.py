"""The one current cart of a shopper: made at the first access, found again, shared among the sites of a group."""

import pytest

from tests.builders import NO_ID, action, add, lines_on, money, open_cart, ship_to, skus, submit
from tests.client import Api, ok, refused
from tests.conftest import Project


@pytest.mark.parametrize("who", ["guest", "alice"])
def test_s3_3_the_first_access_makes_a_cart_for_anyone(project: Project, who: str):
    shopper = project.guest() if who == "guest" else project.customer(who)
    cart = shopper.in_store("siteA").create("/me/current-cart")
    assert cart["status"] == "Cart"
    assert cart["cartState"] == "Active"
    assert cart["lineItems"] == []
    assert cart["version"] == 1
    assert cart["totalPrice"] == money(0)
    assert cart["name"] == "Default"
    assert ("customerId" in cart) == (who == "alice")
    assert ("anonymousId" in cart) == (who == "guest")


def test_s3_4_the_cart_has_an_id_before_any_item_and_keeps_it(project: Project):
    guest = project.guest().in_store("siteA")
    first = guest.create("/me/current-cart")
    assert guest.write("/me/current-cart")["id"] == first["id"]
    assert guest.read("/me/current-cart") == first
    assert project.counts()["carts"] == 1


def test_reading_makes_no_cart(project: Project):
    for path in ("/me/current-cart", "/me/active-cart"):
        refused(project.guest().get(path), 404, "ResourceNotFound")
        refused(project.customer("bob").in_store("siteB").get(path), 404, "ResourceNotFound")
    assert project.counts()["carts"] == 0


def test_a_shopper_without_a_site_is_on_the_default_site(project: Project):
    guest = project.guest()
    cart = guest.create("/me/current-cart")
    assert cart["store"] == {"typeId": "store", "key": "siteA"}
    assert guest.in_store("siteA").read("/me/current-cart")["id"] == cart["id"]


def test_the_site_comes_from_path_header_or_host(project: Project):
    alice = project.customer()
    in_store = alice.in_store("siteD").create("/me/current-cart")
    assert in_store["store"]["key"] == "siteD"
    assert alice.with_headers(X_CCSite="siteD").write("/me/current-cart")["id"] == in_store["id"]
    assert alice.with_headers(Host="d.example.com").write("/me/current-cart")["id"] == in_store["id"]
    assert alice.with_headers(Host="D.example.com:8443").write("/me/current-cart")["id"] == in_store["id"]


def test_a_header_that_contradicts_the_path_is_refused(project: Project):
    alice = project.customer().with_headers(X_CCSite="siteB")
    refused(alice.in_store("siteA").post("/me/current-cart"), 400, "InvalidInput")
    refused(project.customer().with_headers(X_CCSite="nowhere").post("/me/current-cart"), 400, "InvalidInput")
    refused(project.customer().in_store("nowhere").post("/me/current-cart"), 404, "ResourceNotFound")
    assert project.counts()["carts"] == 0


def test_s0_6_a_name_makes_another_cart(project: Project):
    alice = project.customer().in_store("siteA")
    default = alice.create("/me/current-cart")
    quote = alice.create("/me/current-cart", {"name": "Quote2"})
    assert quote["name"] == "Quote2"
    assert quote["id"] != default["id"]
    assert alice.write("/me/current-cart", {"name": "Quote2"})["id"] == quote["id"]
    assert alice.read("/me/current-cart", params={"name": "Quote2"})["id"] == quote["id"]
    assert alice.write("/me/current-cart")["id"] == default["id"]


def test_of_several_the_most_recently_modified_is_current(project: Project):
    alice = project.customer().in_store("siteA")
    first = alice.create("/me/carts", {"currency": "USD"})
    second = alice.create("/me/carts", {"currency": "USD"})
    assert alice.read("/me/active-cart")["id"] == second["id"]
    first = alice.change_my_cart(first, add("MUG"))
    assert alice.read("/me/active-cart")["id"] == first["id"]
    assert alice.write("/me/current-cart")["id"] == first["id"]


def test_a_merchants_cart_is_never_current(project: Project):
    alice = project.customer()
    draft = {"currency": "USD", "customerId": project.customer_id("alice"), "origin": "Merchant"}
    project.admin.in_store("siteA").create("/carts", draft)
    refused(alice.in_store("siteA").get("/me/active-cart"), 404, "ResourceNotFound")
    assert alice.in_store("siteA").create("/me/current-cart")["origin"] == "Customer"


def test_a_deleted_cart_is_replaced_at_the_next_access(project: Project):
    guest = project.guest()
    cart = open_cart(guest)
    gone = ok(guest.delete(f"/me/carts/{cart['id']}", params={"version": cart["version"]}), 200)
    assert gone == cart
    refused(guest.get(f"/me/carts/{cart['id']}"), 404, "ResourceNotFound")
    assert guest.create("/me/current-cart")["id"] != cart["id"]


def test_an_ordered_cart_is_current_no_more(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), ship_to())
    ok(submit(alice, cart), 201)
    refused(alice.get("/me/current-cart"), 404, "ResourceNotFound")
    assert alice.in_store("siteA").create("/me/current-cart")["id"] != cart["id"]


def test_s4_1_s4_12_registered_shoppers_have_one_cart_on_all_sites_of_the_group(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    for site in ("siteA", "siteB", "siteM", "siteC"):
        assert alice.in_store(site).read("/me/current-cart")["id"] == cart["id"]
        assert alice.in_store(site).read(f"/me/carts/{cart['id']}")["id"] == cart["id"]
    assert cart["scope"] == "group:G1"


def test_s4_5_a_site_outside_the_group_has_its_own_cart(project: Project):
    alice = project.customer()
    shared = open_cart(alice, "siteA", add("TEE"))
    separate = open_cart(alice, "siteD", add("MUG"))
    assert separate["id"] != shared["id"]
    assert separate["scope"] == "site:siteD"
    assert skus(alice.in_store("siteA").read("/me/current-cart")) == [("TEE", 1)]
    refused(alice.in_store("siteD").get(f"/me/carts/{shared['id']}"), 404, "ResourceNotFound")
    refused(alice.in_store("siteA").get(f"/me/carts/{separate['id']}"), 404, "ResourceNotFound")
    before = project.cart_row(shared["id"])
    update = {"version": shared["version"], "actions": [add("MUG")]}
    refused(alice.in_store("siteD").post(f"/me/carts/{shared['id']}", update), 404, "ResourceNotFound")
    assert project.cart_row(shared["id"]) == before


def test_s4_13_guests_share_a_cart_on_one_registrable_domain(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    for site in ("siteB", "siteM"):
        assert guest.in_store(site).write("/me/current-cart")["id"] == cart["id"]


def test_s4_14_guests_do_not_share_across_domains_and_customers_do(project: Project):
    guest, alice = project.guest(), project.customer()
    of_guest, of_alice = open_cart(guest, "siteA", add("TEE")), open_cart(alice, "siteA", add("TEE"))
    elsewhere = guest.in_store("siteC").create("/me/current-cart")
    assert elsewhere["id"] != of_guest["id"]
    assert elsewhere["lineItems"] == []
    refused(guest.in_store("siteC").get(f"/me/carts/{of_guest['id']}"), 404, "ResourceNotFound")
    assert alice.in_store("siteC").write("/me/current-cart")["id"] == of_alice["id"]


def test_s4_2_items_of_two_sites_are_in_one_cart(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    cart = open_cart(alice, "siteB", add("MUG"))
    assert lines_on(cart) == [("TEE", "siteA", 1), ("MUG", "siteB", 1)]


def test_s4_25_the_same_item_of_two_sites_makes_two_lines(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("SHIRT"))
    cart = open_cart(alice, "siteB", add("SHIRT"))
    assert lines_on(cart) == [("SHIRT", "siteA", 1), ("SHIRT", "siteB", 1)]
    cart = open_cart(alice, "siteA", add("SHIRT"))
    assert lines_on(cart) == [("SHIRT", "siteA", 2), ("SHIRT", "siteB", 1)]


def test_s4_19_create_site_is_that_of_the_first_item(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteB")
    assert "createSiteId" not in cart
    cart = open_cart(alice, "siteA", add("TEE"))
    assert cart["createSiteId"] == "siteA"
    assert cart["store"]["key"] == "siteB"


def test_s4_20_create_site_never_changes(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    cart = open_cart(alice, "siteB", add("MUG"))
    for line in cart["lineItems"]:
        cart = open_cart(alice, "siteB", action("removeLineItem", lineItemId=line["id"]))
    assert cart["createSiteId"] == "siteA"
    cart = open_cart(alice, "siteM", add("TEE"))
    assert cart["createSiteId"] == "siteA"
    cart = open_cart(alice, "siteC", ship_to())
    order = ok(submit(alice, cart, "siteC"), 201)
    assert (order["createSiteId"], order["siteId"]) == ("siteA", "siteC")


def test_s4_21_site_is_set_by_adding_and_submitting_alone(project: Project):
    alice = project.customer()
    assert open_cart(alice, "siteA", add("TEE"))["siteId"] == "siteA"
    cart = open_cart(alice, "siteB", add("MUG"))
    assert cart["siteId"] == "siteB"
    assert alice.in_store("siteM").read("/me/current-cart")["siteId"] == "siteB"
    change = action("changeLineItemQuantity", lineItemId=cart["lineItems"][0]["id"], quantity=3)
    cart = open_cart(alice, "siteM", change)
    assert cart["siteId"] == "siteB"
    assert lines_on(cart) == [("TEE", "siteA", 3), ("MUG", "siteB", 1)]
    cart = open_cart(alice, "siteA", ship_to())
    assert cart["siteId"] == "siteB"
    assert ok(submit(alice, cart, "siteA"), 201)["siteId"] == "siteA"


def test_another_shoppers_cart_is_not_there(project: Project):
    cart = open_cart(project.customer("alice"), "siteA", add("TEE"))
    before = project.cart_row(cart["id"])
    update = {"version": cart["version"], "actions": [add("MUG")]}
    for stranger in (project.customer("bob"), project.guest()):
        path = f"/me/carts/{cart['id']}"
        refused(stranger.get(path), 404, "ResourceNotFound")
        refused(stranger.post(path, update), 404, "ResourceNotFound")
        refused(stranger.post(f"{path}/checkout"), 404, "ResourceNotFound")
        refused(stranger.delete(path, params={"version": cart["version"]}), 404, "ResourceNotFound")
        refused(submit(stranger, cart, None), 404, "ResourceNotFound")
    refused(project.customer("alice").get(f"/me/carts/{NO_ID}"), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"]) == before


def test_the_customer_counts_and_not_the_device(project: Project):
    cart = open_cart(project.customer("alice", device="phone"), "siteA", add("TEE"))
    assert open_cart(project.customer("alice", device="laptop"), "siteA")["id"] == cart["id"]


def test_answers_about_carts_are_not_kept_by_caches(project: Project):
    guest = project.guest()
    made = guest.post("/me/current-cart")
    assert made.headers["cache-control"] == "no-store"
    assert guest.get("/me/current-cart").headers["cache-control"] == "no-store"
    assert refused(guest.get(f"/me/carts/{NO_ID}"), 404, "ResourceNotFound")


def test_head_is_answered_like_get_without_a_body(project: Project):
    guest = project.guest()
    assert guest.request("HEAD", "/me/active-cart").status_code == 404
    cart = open_cart(guest)
    response = guest.request("HEAD", f"/me/carts/{cart['id']}")
    assert (response.status_code, response.content) == (200, b"")


def test_s4_27_opening_the_shared_cart_on_another_site_answers_it_at_that_sites_prices(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    before = project.cart_row(cart["id"])
    in_mexico = alice.in_store("siteM").write("/me/current-cart")
    assert (in_mexico["id"], in_mexico["version"]) == (cart["id"], cart["version"])
    assert in_mexico["totalPrice"] == money(48000, "MXN")
    unchanged = alice.in_store("siteM").change_my_cart(cart)
    assert unchanged["totalPrice"] == money(48000, "MXN")
    assert project.cart_row(cart["id"]) == before


def test_s4_12_a_shared_cart_is_among_the_shoppers_carts_on_every_site_of_the_group(project: Project):
    alice, guest = project.customer(), project.guest()
    cart, guests = open_cart(alice, "siteA", add("TEE")), open_cart(guest, "siteA", add("TEE"))

    def listed(shopper: Api, site: str) -> list[str]:
        return [each["id"] for each in shopper.in_store(site).read("/me/carts")["results"]]

    assert [listed(alice, each) for each in ("siteA", "siteB", "siteC")] == [[cart["id"]]] * 3
    assert [listed(guest, each) for each in ("siteA", "siteB", "siteC")] == [[guests["id"]], [guests["id"]], []]
    assert listed(alice, "siteD") == []


def test_a_draft_names_its_store_where_the_path_does_not(project: Project):
    alice = project.customer()
    store = {"typeId": "store", "key": "siteB"}
    cart = alice.create("/me/carts", {"currency": "USD", "store": store, "lineItems": [{"sku": "TEE"}]})
    assert (cart["store"], cart["siteId"], cart["totalPrice"]) == (store, "siteB", money(5000))
    assert alice.in_store("siteB").read("/me/active-cart")["id"] == cart["id"]
    counts = project.counts()
    draft = {"currency": "USD", "store": store}
    refused(alice.in_store("siteA").post("/me/carts", draft), 400, "InvalidField", field="store")
    refused(alice.with_headers(X_CCSite="siteA").post("/me/carts", draft), 400, "InvalidField", field="store")
    unknown = {"currency": "USD", "store": {"typeId": "store", "key": "nowhere"}}
    refused(alice.post("/me/carts", unknown), 400, "ReferencedResourceNotFound")
    assert project.counts() == counts
