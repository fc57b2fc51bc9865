"""Whether sites are ready to share a cart (S4-22, S4-29), and what a change of a group would do to carts in use."""

import asyncio
import json
from typing import Any

import asyncpg

from tests.api.ccadmin import Ccadmin, ccadmin, refused
from tests.builders import NO_ID, add, open_cart
from tests.client import ok
from tests.project import Project

__all__ = ["ccadmin"]


def require_readiness(project: Project) -> None:
    """Turn the project's setting on, as a project file would."""
    document = project.sql.value("SELECT document FROM projects WHERE key = $1", project.key)
    changed = json.dumps({**json.loads(document), "requireSiteReadiness": True}).encode()
    project.sql.execute("UPDATE projects SET document = $2 WHERE key = $1", project.key, changed)


def gaps(found: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(each["code"], each["siteId"], each.get("sku")) for each in found["gaps"]]


def test_s4_22_a_product_without_a_price_on_a_site_is_a_gap(ccadmin: Ccadmin):
    found = ccadmin.read("/siteGroups/G1/readiness")
    assert sorted(gaps(found)) == [("MissingListPrice", site, "NOLIST") for site in ("siteB", "siteC", "siteM")]
    assert (found["ready"], found["totalGaps"], found["isComplete"]) == (False, 3, True)
    assert {each["currency"] for each in found["gaps"] if each["siteId"] == "siteM"} == {"MXN"}
    assert gaps(ccadmin.read("/siteGroups/G1/readiness", site="siteB")) == [("MissingListPrice", "siteB", "NOLIST")]
    assert ccadmin.read("/siteGroups/G1/readiness", site="siteA")["ready"] is True
    refused(ccadmin.api.get("/siteGroups/nothing/readiness"), 404, "30311")
    refused(ccadmin.api.get("/siteGroups/G1/readiness", params={"site": "nowhere"}), 400, "30312", field="site")


def test_s4_29_products_whose_prices_differ_are_reported(ccadmin: Ccadmin):
    found = ccadmin.read("/siteGroups/G1/readiness")
    differing = {each["sku"]: each["prices"] for each in found["advice"]}
    assert sorted(differing) == ["SHIRT", "TEE"]
    assert [(each["siteId"], each["value"]["centAmount"]) for each in differing["TEE"]] == [
        ("siteA", 2500),
        ("siteB", 5000),
        ("siteC", 4000),
    ]


def test_a_site_that_counts_stock_needs_an_entry_and_one_beside_taxed_sites_needs_taxes(ccadmin: Ccadmin):
    ccadmin.site("siteX", currency="USD", country="US", priceGroup="pgA", inventoryMode="ReserveOnOrder")
    found = ccadmin.read("/siteGroups/G1/readiness", site="siteX")
    assert set(gaps(found)) == {
        ("MissingTaxConfiguration", "siteX", None),
        *(("MissingStockEntry", "siteX", sku) for sku in ("TEE", "SHIRT", "MUG", "PEN", "NOLIST")),
    }
    assert len(ccadmin.read("/siteGroups/G1")["sites"]) == 4


def test_a_tax_category_needs_a_rate_for_the_sites_country(ccadmin: Ccadmin):
    ccadmin.site("siteX", currency="USD", country="DE", priceGroup="pgA", taxCategory="standard")
    assert ccadmin.read("/siteGroups/G1/readiness", site="siteX")["gaps"] == [
        {"code": "MissingTaxRate", "siteId": "siteX", "taxCategory": "standard", "country": "DE"}
    ]


def test_sites_that_sell_nothing_are_ready(ccadmin: Ccadmin):
    ccadmin.site("siteX", catalogs=[], currency="USD")
    ccadmin.group("G2", "siteX")
    found = ccadmin.read("/siteGroups/G2/readiness")
    assert (found["ready"], found["products"]) == (True, 0)


def test_gaps_keep_sites_from_joining_only_where_the_project_asks_for_it(ccadmin: Ccadmin, project: Project):
    ccadmin.without_sharing()
    ccadmin.group("G2", "siteA", "siteB", sharedCart=True)
    ccadmin.put_group("G2", sites=[])
    require_readiness(project)
    before = ccadmin.everything()
    body = {"sites": [{"id": "siteA"}, {"id": "siteB"}], "sharedCart": True}
    error = refused(ccadmin.api.put("/siteGroups/G2", body), 400, "30303", totalGaps=1)
    assert (error["devMessage"], error["gaps"][0]["sku"]) == ("SitesNotReady", "NOLIST")
    refused(ccadmin.api.post("/siteGroups", {"id": "G3", **body}), 400, "30305", totalGaps=1)
    assert ccadmin.everything() == before
    assert len(ccadmin.put_group("G2", **body, force=True)["sites"]) == 2
    assert ccadmin.put_group("G2", displayName="X")["displayName"] == "X"
    ccadmin.group("G3", "siteC", "siteD", force=True, sharedCart=True)
    ccadmin.group("G4", "siteA", "siteB")


