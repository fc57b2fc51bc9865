"""Publishing sites and groups (S4-43, S4-44)."""

from tests.api.ccadmin import Ccadmin, ccadmin, refused

__all__ = ["ccadmin"]


def changes(ccadmin: Ccadmin) -> list[tuple[str, str, str]]:
    items = ccadmin.read("/publishing/changes")["items"]
    return [(each["type"], each["id"], each["change"]) for each in items]


def test_s4_43_a_new_group_waits_until_it_is_published(ccadmin: Ccadmin):
    assert changes(ccadmin) == []
    group = ccadmin.group("G2", "siteD")
    assert changes(ccadmin) == [("siteGroup", "G2", "CREATE")]
    refused(ccadmin.api.get("/siteGroups/G2", params={"production": "true"}), 404, "30311")
    assert [each["id"] for each in ccadmin.read("/siteGroups", production="true")["items"]] == ["G1"]
    published = ccadmin.write("POST", "/publish", {"items": [{"type": "siteGroup", "id": "G2"}]})
    assert [each["id"] for each in published["items"]] == ["G2"]
    assert changes(ccadmin) == []
    assert ccadmin.read("/siteGroups/G2", production="true") == group


def test_s4_43_production_shows_what_was_published_last(ccadmin: Ccadmin):
    before = ccadmin.read("/siteGroups/G1")
    ccadmin.put_group("G1", displayName="X")
    ccadmin.put_group("G1", displayName="Y", sites=[{"id": "siteA"}])
    assert ccadmin.read("/siteGroups/G1", production="true") == before
    assert changes(ccadmin) == [("siteGroup", "G1", "UPDATE")]
    ccadmin.write("POST", "/publish", {"items": ["G1"]})
    assert ccadmin.read("/siteGroups/G1", production="true") == ccadmin.read("/siteGroups/G1")
    assert ccadmin.read("/siteGroups/G1")["displayName"] == "Y"


def test_s4_43_a_deleted_group_is_published_until_its_deletion_is(ccadmin: Ccadmin):
    ccadmin.put_group("G1", sites=[])
    ccadmin.api.delete("/siteGroups/G1")
    assert changes(ccadmin) == [("siteGroup", "G1", "DELETE")]
    assert len(ccadmin.read("/siteGroups/G1", production="true")["sites"]) == 4
    ccadmin.write("POST", "/publish", {})
    refused(ccadmin.api.get("/siteGroups/G1", params={"production": "true"}), 404, "30311")


def test_what_is_again_as_it_was_does_not_wait(ccadmin: Ccadmin):
    ccadmin.put_group("G1", displayName="X")
    ccadmin.put_group("G1", displayName="G1")
    ccadmin.group("G2")
    ccadmin.api.delete("/siteGroups/G2")
    assert changes(ccadmin) == []


def test_s4_44_a_group_is_not_published_without_its_sites(ccadmin: Ccadmin):
    ccadmin.site("siteN")
    ccadmin.group("G2", "siteD", "siteN")
    before = ccadmin.everything()
    waiting = {each["id"]: each["requires"] for each in ccadmin.read("/publishing/changes")["items"]}
    assert waiting == {"siteN": [], "G2": ["siteN"]}
    error = refused(ccadmin.api.post("/publish", {"items": ["G2"]}), 400, "InvalidOperation", sites=["siteN"])
    assert error["devMessage"] == "SitesNotPublished"
    assert ccadmin.everything() == before
    both = {"items": [{"id": "G2"}, {"type": "site", "id": "siteN"}]}
    assert len(ccadmin.write("POST", "/publish", both)["items"]) == 2
    assert ccadmin.read("/siteGroups/G2", production="true") == ccadmin.read("/siteGroups/G2")


def test_s4_44_a_deleted_site_stays_published_while_a_published_group_has_it(ccadmin: Ccadmin):
    ccadmin.group("G2", "siteD")
    ccadmin.write("POST", "/publish")
    ccadmin.put_group("G2", sites=[])
    ccadmin.api.delete("/sites/siteD")
    before = ccadmin.everything()
    refused(ccadmin.api.post("/publish", {"items": ["siteD"]}), 400, "InvalidOperation", sites=["siteD"])
    assert ccadmin.everything() == before
    ccadmin.write("POST", "/publish", {"items": ["siteD", "G2"]})
    assert changes(ccadmin) == []


def test_what_does_not_exist_is_not_published_and_nothing_else_with_it(ccadmin: Ccadmin):
    ccadmin.group("G2", "siteD")
    before = ccadmin.everything()
    refused(ccadmin.api.post("/publish", {"items": ["G2", "nothing"]}), 400, "ReferencedResourceNotFound", id="nothing")
    refused(ccadmin.api.post("/publish", {"items": "G2"}), 400, "InvalidField")
    assert ccadmin.everything() == before
    assert ccadmin.write("POST", "/publish", {"items": ["siteA"]})["items"] == []


def test_b_o12_changes_of_all_sites_are_listed_together(ccadmin: Ccadmin):
    ccadmin.write("PUT", "/sites/siteB", {"default": True})
    ccadmin.group("G2", "siteB")
    assert changes(ccadmin) == [
        ("siteGroup", "G2", "CREATE"),
        ("site", "siteA", "UPDATE"),
        ("site", "siteB", "UPDATE"),
    ]
    assert ccadmin.read("/sites/siteA", production="true")["default"] is True
    assert ccadmin.read("/sites/siteA")["default"] is False
