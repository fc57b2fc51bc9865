"""The host of a site in a sharing group changes while carts are open: for guests sites come and go (S4-13, S4-14)."""

import json
from importlib import resources
from typing import Any

import asyncpg
import pytest

from tests.api.ccadmin import Ccadmin, ccadmin
from tests.builders import add, open_cart, skus
from tests.client import Api
from tests.project import Project

__all__ = ["ccadmin"]

BOTH = [("MUG", 1), ("TEE", 1)]


def current(shopper: Api, site: str) -> Any:
    return shopper.in_store(site).write("/me/current-cart")


def move(ccadmin: Ccadmin, site: str, host: str | None) -> Any:
    """Give the site another host; answers what the group's list of changes says last."""
    ccadmin.write("PUT", f"/sites/{site}", {"host": host})
    return ccadmin.read("/siteGroups/G1/changes")["items"][0]


@pytest.mark.parametrize("first", ["opening", "opening there", "write"])
def test_s4_66_a_guests_carts_become_one_where_their_sites_come_to_be_on_one_domain(
    first: str, ccadmin: Ccadmin, project: Project
):
    guest = project.guest()
    on_a, on_c = open_cart(guest, "siteA", add("TEE")), open_cart(guest, "siteC", add("MUG"))
    assert on_a["id"] != on_c["id"]
    move(ccadmin, "siteC", "c.example.com")
    if first == "write":
        written = guest.in_store("siteA").change_my_cart(on_a, add("PEN"))
        assert (written["id"], len(written["lineItems"])) == (on_a["id"], 3)
    sites = ("siteC", "siteA") if first == "opening there" else ("siteA", "siteC")
    for site in sites:
        wanted = sorted([*BOTH, *([("PEN", 1)] if first == "write" else [])])
        assert sorted(skus(current(guest, site))) == wanted
    carts = {each["id"]: each for each in guest.read("/me/carts")["results"]}
    assert sorted(carts[each["id"]]["cartState"] for each in (on_a, on_c)) == ["Active", "Merged"]
    receipt = guest.read(f"/me/merges/{current(guest, 'siteA')['mergeReceipt']}")
    assert {each["sku"] for each in receipt["units"]} >= {"MUG", "TEE"}
    assert project.broken_invariants() == []


def test_a_change_of_a_host_is_told_with_the_domains_and_the_guests_carts_that_it_touched(
    ccadmin: Ccadmin, project: Project
):
    guest, alice = project.guest(), project.customer()
    for site in ("siteA", "siteC"):
        open_cart(guest, site, add("TEE"))
        open_cart(alice, site, add("TEE"))
    told = move(ccadmin, "siteC", "c.example.com")
    assert told["sites"] == told["sitesBefore"] == ["siteA", "siteB", "siteC", "siteM"]
    assert told["domainsBefore"] == {**told["domains"], "siteC": "mycompanytwo.com"}
    assert told["domains"]["siteC"] == "example.com"
    assert (told["merging"], told["separating"]) == ({"owners": 1, "carts": 2}, {"owners": 0, "carts": 0})
    told = move(ccadmin, "siteC", None)
    assert "siteC" not in told["domains"]
    assert (told["merging"]["carts"], told["separating"]["owners"]) == (0, 1)
    number = ccadmin.read("/siteGroups/G1/changes")["total"]
    move(ccadmin, "siteA", "shop.example.com")
    move(ccadmin, "siteD", "d.example.org")
    assert ccadmin.read("/siteGroups/G1/changes")["total"] == number


def test_t_12_a_guests_cart_whose_site_moved_away_tells_of_it_and_is_whole_again_when_it_is_back(
    ccadmin: Ccadmin, project: Project
):
    guest = project.guest()
    cart = open_cart(guest, "siteB", add("MUG"))
    move(ccadmin, "siteB", "b.example.org")
    begun = guest.in_store("siteA").create("/me/current-cart")
    assert begun["lineItems"] == []
    assert begun["separated"]["carts"] == [{"id": cart["id"], "siteId": "siteB"}]
    stayed = current(guest, "siteB")
    assert (stayed["id"], skus(stayed), stayed["separated"]["sites"]) == (cart["id"], [("MUG", 1)], ["siteA", "siteM"])
    guest.in_store("siteA").change_my_cart(begun, add("TEE"))
    move(ccadmin, "siteB", "b.example.com")
    for site in ("siteB", "siteA"):
        again = current(guest, site)
        assert (sorted(skus(again)), "separated" in again) == (BOTH, False)
    assert project.broken_invariants() == []


def test_customers_carts_do_not_care_for_hosts(ccadmin: Ccadmin, project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    row = project.cart_row(cart["id"])
    for host in ("c.example.com", None, "c.example.org"):
        move(ccadmin, "siteC", host)
        assert current(alice, "siteC")["id"] == current(alice, "siteA")["id"] == cart["id"]
    assert project.cart_row(cart["id"]) == row


def test_carts_that_a_guest_had_side_by_side_stay_apart_whatever_hosts_there_are(ccadmin: Ccadmin, project: Project):
    guest = project.guest()
    store = {"typeId": "store", "key": "siteA"}
    for sku in ("TEE", "MUG"):
        guest.in_store("siteA").create("/me/carts", {"currency": "USD", "store": store, "lineItems": [{"sku": sku}]})
    for host in ("c.example.com", "c.example.org", "c.example.com"):
        move(ccadmin, "siteC", host)
        assert skus(current(guest, "siteA")) == [("MUG", 1)]
    assert [each["cartState"] for each in guest.read("/me/carts")["results"]] == ["Active", "Active"]


async def test_changes_from_before_hosts_were_kept_count_as_made_with_the_hosts_there_are(
    project: Project, database: asyncpg.Connection
):
    query = "SELECT document FROM site_group_changes WHERE project = $1"
    before = json.loads(await database.fetchval(query, project.key))
    assert before["domains"]["siteC"] == "mycompanytwo.com"
    migration = resources.files("handcart.store.migrations").joinpath("0013_sharing_domains.sql").read_text()
    transaction = database.transaction()
    await transaction.start()
    bare = json.dumps({**before, "domains": {}}).encode()
    await database.execute("UPDATE site_group_changes SET document = $2 WHERE project = $1", project.key, bare)
    await database.execute(migration)
    assert json.loads(await database.fetchval(query, project.key)) == before
    await transaction.rollback()