def test_a_site_that_has_no_price_for_most_of_what_the_others_sell_joins_by_force_only(ccadmin: Ccadmin):
    ccadmin.site("siteX", currency="USD", country="US", taxRates=[])
    members = [{"id": each} for each in ("siteA", "siteB", "siteM", "siteC", "siteX")]
    before = ccadmin.everything()
    error = refused(ccadmin.api.put("/siteGroups/G1", {"sites": members}), 400, "30303", totalGaps=3)
    assert error["devMessage"] == "SitesNotReady"
    assert {(each["sku"], each["siteId"]) for each in error["gaps"]} == {
        (sku, "siteX") for sku in ("TEE", "SHIRT", "NOLIST")
    }
    assert ccadmin.everything() == before
    joined = ccadmin.put_group("G1", sites=members, force=True)
    assert len(joined["sites"]) == 5
    assert ("SHIRT", "siteX") in {(each["sku"], each["siteId"]) for each in joined["warnings"]}
    assert "warnings" not in ccadmin.put_group("G1", sites=members)
    assert "warnings" not in ccadmin.read("/siteGroups/G1")


def test_a_tax_conflict_and_a_stock_location_without_stock_keep_a_site_from_joining(ccadmin: Ccadmin):
    ccadmin.site("siteX", currency="USD", country="US", priceGroup="pgA")
    ccadmin.site("siteY", currency="USD", country="US", priceGroup="pgA", taxRates=[], inventoryMode="ReserveOnOrder")
    before = ccadmin.everything()
    lacking = {
        "siteX": {("MissingTaxConfiguration", "siteX", None)},
        "siteY": {("MissingStockEntry", "siteY", sku) for sku in ("TEE", "SHIRT", "MUG", "PEN", "NOLIST")},
    }
    for site, wanted in lacking.items():
        members = [{"id": each} for each in ("siteA", "siteB", "siteM", "siteC", site)]
        error = refused(ccadmin.api.put("/siteGroups/G1", {"sites": members}), 400, "30303", totalGaps=len(wanted))
        assert set(gaps(error)) == wanted
        assert ccadmin.everything() == before
    joined = ccadmin.put_group("G1", sites=members, force=True)
    assert {each["code"] for each in joined["warnings"]} == {"MissingListPrice", "MissingStockEntry"}


def test_single_products_without_a_price_on_single_sites_are_told_and_keep_no_site_from_joining(
    ccadmin: Ccadmin, project: Project
):
    open_cart(project.customer(), "siteD", add("TEE"))
    members = [{"id": each} for each in ("siteA", "siteB", "siteM", "siteC", "siteD")]
    joined = ccadmin.put_group("G1", sites=members)
    assert {(each["sku"], each["siteId"]) for each in joined["warnings"]} == {
        ("NOLIST", site) for site in ("siteB", "siteC", "siteD", "siteM")
    }
    assert len(joined["sites"]) == 5


def test_s4_55_gaps_in_open_carts_bar_new_sites_and_none_that_have_shared_a_cart_before(
    ccadmin: Ccadmin, project: Project
):
    open_cart(project.customer(), "siteA", add("NOLIST"))
    ccadmin.put_group("G1", sharedCart=False)
    again = ccadmin.put_group("G1", sharedCart=True)
    assert (again["sharedCart"], {each["sku"] for each in again["warnings"]}) == (True, {"NOLIST"})
    members = [{"id": each} for each in ("siteA", "siteB", "siteM", "siteC", "siteD")]
    before = ccadmin.everything()
    error = refused(ccadmin.api.put("/siteGroups/G1", {"sites": members}), 400, "30303", totalGaps=4)
    assert {(each["sku"], each["siteId"]) for each in error["gaps"]} == {
        ("NOLIST", site) for site in ("siteB", "siteC", "siteD", "siteM")
    }
    assert ccadmin.everything() == before
    assert len(ccadmin.put_group("G1", sites=members, force=True)["sites"]) == 5


