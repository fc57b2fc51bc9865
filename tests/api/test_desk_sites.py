"""Agents serve carts and see orders with items of several sites (S4-7)."""

from tests.api.desk import Desk
from tests.builders import add, lines_on, money, open_cart, ship_to, submit
from tests.client import ok, refused
from tests.conftest import Project


def test_s4_7_an_agent_serves_one_cart_with_items_of_two_sites(project: Project) -> None:
    alice = project.customer("alice")
    open_cart(alice, "siteA", add("TEE", 1))
    cart = open_cart(alice, "siteB", add("MUG", 1))
    on_a, on_b = Desk(project, site="siteA"), Desk(project, site="siteB")
    assert on_a.select("alice")["cart"]["totalPrice"] == money(2500 + 800)
    seen = on_b.select("alice")["cart"]
    assert seen["id"] == cart["id"]
    assert lines_on(seen) == [("TEE", "siteA", 1), ("MUG", "siteB", 1)]
    assert seen["totalPrice"] == money(5000 + 800)
    after = on_b.add(seen, add("TEE", 1))
    assert lines_on(after) == [("TEE", "siteA", 1), ("MUG", "siteB", 1), ("TEE", "siteB", 1)]
    assert open_cart(alice, "siteA")["totalPrice"] == money(2500 + 800 + 2500)


def test_s4_7_an_agent_moves_from_site_to_site_with_the_customer(project: Project) -> None:
    desk = Desk(project)
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 1))
    desk.site = "siteM"
    on_m = desk.select("alice")["cart"]
    assert (on_m["id"], on_m["totalPrice"]) == (cart["id"], money(48000, "MXN"))
    desk.site = "siteD"
    apart = desk.select("alice")["cart"]
    assert apart["id"] != cart["id"]
    scopes = {(each["scope"], each["cartId"]) for each in desk.read()["customers"]}
    assert scopes == {("group:G1", cart["id"]), ("site:siteD", apart["id"])}


def test_s4_7_an_agent_sees_an_order_with_the_sites_of_its_items(project: Project) -> None:
    alice = project.customer("alice")
    open_cart(alice, "siteA", add("TEE", 1))
    cart = open_cart(alice, "siteB", add("MUG", 1), ship_to())
    order = ok(submit(alice, cart, "siteB"), 201)
    agent = project.staff("agent7")
    seen = agent.read(f"/orders/{order['id']}")
    assert lines_on(seen) == [("TEE", "siteA", 1), ("MUG", "siteB", 1)]
    assert (seen["siteId"], seen["createSiteId"]) == ("siteB", "siteA")
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