def test_every_change_of_who_shares_a_cart_is_told_with_the_carts_that_it_touched(ccadmin: Ccadmin, project: Project):
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE"))
    path = "/siteGroups/G1/changes"
    members = [{"id": each} for each in ("siteA", "siteM", "siteC")]
    ccadmin.put_group("G1", sites=members)
    ccadmin.put_group("G1", displayName="Not a change of that kind")
    open_cart(alice, "siteB", add("MUG"))
    ccadmin.put_group("G1", sites=[*members, {"id": "siteB"}])
    found = ccadmin.read(path)
    assert (found["total"], found["items"][-1]["sitesBefore"]) == (3, [])
    joined, left = found["items"][:2]
    assert (joined["sitesBefore"], joined["sites"]) == (
        ["siteA", "siteC", "siteM"],
        ["siteA", "siteB", "siteC", "siteM"],
    )
    assert (joined["merging"], joined["separating"]) == ({"owners": 1, "carts": 2}, {"owners": 0, "carts": 0})
    assert (left["merging"], left["separating"]) == ({"owners": 0, "carts": 0}, {"owners": 1, "carts": 1})
    assert (left["isComplete"], joined["at"] > left["at"]) == (True, True)
    assert ccadmin.read(path, offset=1, limit=1)["items"] == [left]
    ccadmin.put_group("G1", sites=[])
    assert ccadmin.api.delete("/siteGroups/G1").status_code == 204
    assert ccadmin.read(path)["total"] == 4
    refused(ccadmin.api.get("/siteGroups/nothing/changes"), 404, "30311")


def test_s4_6_a_site_whose_storefront_is_no_longer_classic_joins_those_that_share_a_cart(
    ccadmin: Ccadmin, project: Project
):
    alice = project.customer()
    ccadmin.write("PUT", "/sites/siteD", {"storefront": "classic"})
    members = [{"id": each} for each in ("siteA", "siteB", "siteM", "siteC", "siteD")]
    assert "warnings" not in ccadmin.put_group("G1", sites=members)
    on_a, on_d = open_cart(alice, "siteA", add("NOLIST")), open_cart(alice, "siteD", add("TEE"))
    before = ccadmin.everything(), ccadmin.read("/siteGroups/G1/changes")
    for storefront in (None, "osf"):
        body = {"storefront": storefront}
        error = refused(ccadmin.api.put("/sites/siteD", body), 400, "InvalidOperation", totalGaps=4)
        assert error["devMessage"] == "SitesNotReady"
        assert {(each["sku"], each["siteId"]) for each in error["gaps"]} == {
            ("NOLIST", site) for site in ("siteB", "siteC", "siteD", "siteM")
        }
    assert (ccadmin.everything(), ccadmin.read("/siteGroups/G1/changes")) == before
    assert ccadmin.write("PUT", "/sites/siteD", {"gateway": "gwD"})["storefront"] == "classic"
    joined = ccadmin.write("PUT", "/sites/siteD", {"storefront": "osf", "force": True})
    assert ("NOLIST", "siteD") in {(each["sku"], each["siteId"]) for each in joined["warnings"]}
    assert "force" not in joined
    assert "warnings" not in ccadmin.read("/sites/siteD")
    told = ccadmin.read("/siteGroups/G1/changes")["items"][0]
    assert (set(told["sites"]) - set(told["sitesBefore"]), told["merging"]) == ({"siteD"}, {"owners": 1, "carts": 2})
    ccadmin.write("PUT", "/sites/siteD", {"storefront": "classic"})
    told = ccadmin.read("/siteGroups/G1/changes")["items"][0]
    assert (told["merging"]["carts"], told["separating"], told["isComplete"]) == (0, {"owners": 1, "carts": 2}, True)
    # Sites that have shared a cart before may do so again.
    assert "force" not in ccadmin.write("PUT", "/sites/siteD", {"storefront": None})
    assert on_a["id"] != on_d["id"]


def test_a_site_that_becomes_able_to_share_is_looked_at_as_it_is_after_the_change(ccadmin: Ccadmin, project: Project):
    ccadmin.site("siteX", currency="USD", country="US", taxRates=[], storefront="classic")
    members = [{"id": each} for each in ("siteA", "siteB", "siteM", "siteC", "siteX")]
    ccadmin.put_group("G1", sites=members)
    refused(ccadmin.api.put("/sites/siteX", {"storefront": "osf"}), 400, "InvalidOperation", totalGaps=3)
    joined = ccadmin.write("PUT", "/sites/siteX", {"storefront": "osf", "priceGroup": "pgA"})
    assert ("NOLIST", "siteX") not in {(each["sku"], each["siteId"]) for each in joined["warnings"]}


def test_a_project_that_asks_for_readiness_asks_for_it_of_a_storefront_that_is_no_longer_classic(
    ccadmin: Ccadmin, project: Project
):
    ccadmin.write("PUT", "/sites/siteA", {"storefront": "classic"})
    require_readiness(project)
    before = ccadmin.everything()
    error = refused(ccadmin.api.put("/sites/siteA", {"storefront": None}), 400, "InvalidOperation", totalGaps=3)
    assert {each["sku"] for each in error["gaps"]} == {"NOLIST"}
    assert ccadmin.everything() == before
    assert "storefront" not in ccadmin.write("PUT", "/sites/siteA", {"storefront": None, "force": True})


async def test_sites_join_only_on_the_catalogue_that_was_found_ready(
    ccadmin: Ccadmin, project: Project, database: asyncpg.Connection
):
    for key in ("siteX", "siteY"):
        ccadmin.site(key, catalogs=[])
    require_readiness(project)
    before = ccadmin.everything()
    body = {"id": "G2", "sites": [{"id": "siteX"}, {"id": "siteY"}], "sharedCart": True}
    async with database.transaction():
        # Another administrator is about to commit; the group is looked through, and then waits behind it.
        await database.execute(
            "UPDATE changes SET epoch = epoch + 1, changed_by = pg_current_xact_id() "
            "WHERE project = $1 AND kind = 'catalogue'",
            project.key,
        )
        pid = await database.fetchval("SELECT pg_backend_pid()")
        joining = asyncio.create_task(asyncio.to_thread(ccadmin.api.post, "/siteGroups", body))
        while not await database.fetchval(  # noqa: ASYNC110 - PostgreSQL tells nobody that somebody waits
            "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))", pid
        ):
            await asyncio.sleep(0.01)
    refused(await joining, 400, "30305", field="sites")
    assert ccadmin.everything() == before
    ok(ccadmin.api.post("/siteGroups", body), 200)


def test_s4_45_the_example_needs_no_force_where_nothing_is_sold(ccadmin: Ccadmin, project: Project):
    require_readiness(project)
    for key in ("siteX", "siteY"):
        ccadmin.site(key, catalogs=[])
    assert ccadmin.group("G2", "siteX", "siteY", sharedCart=True)["sharedCart"] is True


def test_a_preview_counts_the_carts_that_come_together_and_changes_nothing(ccadmin: Ccadmin, project: Project):
    ccadmin.without_sharing()
    alice, bob, guest = project.customer("alice"), project.customer("bob"), project.guest()
    two = [open_cart(alice, site, add("MUG"))["id"] for site in ("siteA", "siteB")]
    open_cart(bob, "siteA", add("MUG"))
    of_guest = [open_cart(guest, site, add("MUG"))["id"] for site in ("siteA", "siteM", "siteC")]
    rows = [project.cart_row(each) for each in (*two, *of_guest)]
    before = ccadmin.everything()
    body = {"sites": [{"id": "siteA"}, {"id": "siteB"}, {"id": "siteM"}, {"id": "siteC"}]}
    found = ccadmin.write("POST", "/siteGroups/G1/preview", body)
    assert (found["merging"]["owners"], found["merging"]["carts"]) == (2, 4)
    # siteC is on another domain, so the guest's cart there stays for itself.
    assert sorted(found["merging"]["cartIds"]) == sorted([*two, *of_guest[:2]])
    assert found["separating"] == {"owners": 0, "carts": 0, "cartIds": []}
    assert (found["sharedCart"], found["isComplete"]) == (True, True)
    assert [project.cart_row(each) for each in (*two, *of_guest)] == rows
    assert ccadmin.everything() == before


def test_a_preview_counts_the_carts_that_are_separated(ccadmin: Ccadmin, project: Project):
    cart = open_cart(project.customer("alice"), "siteA", add("MUG"))
    other = open_cart(project.customer("bob"), "siteB", add("MUG"))
    found = ccadmin.write("POST", "/siteGroups/G1/preview", {"sites": ["siteA", "siteM", "siteC"]})
    assert found["merging"]["carts"] == 0
    assert sorted(found["separating"]["cartIds"]) == sorted([cart["id"], other["id"]])
    off = ccadmin.write("POST", "/siteGroups/G1/preview", {"sharedCart": False})
    assert (off["sharedCart"], off["separating"]["owners"]) == (False, 2)
    assert ccadmin.write("POST", "/siteGroups/G1/preview", {})["separating"]["carts"] == 0
    refused(ccadmin.api.post("/siteGroups/G1/preview", {"sites": [NO_ID]}), 400, "30305", id=NO_ID)
    refused(ccadmin.api.post("/siteGroups/nothing/preview", {}), 404, "30311")
